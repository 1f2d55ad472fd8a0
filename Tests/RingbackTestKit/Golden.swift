import Foundation
package import Testing

/// Files in the folder `Golden` beside the tests, each with a text exactly as the program must write it.
///
/// `RINGBACK_RECORD_GOLDEN=1` writes the files anew; look at every difference before you commit it.
package enum Golden {
    /// Compares a text with the golden file `name`, and records an issue at the first line that differs.
    package static func expect(
        _ text: String,
        _ name: String,
        beside test: String = #filePath,
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let file = URL(filePath: test).deletingLastPathComponent().appending(path: "Golden/\(name)")
        if ProcessInfo.processInfo.environment["RINGBACK_RECORD_GOLDEN"] == "1" {
            try Data(text.utf8).write(to: file)
            return
        }
        let golden = String(decoding: try Data(contentsOf: file), as: UTF8.self)
        guard golden != text else { return }
        let difference = zip(lines(golden), lines(text)).enumerated().first { $0.element.0 != $0.element.1 }
        let place =
            difference.map { "line \($0.offset + 1):\n- \($0.element.0)\n+ \($0.element.1)" } ?? "the number of lines"
        Issue.record("\(name) differs in \(place)", sourceLocation: sourceLocation)
    }

    private static func lines(_ text: String) -> [Substring] {
        text.split(separator: "\n", omittingEmptySubsequences: false)
    }
}
