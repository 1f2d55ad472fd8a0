import ArgumentParser
import RingbackTestKit
import Testing

@testable import RingbackCommands

/// Help, version and completion scripts.
@Suite(.timeLimit(.minutes(5)))
struct HelpTests {
    static let commands = [
        "", "run", "validate", "simulate", "calibrate", "calibrate run", "calibrate merge", "odds", "explain", "fit",
        "backtest",
        "sandbox", "serve",
        "doctor", "init", "import", "inbox", "inbox list", "inbox show",
        "inbox replay", "slots", "slots list", "slots release", "runs", "runs list", "runs show", "runs diff",
        "runs prune", "report", "profiles", "deliveries", "deliveries list",
        "deliveries show",
        "deliveries replay", "audit",
        "audit verify", "audit checkpoint", "audit prove", "audit show", "audit export", "audit report",
        "audit rotate-key", "audit forget", "token", "token create", "token list", "token revoke", "store",
        "store migrate",
        "store move",
    ]

    @Test(arguments: commands) func everyCommandHasHelpWithExamples(_ command: String) async throws {
        try await Workspace.inMemory { workspace in
            let ended = await workspace.command(command.split(separator: " ").map(String.init) + ["--help"])
            #expect(ended.exitCode == 0 && ended.stderr.isEmpty)
            #expect(ended.stdout.contains("Examples:\n") || ended.stdout.contains("Example:\n"))
            #expect(ended.stdout.contains("ringback \(command)"))
            try Golden.expect(ended.stdout, "help\(command.isEmpty ? "" : "-\(command.replacing(" ", with: "-"))").txt")
        }
    }

    @Test func everyCommandIsInTheList() {
        func names(_ command: any AsyncParsableCommand.Type, _ path: String) -> [String] {
            [path]
                + command.configuration.subcommands.compactMap { $0 as? any AsyncParsableCommand.Type }.flatMap {
                    names($0, path.isEmpty ? $0._commandName : "\(path) \($0._commandName)")
                }
        }
        #expect(Set(names(RingbackCommand.self, "")) == Set(Self.commands))
    }

    @Test func theVersionHasThreeNumbers() async throws {
        try await Workspace.inMemory { workspace in
            let ended = await workspace.command(["--version"])
            #expect(ended.exitCode == 0)
            #expect(ended.stdout.wholeMatch(of: /ringback [0-9]+\.[0-9]+\.[0-9]+\n/) != nil)
        }
    }

    @Test(arguments: ["bash", "zsh", "fish"]) func shellsGetACompletionScript(_ shell: String) async throws {
        try await Workspace.inMemory { workspace in
            let ended = await workspace.command(["--generate-completion-script", shell])
            #expect(ended.exitCode == 0)
            for word in ["ringback", "validate", "webhook-listen"] { #expect(ended.stdout.contains(word)) }
        }
    }
}
