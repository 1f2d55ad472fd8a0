import Addresses
package import RunReport

extension DoctorReport {
    /// The report for a terminal: a line per check, what to do below it, and the verdict.
    ///
    /// - Parameter isVerbose: whether the notes are shown too.
    package func text(style: TextStyle, width: Int, isVerbose: Bool = false) -> String {
        let column = (findings.map { TextColumns.width($0.name) }.max() ?? 0) + 3
        let indent = String(repeating: " ", count: 4 + column)
        let room = max(40, width) - indent.count
        var lines = [style.text("ringback doctor", .strong) + "  " + PrintableText.line(subject)]
        for finding in findings {
            let (mark, role) = Self.mark(finding.status)
            let detail = finding.detail.split(separator: "\n").flatMap {
                TextColumns.wrapped(PrintableText.line(String($0)), to: room)
            }
            let head = "  " + style.text(mark, role) + " " + TextColumns.leading(finding.name, column)
            lines.append(head + (detail.first ?? ""))
            lines += detail.dropFirst().map { indent + $0 }
            if isVerbose { lines += finding.notes.map { indent + style.text(PrintableText.line($0), .quiet) } }
            let advice = TextColumns.wrapped(PrintableText.line(finding.advice), to: room - 2)
            lines += advice.enumerated().map { indent + ($0.offset == 0 ? "→ " : "  ") + $0.element }
        }
        return (lines + ["  " + verdictLine(style)]).joined(separator: "\n")
    }

    /// The verdict with the checks that it is about.
    package func verdictLine(_ style: TextStyle) -> String {
        let word = style.text(verdict.rawValue.uppercased(), TextStyle.role(of: verdict))
        let parts = [(Finding.Status.failure, "failed"), (.warning, "to look at"), (.skipped, "skipped")].compactMap {
            (status, words) -> String? in
            let names = names(status)
            return names.isEmpty ? nil : "\(words): \(names.joined(separator: ", "))"
        }
        return word + "  " + (parts.isEmpty ? "nothing stands in the way of a run" : parts.joined(separator: " · "))
    }

    private static func mark(_ status: Finding.Status) -> (String, TextStyle.Role) {
        switch status {
        case .ok: ("✓", .pass)
        case .warning: ("!", .inconclusive)
        case .failure: ("✗", .fail)
        case .skipped: ("–", .quiet)
        }
    }
}
