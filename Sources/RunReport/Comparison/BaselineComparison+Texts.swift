import Addresses
package import ExactJSON
import Statistics

extension BaselineComparison {
    package var json: JSONValue {
        [
            "baseline": .string(baseline),
            "paired": .bool(isPaired),
            "level": .double(level),
            "metrics": .array(rows.map(\.json)),
            "regressions": .array(rows.filter(\.isRegression).map { .string($0.metric.rawValue) }),
            "scenarioDifferences": .array(scenarioDifferences.map(\.json)),
            "notes": .array(notes.map { .string($0) }),
        ]
    }

    /// What the gate demands: no metric with an interval is worse.
    package var assertions: [Assertion] {
        rows.compactMap { row in
            guard let tolerance = row.tolerance, row.interval != nil else { return nil }
            let cells = row.cells
            let expected =
                "no worse than the baseline's \(cells[1])"
                + (tolerance > 0
                    ? " by more than \(row.metric.unit.text(tolerance, digits: 3, isDifference: true))" : "")
            return Assertion(
                Demand.regression(row.metric),
                row.isRegression ? .fail : .pass,
                observed: "\(cells[2]), difference \(cells[3])",
                expected: expected,
                detail: row.isRegression ? "the whole \(levelText) interval of the difference is on the worse side" : ""
            )
        }
    }

    /// What the table is of, such as `compared with 01JD… in pairs, 95 % intervals`.
    package var heading: String {
        "compared with \(PrintableText.line(baseline, limit: 200))\(isPaired ? ", in pairs" : ""), \(levelText) intervals"
    }

    private var levelText: String { NumberText.short(100 * level, 2) + " %" }

    /// The table's head and rows: metric, baseline, this run, difference, verdict.
    package var table: [[String]] {
        [["", "baseline", "this run", "difference", "verdict"]] + rows.map { $0.cells + [$0.change.rawValue] }
    }

    /// What is said below the table: notes, and what changed in the scenario.
    package var remarks: [String] {
        let most = 20
        var remarks = notes
        if !scenarioDifferences.isEmpty {
            let shown = scenarioDifferences.prefix(most).map { PrintableText.line($0.text) }.joined(separator: "; ")
            let more = scenarioDifferences.count > most ? "; and \(scenarioDifferences.count - most) more" : ""
            remarks.insert("the scenarios differ in \(shown)\(more)", at: 0)
        }
        return remarks
    }

    /// The comparison for a terminal.
    package func lines(style: TextStyle, width: Int) -> [String] {
        let table = TextTable.lines(table).enumerated().map { $0 == 0 ? style.text($1, .quiet) : $1 }
        return TextColumns.wrapped(heading, after: "  ", to: width) + table
            + remarks.flatMap { remark in
                TextColumns.wrapped(remark, after: "  · ", to: width).map { style.text($0, .quiet) }
            }
    }
}

extension BaselineComparison.Row {
    /// Metric, baseline, this run, and the difference with its interval.
    var cells: [String] {
        let digits = interval.map { metric.unit.digits(forWidth: $0.upper - $0.lower) } ?? 2
        func text(_ value: Double?) -> String { value.map { metric.unit.text($0, digits: digits) } ?? "none" }
        return [metric.title, text(baseline), text(current), differenceText(digits)]
    }

    private func differenceText(_ digits: Int) -> String {
        guard let difference else { return "–" }
        let unit = metric.unit
        func signed(_ value: Double) -> String { (value > 0 ? "+" : "") + unit.number(value, digits) }
        let suffix = unit.suffix(true)
        guard let interval else { return signed(difference) + suffix }
        return "\(signed(difference))\(suffix) (\(signed(interval.lower))…\(signed(interval.upper))\(suffix))"
    }

    var json: JSONValue {
        [
            "name": .string(metric.rawValue), "baseline": .optional(baseline), "current": .optional(current),
            "difference": [
                "mean": .optional(difference), "low": .optional(interval?.lower), "high": .optional(interval?.upper),
            ],
            "verdict": .string(change.rawValue), "tolerance": .optional(interval == nil ? nil : tolerance),
        ]
    }
}

extension JSONValue {
    /// The number, or `null`.
    package static func optional(_ value: Double?) -> JSONValue { value.map { .double($0) } ?? .null }
}

/// Columns of text: the first aligned at its start, the others at their ends.
package enum TextTable {
    package static func lines(_ rows: [[String]]) -> [String] {
        let columns = rows.map(\.count).max() ?? 0
        let widths = (0..<columns).map { column in
            rows.map { $0.indices.contains(column) ? TextColumns.width($0[column]) : 0 }.max() ?? 0
        }
        return rows.map { row in
            let line = row.indices.map { column in
                column == 0 ? TextColumns.leading(row[0], widths[0]) : TextColumns.trailing(row[column], widths[column])
            }
            return "  " + line.joined(separator: "   ")
        }
    }
}
