import Addresses
import ArgumentParser
import HTTPExchange
import RingbackHome
import RunPipeline
import RunReport
import RunStore
import ScenarioFile

/// The program: reads the command line, runs the command, and exits with a code of ``RunReport/ExitCode``.
public enum RingbackTool {
    /// Runs the program and ends the process.
    public static func run() async -> Never {
        ThisProcess.prepare()
        ThisProcess.end(with: await run(Array(CommandLine.arguments.dropFirst())))
    }

    /// Runs a command line and returns the exit code; results that could not be printed are a failure of their own.
    static func run(_ arguments: [String]) async -> RunReport.ExitCode {
        let hosts = ClearText.hosts(in: Environment.value(ClearText.variable) ?? "")
        let store = TrustStore(
            file: Environment.filled("SSL_CERT_FILE"),
            folders: Environment.filled("SSL_CERT_DIR")
        )
        let code = await TrustStore.$current.withValue(store) {
            await ClearText.$hosts.withValue(hosts) { await outcome(of: arguments) }
        }
        guard let failure = Console.outputFailure else { return code }
        Console.error("ringback: \(failure)")
        if isAuditVerify(arguments) { return code == .pass ? AuditVerifyCommand.couldNotRun : code }
        return code == .outcomeUnknown ? code : .refused
    }

    private static func isAuditVerify(_ arguments: [String]) -> Bool { arguments.starts(with: ["audit", "verify"]) }

    /// The message, in which arguments show by code what is invisible or looks like another character.
    private static func quoting(_ arguments: [String], in message: String) -> String {
        let words = arguments.flatMap { [$0] + $0.split { $0 == "=" || $0 == ":" }.map(String.init) }
        return words.reduce(message) { text, word in
            let shown = PrintableText.excerpt(word, to: .max)
            return shown == word ? text : text.replacing(word, with: shown)
        }
    }

    private static func outcome(of arguments: [String]) async -> RunReport.ExitCode {
        let output = RefusedOutput(arguments)
        do {
            let command = try RingbackCommand.parseAsRoot(try GateArgument.completing(arguments))
            try await StorePlace.$current.withValue(try StorePlace.ofEnvironment(arguments)) {
                if var asynchronous = command as? any AsyncParsableCommand {
                    try await asynchronous.run()
                } else {
                    var command = command
                    try command.run()
                }
            }
            return .pass
        } catch {
            if let failure = CommandFailure(error, home: CommonOptions.homePath(arguments.value(of: "--home"))) {
                if !failure.message.isEmpty { Console.error("ringback: \(quoting(arguments, in: failure.message))") }
                if failure.leavesFiles { output.leave(failure.reason, failure.code, failure.diagnostics) }
                return failure.code
            }
            let text = RingbackCommand.fullMessage(
                for: error,
                columns: Environment.value("COLUMNS").flatMap { Int($0) }
            )
            // Help and version were asked for; everything else is a mistake on the command line.
            if RingbackCommand.exitCode(for: error) == .success {
                Console.output(text)
                return .pass
            }
            Console.error(quoting(arguments, in: AcceptedValues.explaining(text)))
            output.leave(AcceptedValues.explaining(RingbackCommand.message(for: error)), .usage)
            return isAuditVerify(arguments) ? AuditVerifyCommand.couldNotRun : .usage
        }
    }
}

/// The end of a command that did not pass; the message goes to standard error.
struct CommandFailure: Error {
    var code: RunReport.ExitCode
    var message = ""
    /// The problems that were printed in place of a message.
    var diagnostics: [Diagnostic] = []
    /// Whether the files of `--out` have to say it; not if they speak of the run already.
    var leavesFiles = true
    /// The error beneath.
    var cause: (any Error)?

    /// Why the command did not do its work; empty if it did, and did not pass.
    var reason: String { message.isEmpty ? diagnostics.map(\.description).joined(separator: "\n") : message }

    static func usage(_ message: String) -> CommandFailure { CommandFailure(code: .usage, message: message) }

    /// Runs `work`; an error that is not a ``CommandFailure`` becomes the one that `failure` makes of its text.
    static func catching<Result>(
        _ failure: (String) -> CommandFailure = Self.usage,
        _ work: () async throws -> Result
    ) async throws -> Result {
        do {
            return try await work()
        } catch let failure as CommandFailure {
            throw failure
        } catch {
            var failure = failure("\(error)")
            failure.cause = error
            throw failure
        }
    }

    /// Prints the problems of a file to standard error.
    static func printing(_ diagnostics: [Diagnostic]) -> CommandFailure {
        for diagnostic in diagnostics { Console.error("\(diagnostic)") }
        return CommandFailure(code: .usage, diagnostics: diagnostics)
    }
}

extension CommandFailure {
    /// The failure that an error of a command means, with what to do if a file of the home is at fault; `nil` for a
    /// mistake on the command line.
    fileprivate init?(_ error: any Error, home: String) {
        guard let failure = error as? CommandFailure else {
            guard RingbackCommand.exitCode(for: error) == .failure else { return nil }
            self.init(CommandFailure(code: .usage, message: "\(error)", cause: error), home: home)
            return
        }
        self = failure
        // If the database is out of reach, the exit code says so in every command, whatever step failed.
        if code == .usage, isOfStoreThatPasses { code = .refused }
        guard let file = cause as? FileError, "\(file.path)/".hasPrefix("\(home)/") else { return }
        message += "; look at the home, or choose another with --home or RINGBACK_HOME"
    }
}

