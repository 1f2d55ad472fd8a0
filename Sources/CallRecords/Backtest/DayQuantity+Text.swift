import RunReport

extension DayQuantity {
    /// The quantity in words.
    package var title: String {
        switch self {
        case .attempts: "attempts"
        case .answered: "answered"
        case .abandonmentRate: "abandonment rate"
        case .occupancy: "occupancy"
        case .talkHours: "talk hours"
        }
    }

    /// What stands after a value.
    var suffix: String { unit.suffix(false) + (self == .talkHours ? " h" : "") }

    /// A value without its unit, with the same digits on every day.
    func number(_ value: Double) -> String {
        // Rates are small: one digit more tells a day from the end of its band.
        unit.number(value, self == .occupancy ? 1 : 2)
    }

    /// A value with its unit.
    func text(_ value: Double) -> String { number(value) + suffix }

    /// A predicted interval with its unit, such as `71.2…78.9 %`.
    func text(_ predicted: PredictionInterval) -> String {
        number(predicted.low) + "…" + number(predicted.high) + suffix
    }

    private var unit: MetricUnit {
        switch self {
        case .attempts, .answered: .count
        case .abandonmentRate, .occupancy: .share
        case .talkHours: .number
        }
    }
}

extension BacktestResult {
    /// The mean of something over the judged days, with its unit.
    func meanText(_ quantity: DayQuantity, _ value: (DayComparison) -> Double) -> String {
        let days = judgedDays.compactMap { $0.quantities[quantity] }
        guard !days.isEmpty else { return "–" }
        let mean = days.map(value).reduce(0, +) / Double(days.count)
        return quantity.text(mean)
    }

    /// The verdict in a sentence.
    package var sentence: String {
        let (judged, findings) = (judgedDays.count, findings)
        if findings.isEmpty { return "The records have no day that can be judged." }
        if judged < Self.fewestDays {
            return "\(NumberText.count(judged, "whole day")) cannot decide; at least \(Self.fewestDays) are needed."
        }
        func titles(_ isNamed: (QuantityFinding) -> Bool) -> String {
            findings.filter(isNamed).map(\.quantity.title).joined(separator: ", ")
        }
        switch verdict {
        case .pass: return "On \(NumberText.count(judged, "day")) the records lie where the scenario expects them."
        case .fail: return "The scenario does not explain the records: \(titles { $0.verdict == .fail })."
        case .inconclusive:
            let between = titles { $0.isDecided && $0.verdict == .inconclusive }
            let open = titles { !$0.isDecided }
            let sentences = [
                between.isEmpty ? "" : "More days lie outside than one in ten, and too few for a failure: \(between).",
                open.isEmpty ? "" : "Fewer than \(Self.fewestDays) days have a value, which cannot decide: \(open).",
            ]
            return sentences.filter { !$0.isEmpty }.joined(separator: " ")
        }
    }
}
