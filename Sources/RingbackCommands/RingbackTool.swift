import ArgumentParser
import RunPipeline
import RunReport

/// The program: reads the command line, carries out the command, and exits with a code of ``RunReport/ExitCode``.
public enum RingbackTool {
    /// Runs the program and ends the process.
    public static func run() async -> Never {
        Console.ignoreBrokenPipes()
        let code = await run(Array(CommandLine.arguments.dropFirst()))
        Console.exit(code)
    }

    /// Carries out a command line and tells what to exit with.
    static func run(_ arguments: [String]) async -> RunReport.ExitCode {
        do {
            var command = try RingbackCommand.parseAsRoot(arguments)
            if var asynchronous = command as? any AsyncParsableCommand {
                try await asynchronous.run()
            } else {
                try command.run()
            }
            return .pass
        } catch let failure as CommandFailure {
            if !failure.message.isEmpty { Console.error("ringback: \(failure.message)") }
            return failure.code
        } catch {
            let text = RingbackCommand.fullMessage(for: error)
            // Help and version are asked for; everything else is a mistake on the command line.
            if RingbackCommand.exitCode(for: error) == .success {
                Console.output(text)
                return .pass
            }
            Console.error(text)
            return arguments.starts(with: ["audit", "verify"]) ? AuditVerifyCommand.couldNotRun : .usage
        }
    }
}

/// The end of a command that did not pass: the message goes to standard error.
struct CommandFailure: Error {
    var code: RunReport.ExitCode
    var message = ""

    static func usage(_ message: String) -> CommandFailure { CommandFailure(code: .usage, message: message) }
}

/// `ringback`: the root of all commands.
struct RingbackCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ringback",
        abstract: "Tests an outbound predictive dialer before it dials anybody.",
        discussion: """
            Examples:
              ringback init                    write a starter scenario
              ringback validate scenario.yaml  every problem, with its place
              ringback run scenario.yaml       the whole job against a sandbox
              ringback simulate scenario.yaml  the dialer engine alone, with intervals
              ringback sandbox                 the simulation API as a server
              ringback deliveries list         what monitors got, and what they did not
              ringback doctor                  what stands in the way of a run
              ringback inbox                   what was received, quarantine included
              ringback audit verify            whether the audit log is what was written

            Exit codes (audit verify has its own):
              0  pass
              1  an assertion failed
              2  usage, scenario or configuration error; nothing was sent
              3  refused for good by the remote side or the transport
              4  timed out or interrupted
              5  outcome unknown: a simulation may have been created
              6  inconclusive: too few calls to decide
            """,
        version: "ringback \(Run.version)",
        subcommands: [
            RunCommand.self, ValidateCommand.self, SimulateCommand.self, SandboxCommand.self, DeliveriesCommand.self,
            InboxCommand.self, AuditCommand.self, ServeCommand.self, DoctorCommand.self, InitCommand.self,
        ]
    )
}