extension CommandFailure {
    /// Whether the store that machines share is at fault, and would not have been later.
    private var isOfStoreThatPasses: Bool {
        var beneath = cause
        while let error = beneath {
            if RunError.isOfStoreThatPasses(error) { return true }
            beneath = (error as? CommandFailure)?.cause
        }
        return false
    }
}

extension StorePlace {
    /// The variable that names the PostgreSQL of a store that machines share.
    static let variable = "RINGBACK_DATABASE_URL"

    /// Where the variables and the options of a command line put the store.
    static func ofEnvironment(_ arguments: [String]) throws -> StorePlace {
        guard let address = try Environment.secret(variable) else { return .home }
        let connections = arguments.value(of: StoreOptions.connectionsName).flatMap { Int($0) } ?? 6
        // A database is opened on another thread, which belongs to no task.
        let console = Console.current
        return .shared(
            SharedDatabase(
                address: address,
                connections: max(2, connections),
                leavesLocal: arguments.contains(StoreOptions.leaveLocalName),
                notice: StoreNotice { sentence in
                    Console.$current.withValue(console) { Console.error("ringback: \(sentence)") }
                }
            )
        )
    }
}

extension [String] {
    /// The value of an option in a command line, also in one that cannot be parsed; the last one counts.
    fileprivate func value(of option: String) -> String? {
        var value: String?
        for (index, argument) in zip(indices, self).dropFirst().prefix(while: { $1 != "--" }) {
            if argument.hasPrefix("\(option)=") {
                value = String(argument.dropFirst(option.count + 1))
            } else if argument == option, let next = dropFirst(index + 1).first, !next.hasPrefix("-") {
                value = next
            }
        }
        return value
    }
}

/// What `run` and `simulate` leave if they are refused: the files in the folder of `--out` say so, whatever stood there
/// before, and with `--github` the workflow.
struct RefusedOutput {
    private let kind: String
    private let folder: String?
    private let scenario: String
    private let isForWorkflow: Bool
    private let isJSON: Bool

    /// Reads a command line, also one that cannot be parsed.
    init(_ arguments: [String]) {
        kind = arguments.first ?? ""
        let leaves = ["run", "simulate"].contains(kind)
        folder = leaves ? arguments.value(of: "--out").flatMap { $0.isEmpty ? nil : $0 } : nil
        isForWorkflow = leaves && arguments.contains("--github")
        isJSON = arguments.contains("--json")
        let command = try? RingbackCommand.parseAsRoot((try? GateArgument.completing(arguments)) ?? arguments)
        let run = command as? RunCommand
        scenario = run?.scenario ?? run?.resume ?? (command as? SimulateCommand)?.scenario ?? kind
    }

    /// Writes the files; if that fails, a warning says that the folder may speak of an earlier run.
    func leave(_ reason: String, _ code: RunReport.ExitCode, _ diagnostics: [Diagnostic] = []) {
        guard !reason.isEmpty, folder != nil || isForWorkflow else { return }
        let run = UnfinishedRun(
            kind: kind,
            scenario: scenario,
            reason: reason,
            exitCode: code,
            diagnostics: diagnostics.map(\.json)
        )
        if isForWorkflow { WorkflowReport.refuse(run, diagnostics, isJSON: isJSON) }
        guard let folder else { return }
        do { try Run.leaveFiles(of: run, in: folder) } catch {
            Console.error("ringback: warning: the files in \(folder) do not speak of this run: \(error)")
        }
    }
}

/// `ringback`: the root of all commands.
struct RingbackCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ringback",
        abstract: "Tests an outbound predictive dialer before it dials anybody.",
        discussion: """
            Examples:
              ringback init                    write a starter scenario
              ringback validate scenario.yaml  list every problem, with its place
              ringback run scenario.yaml       run it against an embedded sandbox
              ringback simulate scenario.yaml  run the dialer engine alone, many times
              ringback fit calls.csv           turn call records into a scenario
              ringback import campaign.xml --from uccx
                                               turn a dialer's settings into a scenario
              ringback backtest s.yaml c.csv   hold a scenario against call records
              ringback sandbox                 serve the simulation API
              ringback deliveries list         list what was sent to QA monitors
              ringback doctor                  check what a run needs
              ringback inbox                   list the webhooks that were received
              ringback slots                   list the runs that hold a slot
              ringback runs list               list the runs of the home
              ringback token list              list who may use the service
              ringback store migrate           set up the database that machines share
              ringback report build/dialer     render the report of a run again
              ringback audit verify            check that the audit log is unchanged

            Exit codes (audit verify has its own):
              0  pass
              1  an assertion failed
              2  usage, scenario or configuration error; nothing was sent
              3  the remote side or the connection refused for good
              4  timed out or interrupted
              5  outcome unknown: a simulation may have been created
              6  inconclusive: too few calls to decide
            """,
        version: "ringback \(Run.version)",
        subcommands: [
            RunCommand.self, ValidateCommand.self, SimulateCommand.self, CalibrateCommand.self, OddsCommand.self,
            ExplainCommand.self, FitCommand.self, BacktestCommand.self, SandboxCommand.self, DeliveriesCommand.self,
            InboxCommand.self, SlotsCommand.self, RunsCommand.self, ReportCommand.self, ProfilesCommand.self,
            AuditCommand.self, ServeCommand.self, StoreCommand.self,
            TokenCommand.self, DoctorCommand.self, InitCommand.self, ImportCommand.self,
        ]
    )
}
