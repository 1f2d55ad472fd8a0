/// Comma-separated values (RFC 4180).
package enum CSVText {
    /// A cell that holds a text as it is: in quotation marks if it has to be.
    package static func quoted(_ text: String) -> String {
        guard text.utf8.contains(where: { ",\"\r\n".utf8.contains($0) }) else { return text }
        return "\"" + text.replacing("\"", with: "\"\"") + "\""
    }

    /// A cell of a file that a spreadsheet opens: what it would take for a formula is a text (OWASP, "CSV Injection").
    package static func cell(_ text: String) -> String {
        let isFormula = text.utf8.first.map { "=+-@\t\r\n".utf8.contains($0) } ?? false
        return quoted(isFormula ? "'" + text : text)
    }
}
