/// A table of a report.
package struct ReportTable: Sendable {
    /// A column; numbers stand at the right.
    package struct Column: Sendable {
        let head: String
        let isNumber: Bool

        package static func text(_ head: String) -> Column { Column(head: head, isNumber: false) }
        package static func number(_ head: String) -> Column { Column(head: head, isNumber: true) }
    }

    /// What a row is about: its colour, and its mark in grey.
    package enum Mark: String, Sendable {
        case pass, fail, inconclusive, reported

        package init(_ verdict: Verdict?) { self = verdict.flatMap { Mark(rawValue: $0.rawValue) } ?? .reported }

        package var mark: String { Verdict(rawValue: rawValue)?.mark ?? "·" }
    }

    /// What stands in one place of a table.
    package enum Cell: Sendable {
        case text(String)
        /// A judgement: a mark and a word on the colour of the row.
        case chip(String)
        /// A text, and below it the name that programs use.
        case named(String, code: String)
        /// Markup of the page that shows the table, such as a link or a button.
        case markup(TemplateValue)
    }

    /// One line, with a remark below it if it has one.
    package struct Row: Sendable {
        let standing: Mark
        let cells: [Cell]
        let remark: String

        package init(_ cells: [Cell], standing: Mark = .reported, remark: String = "") {
            (self.cells, self.standing, self.remark) = (cells, standing, remark)
        }

        package init(_ texts: [String]) { self.init(texts.map { .text($0) }) }
    }

    /// What the table shows, for screen readers.
    let caption: String
    let columns: [Column]
    let rows: [Row]
    /// The column that names a row.
    let nameColumn: Int
    /// Whether a narrow screen shows each row as a block of its own instead of letting the table be scrolled.
    let isStacked: Bool

    package init(
        _ caption: String,
        _ columns: [Column],
        _ rows: [Row],
        nameColumn: Int = 0,
        isStacked: Bool = false
    ) {
        (self.caption, self.columns, self.rows) = (caption, columns, rows)
        (self.nameColumn, self.isStacked) = (nameColumn, isStacked)
    }

    package init(_ caption: String, _ columns: [Column], _ texts: [[String]], isStacked: Bool = false) {
        self.init(caption, columns, texts.map { Row($0) }, isStacked: isStacked)
    }

    package var isEmpty: Bool { rows.isEmpty }

    var values: [String: TemplateValue] {
        [
            "caption": .text(caption), "class": .text(isStacked ? "stacked" : "scroll"),
            "isStacked": .flag(isStacked), "isWide": .flag(!isStacked),
            "columns": .list(columns.map { ["head": .text($0.head), "n": .markup(Self.numeric($0))] }),
            "rows": .list(
                rows.map { row in
                    [
                        "standing": .text(row.standing.rawValue),
                        "cells": .list(row.cells.enumerated().map { values(of: $1, in: $0, row) }),
                        "hasRemark": .flag(!row.remark.isEmpty), "remark": .text(row.remark),
                        "width": .text("\(columns.count - 1)"),
                    ]
                }
            ),
        ]
    }

    private func values(of cell: Cell, in column: Int, _ row: Row) -> [String: TemplateValue] {
        let markup =
            switch cell {
            case .text(let text): "<bdi>\(MarkupText.escaped(text))</bdi>"
            case .chip(let word): "<span class=\"chip\">\(row.standing.mark) \(MarkupText.escaped(word))</span>"
            case .named(let text, let code):
                "<bdi>\(MarkupText.escaped(text))</bdi><code>\(MarkupText.escaped(code))</code>"
            case .markup(let markup): markup.text
            }
        let label = isStacked && column != nameColumn ? columns[column].head : ""
        return [
            "isName": .flag(column == nameColumn), "isOther": .flag(column != nameColumn),
            "n": .markup(Self.numeric(columns[column])), "content": .markup(markup),
            "label": .markup(label.isEmpty || cell.isChip ? "" : " data-label=\"\(MarkupText.escaped(label))\""),
        ]
    }

    private static func numeric(_ column: Column) -> String { column.isNumber ? " class=\"n\"" : "" }
}

extension ReportTable.Cell {
    fileprivate var isChip: Bool { if case .chip = self { true } else { false } }
}
