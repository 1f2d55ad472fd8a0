import ExactJSON
import RingbackHome

/// The folder that `--out` of `calibrate`, `odds` and `explain` names.
struct StudyFolder {
    let path: String

    /// Writes `result.json` and `report.html`, and further files by their names.
    func write(_ document: JSONValue, page: String, more: [(name: String, text: String)] = []) throws {
        do throws(FileError) {
            try FileSystem.makeNamedDirectory(path)
            let files = [("result.json", document.prettyText + "\n"), ("report.html", page)] + more
            for (name, text) in files { try FileSystem.writeNamed("\(path)/\(name)", Array(text.utf8)) }
        } catch {
            throw CommandFailure.usage("cannot write the report: \(error)")
        }
    }
}
