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
              ringback init --force          replaces an existing file
            """
    )

    @OptionGroup var common: CommonOptions

    @Flag(help: "Replace an existing file.")
    var force = false

    @Argument(help: ArgumentHelp("The folder to write to.", valueName: "dir"), completion: .directory)
    var directory = "."

    func run() async throws {
        let path = directory == "." ? "scenario.yaml" : "\(directory)/scenario.yaml"
        try await CommandFailure.catching {
            try FileSystem.makeDirectory(directory)
            if !force, try FileSystem.names(in: directory).contains("scenario.yaml") {
                throw CommandFailure.usage("\(path) exists already; --force replaces it")
            }
            try FileSystem.replace(path, with: Array(Scenario.starter.utf8))
        }
        if common.json {
            Console.output(["version": 1, "path": .string(path)])
        } else if !common.quiet {
            Console.output("wrote \(path)\nnext: ringback run \(path)")
        }
    }
}
