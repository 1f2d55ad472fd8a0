import ArgumentParser
import ExactJSON
import Foundation
import RingbackTestKit
import Testing

@testable import RingbackCommands

/// Which schemas there are, and that the check of them finds what is wrong.
@Suite(.timeLimit(.minutes(5)))
struct SchemaListTests {
    /// Every command without commands below it has a schema, named after it.
    @Test func everyCommandHasASchema() throws {
        func leaves(_ command: any AsyncParsableCommand.Type, _ path: [String]) -> [[String]] {
            let below = command.configuration.subcommands.compactMap { $0 as? any AsyncParsableCommand.Type }
            return below.isEmpty ? [path] : below.flatMap { leaves($0, path + [$0._commandName]) }
        }
        let names = leaves(RingbackCommand.self, []).map {
            $0.joined(separator: "-").replacing("calibrate-run", with: "calibrate")
        }
        let files = try FileManager.default.contentsOfDirectory(atPath: SchemaCheck.folder.path)
        #expect(Set(files) == Set(names.map { "\($0).json" }))
    }

    @Test(arguments: [
        (#"{"items":[]}"#, "lacks version"), (#"{"version":2,"items":[]}"#, "/version is 2"),
        (#"{"version":1,"items":{}}"#, "/items is an object"), (#"{"version":1,"items":[{}]}"#, "/items/0 lacks id"),
        (#"{"version":1,"items":[],"more":1}"#, "/more is not in the schema"),
    ])
    func aDocumentThatDiffersIsFound(_ text: String, _ problem: String) throws {
        let problems = try SchemaCheck("runs-list").problems(of: JSONReader.read(Array(text.utf8)))
        #expect(problems.contains { $0.contains(problem) }, "\(problems)")
    }
}
