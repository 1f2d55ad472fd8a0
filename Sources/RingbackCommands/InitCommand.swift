import ArgumentParser
import ExactJSON
import RingbackHome
import ScenarioFile

/// `ringback init`: a commented starter scenario.
struct InitCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "init",
        abstract: "Write a commented starter scenario. Sends nothing.",
        discussion: """
            Examples:
              ringback init                  writes ./scenario.yaml
              ringback init tests/dialer     writes tests/dialer/scenario.yaml
              ringback init --force          replaces a file that is there
            """
    )

    @OptionGroup var common: CommonOptions

    @Flag(help: "Replace a file that is there.")
    var force = false

    @Argument(help: ArgumentHelp("The folder to write to.", valueName: "dir"), completion: .directory)
    var directory = "."

    func run() async throws {
        let path = directory == "." ? "scenario.yaml" : "\(directory)/scenario.yaml"
        do {
            try FileSystem.makeDirectory(directory)
            if !force, try FileSystem.names(in: directory).contains("scenario.yaml") {
                throw CommandFailure.usage("\(path) is there already; --force replaces it")
            }
            try FileSystem.replace(path, with: Array(Scenario.starter.utf8))
        } catch let error as FileError {
            throw CommandFailure.usage("\(error)")
        }
        if common.json {
            let document: JSONValue = ["version": 1, "path": .string(path)]
            Console.output(document.prettyText)
        } else if !common.quiet {
            Console.output("wrote \(path)\nnext: ringback run \(path)")
        }
    }
}
