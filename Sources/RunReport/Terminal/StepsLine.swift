import Addresses

/// The steps that a run has taken, side by side in columns.
public enum StepsLine {
    /// The steps with a tick before each, on as many lines as `width` demands, without a newline at the end.
    public static func text(_ steps: [String], width: Int, style: TextStyle = .plain) -> String {
        let cells = steps.map { TextColumns.cut(PrintableText.line($0), to: max(8, width - 4)) }
        let column = max(16, cells.map { TextColumns.width($0) }.max() ?? 0) + 4
        let perLine = max(1, (width - 2) / column)
        return stride(from: 0, to: cells.count, by: perLine).map { start in
            let line = cells[start..<min(cells.count, start + perLine)]
            let last = line.endIndex - 1
            return "  "
                + line.indices.map { index in
                    style.text("✓", .pass) + " "
                        + (index == last ? line[index] : TextColumns.leading(line[index], column - 2))
                }.joined()
        }.joined(separator: "\n")
    }
}
