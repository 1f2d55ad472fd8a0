import ExactJSON
import RunReport
import Statistics

/// The document `report.html` of `odds`: how likely the next window is breached, and how the rates of windows are distributed.
package struct OddsReport: Sendable {
    private let result: OddsResult
    private let command: String?

    /// - Parameter command: The command that asks the same again; nil if it is not known.
    package init(_ result: OddsResult, command: String?) { (self.result, self.command) = (result, command) }

    /// The HTML text, UTF-8.
    package func text() throws -> String {
        let breach = MetricText(StudyMetric.abandonmentRate).cells(result.breachProbability)
        return try ReportPage(
            kind: "odds report",
            scenario: result.scenario,
            headline: "The next window is breached with probability \(breach[0])",
            sentence: "95 % interval \(breach[1]): in \(NumberText.count(result.breached)) of "
                + "\(NumberText.count(result.windows, "window")) more than \(NumberText.percent(result.limit)) were abandoned "
                + "(\(result.profile)).",
            [distribution, margin, what]
        ).text()
    }

    private var distribution: ReportSection {
        let title = "Abandonment rates of windows"
        guard let chart = RateChart(result), let rates = result.windowRates else {
            return ReportSection(title, id: "rates", [.paragraph("No window had a call that counts.")])
        }
        let long = MetricText(StudyMetric.abandonmentRate).cells(result.longRunRate)
        let rows = [
            ("5 % of windows lie below", rates.p5), ("half of the windows lie below", rates.p50),
            ("5 % of windows lie above", rates.p95), ("highest", rates.max), ("limit of the rule", result.limit),
        ].map { [$0, NumberText.short(100 * $1, 2) + " %"] }
        return ReportSection(
            title,
            id: "rates",
            [
                .picture(chart.picture),
                .table(
                    ReportTable(
                        title,
                        [.text("Windows"), .number("Abandonment rate")],
                        rows + [["over all windows (\(long[1]))", long[0]]]
                    )
                ),
            ]
        )
    }

    private var margin: ReportSection {
        ReportSection("Margin", id: "margin", [.paragraph(result.marginSentence.capitalizedFirst + ".")])
    }

    private var what: ReportSection {
        let facts = ReportBlock.facts([
            ("Rule", "\(result.profile), at most \(NumberText.percent(result.limit))"),
            ("Windows", NumberText.count(result.windows)), ("Seed", "\(result.seed)"),
        ])
        let again = command.map { [ReportBlock.command("Ask again", $0)] } ?? []
        return ReportSection("What was simulated", id: "what", [facts] + again)
    }
}

/// The abandonment rates of windows as columns, with the limit.
struct RateChart {
    private let result: OddsResult
    private let rates: OddsResult.WindowRates
    private let end: Double
    private let scale: AxisScale
    private static let height = 200.0

    init?(_ result: OddsResult) {
        guard let rates = result.windowRates, let last = result.distribution.last else { return nil }
        (self.result, self.rates, end) = (result, rates, last.to)
        scale = AxisScale(upTo: Double(result.distribution.map(\.windows).max() ?? 1), steps: 4, least: 1)
    }

    var picture: ReportPicture {
        let rows = result.distribution.map { bin in
            [
                "\(Self.percent(bin.from))…\(Self.percent(bin.to)) %", NumberText.count(bin.windows),
                isWithin(bin) ? "yes" : "no",
            ]
        }
        return ReportPicture(
            svg,
            keys: [
                .init(.area, "windows that keep the rule"), .init(.excess, "windows that breach it"),
                .init(.limit, "limit of the rule"), .init(.whisker, "5 %, 50 %, 95 % and the highest"),
            ],
            hasMargin: true,
            figures: ReportTable(
                "Windows by their abandonment rate",
                [.text("Abandonment rate"), .number("Windows"), .text("Within the limit")],
                rows
            )
        )
    }

    private func isWithin(_ bin: OddsResult.RateBin) -> Bool { bin.to <= result.limit * (1 + 1e-9) }

    private var svg: SVG {
        let panel = ChartPanel(top: 28, height: Self.height, scale: scale)
        let base = panel.base
        var svg = SVG(
            title: "Abandonment rates of windows",
            description: "Half of the windows lie below \(NumberText.percent(rates.p50)), 5 % above "
                + "\(NumberText.percent(rates.p95)); the limit is \(NumberText.percent(result.limit)).",
            id: "rates",
            height: base + 86
        )
        panel.draw("Windows", in: &svg, number: { NumberText.count(Int($0)) }) { svg in
            for bin in result.distribution where bin.windows > 0 {
                let (left, width) = (bin.from / end, (bin.to - bin.from) / end)
                let top = panel.y(Double(bin.windows))
                svg.bar(
                    left + width * 0.06,
                    top,
                    width * 0.88,
                    base - top,
                    isWithin(bin) ? .area : .excess,
                    tip:
                        "\(Self.percent(bin.from))…\(Self.percent(bin.to)) %: \(NumberText.count(bin.windows, "window"))"
                )
            }
            svg.vertical(result.limit / end, from: panel.top - 6, to: base, .limit)
        }
        let across = AxisScale(upTo: end, steps: 6)
        for mark in across.marks where mark <= end * 1.0001 {
            svg.vertical(mark / end, from: base, to: base + 4, .axis)
            svg.tick(NumberText.percent(mark), mark / end, base + 18)
        }
        // The quantiles as a box of their own below the axis.
        let middle = base + 36
        svg.horizontal(middle, from: rates.p5 / end, to: rates.p95 / end, .whisker)
        for rate in [rates.p5, rates.p95, rates.max] {
            svg.vertical(rate / end, from: middle - 4, to: middle + 4, .whisker)
        }
        svg.vertical(rates.p50 / end, from: middle - 8, to: middle + 8, .injected)
        svg.text("abandonment rate of a window", 0.5, base + 66, .value, .middle)
        return svg
    }

    private static func percent(_ share: Double) -> String { NumberText.short(100 * share, 2) }
}
