import ExactJSON
import RingbackHome

/// The folder that `--out` of `calibrate`, `odds` and `explain` names.
struct StudyFolder {
    let path: String

    /// Writes `result.json` and `report.html`.
    func write(_ document: JSONValue, page: String) throws {
        try write([("result.json", document.prettyText + "\n"), ("report.html", page)])
    }

    /// Writes files by their names.
    func write(_ files: [(name: String, text: String)]) throws {
        do throws(FileError) {
            try FileSystem.makeNamedDirectory(path)
            for (name, text) in files { try FileSystem.writeNamed("\(path)/\(name)", Array(text.utf8)) }
        } catch {
            throw CommandFailure.usage("cannot write the report: \(error)")
        }
    }
}
