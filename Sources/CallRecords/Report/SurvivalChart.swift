import ExactJSON
import RunReport
import Statistics

/// How long callers wait before they hang up: the estimate of Kaplan and Meier with its band, and what the scenario says.
struct SurvivalChart {
    /// What the scenario says.
    enum Law {
        case family(DurationModel)
        case constant(Double)
        /// The estimate itself, or nothing that could be drawn.
        case none
    }

    private let estimate: KaplanMeier
    private let law: Law
    private let end: Double
    private static let height = 190.0
    private static let mostRows = 20

    /// Nil without an abandoned call.
    init?(_ estimate: KaplanMeier, _ law: Law) {
        guard let last = estimate.steps.last else { return nil }
        (self.estimate, self.law) = (estimate, law)
        var end = last.time
        if case .constant(let value) = law { end = max(end, value) }
        self.end = max(0.1, end * 1.08)
    }

    var picture: ReportPicture {
        let words =
            switch law {
            case .family(let model): [ReportPicture.LegendEntry(.rate, "fitted: \(model.family.rawValue)")]
            case .constant: [ReportPicture.LegendEntry(.rate, "in the scenario: everybody waits equally long")]
            case .none: [ReportPicture.LegendEntry]()
            }
        return ReportPicture(
            svg,
            keys: [.init(.steps, "Kaplan–Meier"), .init(.duty, "95 % band, at each time for itself")] + words,
            hasMargin: true,
            figures: figures
        )
    }

    private var figures: ReportTable {
        let steps = estimate.steps
        let each = max(1, (steps.count + Self.mostRows - 1) / Self.mostRows)
        let rows = steps.enumerated().filter { $0.offset % each == each - 1 || $0.offset == steps.count - 1 }
            .map { _, step in
                [
                    Duration.text(seconds: step.time), NumberText.count(step.atRisk), NumberText.count(step.events),
                    NumberText.percent(step.survival),
                    NumberText.percentRange(step.band.lower, step.band.upper, digits: 1), lawText(step.time),
                ]
            }
        return ReportTable(
            "Patience of callers",
            [
                .number("Wait"), .number("Still waiting before"), .number("Hung up then"),
                .number("Share that waits longer"), .number("95 % band"), .number("In the scenario"),
            ],
            rows
        )
    }

    private func lawText(_ time: Double) -> String { survival(time).map { NumberText.percent($0) } ?? "–" }

    private func survival(_ time: Double) -> Double? {
        switch law {
        case .family(let model): model.survival(time)
        case .constant(let value): time < value ? 1 : 0
        case .none: nil
        }
    }

    private var svg: SVG {
        let (top, bottom) = (26.0, 26 + Self.height)
        func y(_ share: Double) -> Double { bottom - min(1, max(0, share)) * Self.height }
        let last = estimate.steps.last?.survival ?? 1
        var svg = SVG(
            title: "Patience of callers",
            description: "After \(Duration.text(seconds: estimate.steps.last?.time ?? 0)) "
                + "\(NumberText.percent(last)) of the callers would still wait.",
            id: "patience",
            height: bottom + 42
        )
        svg.text("Share of the callers who wait longer", 0, top - 10, .label)
        let pieces = pieces
        for piece in pieces {
            let (high, low) = (y(piece.upper), y(piece.lower))
            svg.bar(
                piece.from / end,
                high,
                (piece.to - piece.from) / end,
                low - high,
                .duty,
                tip: "after \(Duration.text(seconds: piece.from)): \(NumberText.percent(piece.survival))"
            )
        }
        for share in [0, 0.25, 0.5, 0.75, 1.0] { svg.horizontal(y(share), share == 0 ? .axis : .grid) }
        var before = 1.0
        for piece in pieces {
            if piece.survival != before {
                svg.vertical(piece.from / end, from: y(before), to: y(piece.survival), .steps)
            }
            svg.horizontal(y(piece.survival), from: piece.from / end, to: piece.to / end, .steps)
            before = piece.survival
        }
        switch law {
        case .family(let model): svg.curve(pieces: 120, .rate) { x in y(model.survival(x * end)) }
        case .constant(let value):
            svg.horizontal(y(1), from: 0, to: value / end, .rate)
            svg.vertical(value / end, from: y(1), to: y(0), .rate)
        case .none: break
        }
        for share in [0.25, 0.5, 0.75, 1.0] {
            svg.text(NumberText.percent(share), 0, y(share) + 4, .tick, .end, shift: -6)
        }
        let scale = AxisScale(seconds: end, steps: 6)
        for mark in scale.marks where mark <= end * 1.0001 {
            svg.vertical(mark / end, from: bottom, to: bottom + 4, .axis)
            svg.tick(scale.timeText(mark), mark / end, bottom + 18)
        }
        svg.text("wait after the answer", 0.5, bottom + 36, .value, .middle)
        return svg
    }

    private struct CurvePiece {
        var from: Double
        var to: Double
        var survival: Double
        var lower: Double
        var upper: Double
    }

    /// The estimate from step to step; where steps are many, only those that are a pixel or two apart.
    private var pieces: [CurvePiece] {
        var pieces = [CurvePiece(from: 0, to: end, survival: 1, lower: 1, upper: 1)]
        let least = end / 300
        for step in estimate.steps {
            let piece = CurvePiece(
                from: step.time,
                to: end,
                survival: step.survival,
                lower: step.band.lower,
                upper: step.band.upper
            )
            let last = pieces.count - 1
            if step.time - pieces[last].from < least {
                pieces[last] = piece
                pieces[last].from = last > 0 ? pieces[last - 1].to : 0
            } else {
                pieces[last].to = step.time
                pieces.append(piece)
            }
        }
        return pieces
    }
}
