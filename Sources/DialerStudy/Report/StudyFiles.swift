import ExactJSON
package import RunReport

extension StudyResult {
    /// The files of a simulation, by their names.
    ///
    /// - Parameter command: the command that does the same again, for the report.
    package func files(
        comparison: PolicyComparison? = nil,
        command: String,
        inconclusive: JUnitDocument.Inconclusive = .skipped
    ) throws -> [(name: String, text: String)] {
        let document = comparison.map { self.document(with: $0) } ?? self.document
        var files = [
            ("result.json", document.prettyText + "\n"),
            ("report.html", try StudyReport(self, command: command).text()),
        ]
        if let shown = ResultDocument(document) {
            files.append(("junit.xml", JUnitDocument(shown, inconclusive: inconclusive).text))
        }
        if let course { files.append(("intervals.csv", course.csv)) }
        return files
    }
}

extension CalibrationResult {
    /// The files of a calibration, by their names.
    ///
    /// - Parameter command: the command that does the same again, for the report.
    package func files(command: String) throws -> [(name: String, text: String)] {
        [
            ("result.json", json.prettyText + "\n"),
            ("report.html", try CalibrationReport(self, command: command).text()), ("settings.csv", csv),
        ]
    }
}
