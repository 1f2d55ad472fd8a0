import Foundation
import ScenarioFile
import SimulationAPI
import Testing

@Suite("Files", .timeLimit(.minutes(5)))
struct FileTests {
    static let root = String(#filePath.split(separator: "/").dropLast(3).joined(separator: "/"))

    @Test("the examples and the starter validate without warnings", arguments: ["tutorial", "ten-agents", "must-fail"])
    func examples(_ name: String) throws {
        let loaded = try Scenario.load(path: "/\(Self.root)/Examples/\(name).yaml")
        #expect(loaded.warnings.isEmpty && loaded.scenario.name == name)
        #expect(
            name == "ten-agents" || loaded.scenario.writtenParts == ["version", "name", "simulation", "thresholds"]
        )
    }

    @Test("the starter runs as it is, and its comments are right as well")
    func starter() throws {
        let loaded = try Scenario.parse(text: Scenario.starter, file: "scenario.yaml")
        #expect(loaded.warnings.isEmpty && loaded.scenario.payload.maxCalls == 50)
        #expect(loaded.scenario.writtenParts == ["version", "name", "simulation", "thresholds"])
        let parts = ["limits:", "contactCenter:", "  ", "pacing:", "run:", "compliance:", "monitors:"]
        let uncommented = Scenario.starter.split(separator: "\n", omittingEmptySubsequences: false).map { line in
            let text = line.hasPrefix("# ") ? line.dropFirst(2) : line
            return parts.contains { text.hasPrefix($0) } ? String(text) : String(line)
        }
        let everything = try Scenario.parse(
            text: uncommented.joined(separator: "\n"),
            file: "s.yaml",
            overrides: [Override(parsing: "contactCenter.agents=2")]
        )
        #expect(everything.scenario.writtenParts.count == 10 && everything.warnings.isEmpty)
    }

    @Test(
        "files that cannot be read",
        arguments: [
            (
                "/nonexistent.yaml",
                "/nonexistent.yaml:1:1: error: the file cannot be read: there is no such file [file.unreadable]"
            ),
            ("/", "/:1:1: error: the file cannot be read: it is a directory [file.unreadable]"),
            ("", "\"\":1:1: error: the file cannot be read: this is not a file name [file.unreadable]"),
            ("a\0b", "a\\u{0}b:1:1: error: the file cannot be read: this is not a file name [file.unreadable]"),
            ("/dev/zero", "/dev/zero:1:1: error: the file is larger than 1 MiB [file.too_large]"),
            ("/dev/null", "/dev/null:1:1: error: the file holds no document [yaml.empty]"),
            (
                "/bin/sh",
                "/bin/sh:1:1: error: the file cannot be read: it is not UTF-8; save it as UTF-8 [file.unreadable]"
            ),
        ]
    )
    func unreadable(_ path: String, _ diagnostic: String) throws {
        let error = try #require(throws: ScenarioError.self) { try Scenario.load(path: path) }
        #expect(error.description == diagnostic)
    }

    @Test("files in UTF-16 are called so", arguments: [true, false], [true, false])
    func wide(_ isMarked: Bool, _ isBig: Bool) throws {
        let units = Array(((isMarked ? "\u{FEFF}" : "") + "version: 1\n").utf16)
        let bytes = units.flatMap { isBig ? [UInt8($0 >> 8), UInt8($0 & 255)] : [UInt8($0 & 255), UInt8($0 >> 8)] }
        let path = FileManager.default.temporaryDirectory.appending(path: "wide-\(UUID()).yaml").path
        defer { try? FileManager.default.removeItem(atPath: path) }
        try Data(bytes).write(to: URL(filePath: path))
        let error = try #require(throws: ScenarioError.self) { try Scenario.load(path: path) }
        let words = "the file cannot be read: it is in UTF-16; save it as UTF-8"
        #expect(error.description == "\(path):1:1: error: \(words) [file.unreadable]")
    }

    @Test("a list of monitors stands alone, too")
    func monitors() throws {
        let list = try Scenario.Monitor.parseList(text: "- {name: a, kind: stdout}\n", file: "m.yaml")
        #expect(list.monitors.map(\.name) == ["a"] && list.warnings.isEmpty)
        let error = try #require(throws: ScenarioError.self) {
            try Scenario.Monitor.parseList(text: "a: 1", file: "m.yaml")
        }
        #expect(error.description == "m.yaml:1:1: error: the document must be a list, not an object [field.type]")
    }
}
