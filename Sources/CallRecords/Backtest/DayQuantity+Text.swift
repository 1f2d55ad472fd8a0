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

    /// A value without its unit, with the digits that a width justifies.
    func number(_ value: Double, width: Double) -> String {
        // Rates are small: one digit more tells a day from the end of its band.
        let digits = unit.digits(forWidth: width) + (self == .abandonmentRate ? 1 : 0)
        return unit.number(value, unit == .count ? 0 : min(3, digits))
    }

    /// A value with its unit.
    func text(_ value: Double, width: Double) -> String { number(value, width: width) + suffix }

    /// A predicted interval with its unit, such as `71.2…78.9 %`.
    func text(_ predicted: PredictionInterval) -> String {
        let width = predicted.high - predicted.low
        return number(predicted.low, width: width) + "…" + number(predicted.high, width: width) + suffix
    }

    private var unit: MetricUnit {
        switch self {
        case .attempts, .answered: .count
        case .abandonmentRate, .occupancy: .share
        case .talkHours: .number
        }
    }
}

extension BacktestResult.DayComparison {
    var width: Double { predicted.high - predicted.low }
}

extension BacktestResult {
    /// The mean of something over the judged days, with its unit.
    func meanText(_ quantity: DayQuantity, _ value: (DayComparison) -> Double) -> String {
        let days = judgedDays.compactMap { $0.quantities[quantity] }
        guard !days.isEmpty else { return "–" }
        let mean = days.map(value).reduce(0, +) / Double(days.count)
        return quantity.text(mean, width: days.map(\.width).max() ?? 0)
    }

    /// The verdict in a sentence.
    package var sentence: String {
        let (judged, findings) = (judgedDays.count, findings)
        if findings.isEmpty { return "The records have no day that can be judged." }
        if judged < Self.fewestDays {
            return "\(NumberText.count(judged, "whole day")) cannot decide; at least \(Self.fewestDays) are needed."
        }
        func titles(_ verdict: Verdict) -> String {
            findings.filter { $0.verdict == verdict }.map(\.quantity.title).joined(separator: ", ")
        }
        return switch verdict {
        case .pass: "On \(NumberText.count(judged, "day")) the records lie where the scenario expects them."
        case .fail: "The scenario does not explain the records: \(titles(.fail))."
        case .inconclusive:
            "More days lie outside than one in ten, and too few for a failure: \(titles(.inconclusive))."
        }
    }
}
