import Foundation
import Testing

@Suite("docs/CONFIGURATION.md", .timeLimit(.minutes(1)))
struct ConfigurationPageTests {
    private static let root = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    @Test func pageListsEveryVariableOfTheProgram() throws {
        let page = try Self.text("docs/CONFIGURATION.md")
        let read = try Self.names(in: "Sources", after: ["getenv(\"", "Environment.value(\"", "Environment.filled(\""])
        let named = try Self.names(in: "Sources", after: ["RINGBACK_", "CXONE_"])
        #expect(read.isSuperset(of: ["NO_COLOR", "TERM", "COLUMNS", "RINGBACK_HOME", "RINGBACK_CRASH_AT"]))
        #expect(named.count >= 12)
        for name in read.union(named).sorted() where !page.contains("`\(name)`") {
            Issue.record("docs/CONFIGURATION.md does not list \(name)")
        }
    }

    @Test func pageListsEveryVariableOfTestsAndTools() throws {
        let page = try Self.text("docs/CONFIGURATION.md")
        let read = try Self.names(in: "Tests", after: [".environment[\"RINGBACK_", "Context.environment[\"RINGBACK_"])
            .union(Self.names(in: "scripts", after: ["RINGBACK_"]))
            .union(Self.names(of: Self.text("Makefile"), after: ["RINGBACK_"]))
            .union(Self.names(of: Self.text("Package.swift"), after: ["RINGBACK_"]))
        #expect(read.count >= 7)
        for name in read.sorted() where !page.contains("`\(name)`") && !page.contains("`\(name)=") {
            Issue.record("docs/CONFIGURATION.md does not list \(name)")
        }
    }

    @Test func everyVariableOfThePageIsRead() throws {
        let prefixes = ["RINGBACK_", "CXONE_"]
        var known = try Self.names(of: Self.text("Makefile") + Self.text("Package.swift"), after: prefixes)
        for folder in ["Sources", "Tests", "scripts"] { try known.formUnion(Self.names(in: folder, after: prefixes)) }
        for name in try Self.names(of: Self.text("docs/CONFIGURATION.md"), after: prefixes).subtracting(known) {
            Issue.record("nothing reads \(name)")
        }
    }

    private static func text(_ path: String) throws -> String {
        try String(contentsOf: root.appending(path: path), encoding: .utf8)
    }

    /// The names of variables in the files of a folder, this one excepted.
    private static func names(in folder: String, after openings: [String]) throws -> Set<String> {
        let paths = FileManager.default.enumerator(atPath: root.appending(path: folder).path)?.compactMap {
            $0 as? String
        }
        return try (paths ?? []).reduce(into: []) { names, path in
            guard [".swift", ".sh"].contains(where: path.hasSuffix), !#filePath.hasSuffix(path) else { return }
            names.formUnion(Self.names(of: try text("\(folder)/\(path)"), after: openings))
        }
    }

    /// The names that follow one of the openings: `RINGBACK_` is part of a name, `getenv("` is not.
    private static func names(of text: String, after openings: [String]) -> Set<String> {
        openings.reduce(into: []) { names, opening in
            let prefix = opening.hasSuffix("_") ? opening.split(separator: "\"").last.map(String.init) ?? "" : ""
            for piece in text.components(separatedBy: opening).dropFirst() {
                let rest = piece.prefix { ("A"..."Z").contains($0) || $0 == "_" }
                if let last = rest.last, last != "_" { names.insert(prefix + rest) }
            }
        }
    }
}
