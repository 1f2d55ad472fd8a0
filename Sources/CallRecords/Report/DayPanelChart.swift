import DialerEngine
import RunReport

/// The days of a back-test in pictures over the same days, one for each quantity: the expected band, and what was observed.
struct DayPanelChart {
    private let result: BacktestResult
    private let quantities: [DayQuantity]
    private static let panelHeight = 96.0
    private static let heading = 28.0
    private static let gap = 20.0
    /// The most days whose marks have shapes of their own.
    private static let mostMarks = 40

    /// Nil without a quantity that was observed.
    init?(_ result: BacktestResult) {
        quantities = DayQuantity.allCases.filter { quantity in
            result.days.contains { $0.quantities[quantity] != nil }
        }
        self.result = result
        guard !quantities.isEmpty else { return nil }
    }

    var picture: ReportPicture {
        let hasMarks = result.days.count <= Self.mostMarks
        let partial = result.days.contains(where: \.isPartial)
        var keys = [
            ReportPicture.LegendEntry(.duty, "where 95 % of such days lie"), .init(.link, "expected mean"),
            .init(hasMarks ? .first : .steps, "observed, inside"),
            .init(hasMarks ? .third : .over, "observed, outside"),
        ]
        if partial, hasMarks { keys.append(.init(.first, "part of a day, not judged", isFilled: false)) }
        return ReportPicture(svg, keys: keys, hasMargin: true, figures: figures)
    }

    private var figures: ReportTable {
        let rows = result.days.flatMap { day in
            quantities.compactMap { quantity -> [String]? in
                guard let found = day.quantities[quantity] else { return nil }
                return [
                    day.date.description, quantity.title, quantity.text(found.observed),
                    quantity.text(found.predicted.mean), quantity.text(found.predicted),
                    day.isPartial ? "not judged" : found.isInside ? "inside" : "outside",
                ]
            }
        }
        let heads = ["Observed", "Expected, mean", "95 % of such days"].map { ReportTable.Column.number($0) }
        return ReportTable(
            "The days of the records",
            [.text("Day"), .text("Quantity")] + heads + [.text("Day lies")],
            rows
        )
    }

    private var svg: SVG {
        let each = Self.heading + Self.panelHeight + Self.gap
        let bottom = Double(quantities.count) * each - Self.gap
        var svg = SVG(title: "Days of the records", description: description, id: "days", height: bottom + 44)
        for (index, quantity) in quantities.enumerated() {
            draw(quantity, top: Double(index) * each + Self.heading, in: &svg)
        }
        for index in ticks {
            svg.vertical(x(index), from: bottom, to: bottom + 4, .axis)
            svg.text(result.days[index].date.shortText, x(index), bottom + 18, .tick, anchor(index))
        }
        svg.text("day of the records", 0.5, bottom + 38, .value, .middle)
        return svg
    }

    private var description: String {
        let words = result.findings.map { finding in
            "\(finding.quantity.title) \(finding.days - finding.outside) of \(finding.days)"
        }
        return "Days inside the expected band: \(words.joined(separator: ", "))."
    }

    private func draw(_ quantity: DayQuantity, top: Double, in svg: inout SVG) {
        let days = result.days.enumerated().compactMap { index, day in
            day.quantities[quantity].map { (index, day, $0) }
        }
        // Parts of days lie far below the others: they may leave the picture.
        let shown = days.filter { !$0.1.isPartial }.isEmpty ? days : days.filter { !$0.1.isPartial }
        let low = shown.map { min($0.2.observed, $0.2.predicted.low) }.min() ?? 0
        let high = shown.map { max($0.2.observed, $0.2.predicted.high) }.max() ?? 1
        let scale = RangeScale(low, high, steps: 3, least: quantity.isCount ? 1 : 0)
        let bottom = top + Self.panelHeight
        func y(_ value: Double) -> Double { bottom - scale.place(value) * Self.panelHeight }
        svg.text(quantity.title.capitalizedFirst + quantity.unitWords, 0, top - 10, .label)
        if let finding = result.findings.first(where: { $0.quantity == quantity }) {
            svg.text("\(finding.days - finding.outside) of \(finding.days) days inside", 1, top - 10, .value, .end)
        }
        for mark in scale.marks { svg.horizontal(y(mark), mark == scale.from ? .axis : .grid) }
        let width = 0.72 / Double(result.days.count)
        for (index, day, found) in days {
            let (left, right) = (x(index) - width / 2, x(index) + width / 2)
            let tip =
                "\(day.date): \(quantity.text(found.observed)) observed, "
                + "\(quantity.text(found.predicted)) expected"
            let (from, to) = (y(found.predicted.high), y(found.predicted.low))
            svg.bar(left, from, width, max(1, to - from), .duty, tip: tip)
            svg.horizontal(y(found.predicted.mean), from: left, to: right, .link)
            let isInside = found.isInside || day.isPartial
            if result.days.count > Self.mostMarks {
                svg.horizontal(y(found.observed), from: left, to: right, isInside ? .steps : .over)
            } else {
                let paint: Paint = isInside ? .first : .third
                svg.mark(x(index), y(found.observed), paint, isFilled: !day.isPartial, tip: tip)
            }
        }
        for mark in scale.marks { svg.text(quantity.axisText(mark), 0, y(mark) + 4, .tick, .end, shift: -6) }
    }

    private func x(_ index: Int) -> Double { (Double(index) + 0.5) / Double(result.days.count) }

    /// At most seven days, equally far apart.
    private var ticks: [Int] {
        let count = result.days.count
        return Array(stride(from: 0, to: count, by: max(1, (count + 6) / 7)))
    }

    private func anchor(_ index: Int) -> SVG.Anchor {
        guard result.days.count > 8 else { return .middle }
        return index == 0 ? .start : index > result.days.count * 9 / 10 ? .end : .middle
    }
}

extension DayQuantity {
    fileprivate var isCount: Bool { self == .attempts || self == .answered }

    fileprivate var unitWords: String {
        switch self {
        case .attempts, .answered: ", calls"
        // The axis says that these are shares; of what, the sentence below the picture says.
        case .abandonmentRate, .occupancy: ""
        case .talkHours: ", all agents"
        }
    }

    fileprivate func axisText(_ value: Double) -> String {
        switch self {
        case .attempts, .answered: NumberText.count(Int(value.rounded()))
        case .abandonmentRate, .occupancy: NumberText.percent(value)
        case .talkHours: NumberText.short(value, 2) + " h"
        }
    }
}

extension CalendarDate {
    /// Day and month such as `2 Mar`.
    fileprivate var shortText: String {
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        return "\(day) \(months[month - 1])"
    }
}
