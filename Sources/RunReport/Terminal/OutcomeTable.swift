import SimulationAPI

/// The outcome distribution as text: injected, observed, interval and a bar, aligned for every width of the numbers.
struct OutcomeTable {
    private let rows: [[String]]
    private let bars: [String]

    /// The longest bar, in cells.
    private static let barWidth = 20

    init(_ result: RunResult) {
        let total = result.outcomes.reduce(0) { $0 + $1.observed }
        let digits = total >= 1000 ? 1 : 0
        let header = ["outcome", "injected", "observed", "95 % interval"]
        rows =
            [header]
            + result.outcomes.map { share in
                [
                    share.outcome.rawValue,
                    result.facts.payload.outcomes.enabled ? NumberText.percent(share.injected) : "–",
                    total == 0 ? "0" : "\(NumberText.count(share.observed)) (\(NumberText.percent(share.share)))",
                    total == 0 ? "–" : NumberText.percentRange(share.low, share.high, digits: digits),
                ]
            }
        let most = result.outcomes.map(\.share).max() ?? 0
        bars =
            [""]
            + result.outcomes.map { share in
                let cells = most > 0 ? (share.share / most * Double(Self.barWidth)).rounded() : 0
                return String(repeating: "▇", count: max(share.observed > 0 ? 1 : 0, Int(cells)))
            }
    }

    /// The lines of the table, the header first; bars are left out where they do not fit.
    func lines(width: Int, style: TextStyle) -> [String] {
        let widths = (0..<4).map { column in rows.map { TextColumns.width($0[column]) }.max() ?? 0 }
        let hasBars = 2 + widths.reduce(0, +) + 4 * 3 + Self.barWidth <= width
        return zip(rows.indices, rows).map { index, row in
            var line = "  " + TextColumns.leading(row[0], widths[0])
            for column in 1..<4 { line += "   " + TextColumns.trailing(row[column], widths[column]) }
            if index == 0 { return style.text(line, .quiet) }
            return bars[index].isEmpty || !hasBars ? line : line + "   " + style.text(bars[index], .chart)
        }
    }
}
