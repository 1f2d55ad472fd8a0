import Foundation
import Testing

/// Files beside the tests that hold what a rendering must look like.
///
/// `RINGBACK_RECORD_GOLDEN=1` writes them anew; look at the difference before it is committed.
enum Golden {
    /// Holds a text against the file of that name.
    static func expect(_ text: String, _ name: String, sourceLocation: SourceLocation = #_sourceLocation) throws {
        let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Golden/\(name)")
        if ProcessInfo.processInfo.environment["RINGBACK_RECORD_GOLDEN"] == "1" {
            try Data(text.utf8).write(to: file)
            return
        }
        let golden = String(decoding: try Data(contentsOf: file), as: UTF8.self)
        guard golden != text else { return }
        let pairs = zip(lines(golden), lines(text)).enumerated()
        let difference = pairs.first { $0.element.0 != $0.element.1 }
        let place =
            difference.map { "line \($0.offset + 1):\n- \($0.element.0)\n+ \($0.element.1)" } ?? "the number of lines"
        Issue.record("\(name) differs in \(place)", sourceLocation: sourceLocation)
    }

    private static func lines(_ text: String) -> [Substring] {
        text.split(separator: "\n", omittingEmptySubsequences: false)
    }
}
