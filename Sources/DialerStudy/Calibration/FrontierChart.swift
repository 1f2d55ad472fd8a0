import DialerEngine
import RunReport
import Statistics

/// The frontier: occupancy against the probability that a window is breached, a mark for each setting.
struct FrontierChart {
    private let result: CalibrationResult
    private let permitted: Double
    private let across: AxisScale
    private let low: Double
    private let high: Double
    private static let height = 280.0
    private static let top = 30.0
    /// Settings that are breached more than this many times as often as permitted stand at the edge, with an arrow and their share.
    private static let widest = 5.0

    init?(_ result: CalibrationResult) {
        self.result = result
        permitted = 1 - result.calibration.plan.requirement.proportion
        let tested = result.groups.flatMap(\.results).filter { $0.windows > 0 }
        let occupancies = tested.compactMap(\.occupancy.mean)
        guard let least = occupancies.min(), let most = occupancies.max() else { return nil }
        let share = tested.compactMap(\.breachProbability.mean).max() ?? 0
        across = AxisScale(upTo: min(1, max(permitted * 2, min(share, permitted * Self.widest))), steps: 5)
        let margin = max(0.01, (most - least) * 0.1)
        (low, high) = (
            max(0, ((least - margin) * 20).rounded(.down) / 20), min(1, ((most + margin) * 20).rounded(.up) / 20)
        )
    }

    private var groups: [CalibrationResult.Group] { result.groups }

    /// The picture with its words; the tables of the settings have the figures.
    var picture: ReportPicture {
        let teams = groups.enumerated().filter { !$1.results.isEmpty }.map { index, group in
            ReportPicture.LegendEntry(Paint.marks[index % Paint.marks.count], result.name(of: group))
        }
        return ReportPicture(
            svg,
            keys: teams + [
                .init(.first, "filled: certified"), .init(.first, "open: not certified", isFilled: false),
                .init(.limit, "share of windows that may be breached"),
            ],
            hasMargin: true
        )
    }

    private var description: String {
        let best = groups.compactMap { group in
            group.recommended.map { "\(result.name(of: group)): \($0.setting.value ?? "as it is")" }
        }
        return "Each mark is a setting; filled ones are certified. "
            + (best.isEmpty ? "None is." : "Recommended: \(best.joined(separator: "; ")).")
    }

    private var svg: SVG {
        let base = Self.top + Self.height
        var svg = SVG(
            title: "Occupancy against the probability that a window is breached",
            description: description,
            id: "frontier",
            height: base + 44
        )
        svg.text("Occupancy of the agents", 0, Self.top - 12, .label, shift: -36)
        var mark = low
        while mark <= high + 1e-9 {
            svg.horizontal(y(mark), mark == low ? .axis : .grid)
            svg.text(NumberText.percent(mark), 0, y(mark) + 4, .tick, .end, shift: -8)
            mark += high - low > 0.31 ? 0.1 : 0.05
        }
        svg.vertical(x(permitted), from: Self.top, to: base, .limit)
        for mark in across.marks {
            svg.vertical(x(mark), from: base, to: base + 4, .axis)
            svg.tick(NumberText.percent(mark), x(mark), base + 18)
        }
        svg.text("share of windows that are breached", 0.5, base + 38, .value, .middle)
        draw(in: &svg)
        return svg
    }

    private func draw(in svg: inout SVG) {
        for group in groups {
            let places = group.results.compactMap { place($0) }
            for (from, to) in zip(places, places.dropFirst()) { svg.line(from.x, from.y, to.x, to.y, .link) }
        }
        for (index, group) in groups.enumerated() {
            for result in group.results {
                guard let place = place(result) else { continue }
                let share = result.breachProbability.mean.map { NumberText.percent($0) } ?? "–"
                svg.mark(
                    place.x,
                    place.y,
                    Paint.marks[index % Paint.marks.count],
                    isFilled: result.verdict == .certified,
                    tip: "\(result.setting.title): \(result.verdict.rawValue), \(share) of windows breached"
                )
            }
        }
        drawBeyond(in: &svg)
        // Labels stand above their marks, and keep clear of each other from above to below.
        let labels = groups.compactMap { group in
            group.recommended.flatMap { best in
                place(best).map { (text: "\(result.name(of: group)): \(best.setting.value ?? "as it is")", place: $0) }
            }
        }
        var below = -Double.infinity
        for label in labels.sorted(by: { $0.place.y < $1.place.y }) {
            let y = max(label.place.y - 6, below + 16)
            let isLeft = label.place.x <= 0.5
            svg.text(label.text, label.place.x, y, .label, isLeft ? .start : .end, shift: isLeft ? 12 : -12)
            below = y
        }
    }

    /// Says how far beyond the picture the settings at its edge are; those that stand together share a text.
    private func drawBeyond(in svg: inout SVG) {
        let beyond = groups.flatMap(\.results)
            .compactMap { result -> (y: Double, share: Double)? in
                guard let share = result.breachProbability.mean, share > across.end, let place = place(result) else {
                    return nil
                }
                return (place.y, share)
            }
        var texts: [(y: Double, low: Double, high: Double)] = []
        for (y, share) in beyond.sorted(by: { $0.y < $1.y }) {
            if let last = texts.last, y - last.y < 16 {
                texts[texts.count - 1].low = min(last.low, share)
                texts[texts.count - 1].high = max(last.high, share)
            } else {
                texts.append((y, share, share))
            }
        }
        for text in texts {
            let (low, high) = (NumberText.percent(text.low), NumberText.percent(text.high))
            svg.text((low == high ? low : "\(low) … \(high)") + " →", 1, text.y - 10, .value, .end)
        }
    }

    private func place(_ result: SettingResult) -> (x: Double, y: Double)? {
        guard result.windows > 0, let share = result.breachProbability.mean, let occupancy = result.occupancy.mean
        else { return nil }
        return (x(share), y(occupancy))
    }

    private func x(_ share: Double) -> Double { min(1, share / across.end) }
    private func y(_ occupancy: Double) -> Double { Self.top + Self.height * (1 - (occupancy - low) / (high - low)) }
}
