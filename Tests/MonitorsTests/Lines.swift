import Foundation

/// The lines of a text file.
enum Lines {
    static func of(_ path: String) throws -> [String] {
        try String(contentsOf: URL(filePath: path), encoding: .utf8).split(separator: "\n").map(String.init)
    }
}
