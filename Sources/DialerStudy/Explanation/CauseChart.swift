import RunReport
import Statistics

/// The causes by what each alone cost, as bars with intervals; a cause may also have saved callers.
struct CauseChart {
    private let findings: [Explanation.Finding]
    private let low: Double
    private let scale: AxisScale
    private static let rowHeight = 44.0

    init?(_ findings: [Explanation.Finding]) {
        guard !findings.isEmpty else { return nil }
        self.findings = findings
        let ends = findings.flatMap { [$0.avoided.mean, $0.avoided.interval?.lower, $0.avoided.interval?.upper] }
            .compactMap { $0 }
        let (least, most) = (min(0, ends.min() ?? 0), max(0, ends.max() ?? 0))
        scale = AxisScale(upTo: max(most - least, 1e-3), steps: 6)
        low = (least / scale.step).rounded(.down) * scale.step
    }

    /// The picture with its words; the table beside it has the figures.
    var picture: ReportPicture {
        ReportPicture(svg, keys: [.init(.area, "fewer abandoned without it"), .init(.whisker, "95 % interval")])
    }

    private var end: Double { low + scale.end + (low < 0 ? scale.step : 0) }

    private var svg: SVG {
        let bottom = Double(findings.count) * Self.rowHeight + 6
        let description = findings.map { "\($0.cause.words) \(NumberText.short($0.avoided.mean ?? 0, 1))" }
        var svg = SVG(
            title: "Abandonments that each cause alone cost",
            description: description.joined(separator: "; ") + ".",
            id: "causes",
            height: bottom + 40
        )
        var mark = low
        while mark <= end + scale.step / 2 {
            svg.vertical(place(mark), from: 0, to: bottom, abs(mark) < scale.step / 1000 ? .axis : .grid)
            let text = NumberText.short(mark, 3)
            svg.text(text, place(mark), bottom + 16, .tick, mark == low ? .start : place(mark) > 0.95 ? .end : .middle)
            mark += scale.step
        }
        for (index, finding) in findings.enumerated() {
            let top = Double(index) * Self.rowHeight + 4
            let mean = finding.avoided.mean ?? 0
            svg.text(finding.cause.words, 0, top + 14, .label, shift: 6)
            svg.text(NumberText.fixed(mean, 1), 1, top + 14, .value, .end)
            let (left, right) = (place(min(0, mean)), place(max(0, mean)))
            let tip = "without \(finding.cause.words): \(NumberText.fixed(mean, 1)) fewer abandoned"
            svg.bar(left, top + 21, right - left, 13, .area, tip: tip)
            guard let interval = finding.avoided.interval else { continue }
            svg.interval(top + 27.5, from: place(interval.lower), to: place(interval.upper))
        }
        svg.text("fewer abandonments in a window", 0.5, bottom + 34, .value, .middle)
        return svg
    }

    private func place(_ value: Double) -> Double { min(1, max(0, (value - low) / (end - low))) }
}
