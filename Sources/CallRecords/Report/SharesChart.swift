import DialerEngine
import RunReport
import ScenarioFile
import SimulationAPI
import Statistics

/// The shares of the outcomes as bars, each with its interval.
struct SharesChart {
    private let counts: [AttemptOutcome: Int]
    private let attempts: Int
    private let scale: AxisScale
    private static let rowHeight = 44.0

    /// Nil without an attempt.
    init?(_ counts: [AttemptOutcome: Int]) {
        self.counts = counts
        attempts = counts.values.reduce(0, +)
        let most = counts.values.max() ?? 0
        scale = AxisScale(upTo: min(1, Double(most) / Double(max(1, attempts)) * 1.1), steps: 5)
        guard attempts > 0 else { return nil }
    }

    var picture: ReportPicture {
        ReportPicture(
            svg,
            keys: [
                .init(.answered, "share of the attempts, each outcome in its colour"),
                .init(.whisker, "95 % Wilson interval"),
            ]
        )
    }

    private var svg: SVG {
        let outcomes = AttemptOutcome.allCases
        let bottom = Double(outcomes.count) * Self.rowHeight + 8
        let words = outcomes.map { "\($0.title) \(NumberText.percent(share($0)))" }
        var svg = SVG(
            title: "Outcomes of the attempts",
            description: "Of \(NumberText.count(attempts, "attempt")): \(words.joined(separator: "; ")).",
            id: "outcomes",
            height: bottom + 40
        )
        for mark in scale.marks {
            svg.vertical(place(mark), from: 0, to: bottom, mark == 0 ? .axis : .grid)
            svg.tick(NumberText.percent(mark), place(mark), bottom + 16)
        }
        svg.text("share of the attempts", 0.5, bottom + 34, .value, .middle)
        for (index, outcome) in outcomes.enumerated() {
            let top = Double(index) * Self.rowHeight + 4
            let interval = ProportionInterval.wilson(successes: counts[outcome] ?? 0, trials: attempts)
            svg.text(outcome.title, 0, top + 14, .label, shift: 6)
            let range = NumberText.percentRange(interval.lower, interval.upper, digits: 1)
            svg.text("\(NumberText.percent(share(outcome))) (\(range))", 1, top + 14, .value, .end)
            let tip = "\(outcome.title): \(NumberText.count(counts[outcome] ?? 0, "attempt"))"
            svg.bar(0, top + 21, place(share(outcome)), 13, Paint.outcome(outcome), tip: tip)
            svg.interval(top + 27.5, from: place(interval.lower), to: place(interval.upper))
        }
        return svg
    }

    private func share(_ outcome: AttemptOutcome) -> Double { Double(counts[outcome] ?? 0) / Double(attempts) }
    private func place(_ share: Double) -> Double { min(1, max(0, share / scale.end)) }
}

extension AttemptOutcome {
    /// The outcome in words.
    var title: String {
        switch self {
        case .dialTone: "dial tone"
        case .busy: "busy signal"
        case .noAnswer: "no answer"
        case .answered: "answered by a person"
        case .voicemail: "voicemail"
        }
    }
}

extension Paint {
    fileprivate static func outcome(_ outcome: AttemptOutcome) -> Paint {
        switch outcome {
        case .dialTone: .dialTone
        case .busy: .busy
        case .noAnswer: .noAnswer
        case .answered: .answered
        case .voicemail: .voicemail
        }
    }
}
