import ArgumentParser
import AuditLog
import ExactJSON
import RingbackHome
import RunPipeline
import RunReport

/// `ringback audit`: checks, proofs and exports of the audit log.
struct AuditCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "audit",
        abstract: "Verify the audit log, prove entries, and export records.",
        discussion: """
            DIR is the folder of a log or of a copy; without it, the log of the home is
            used. Only rotate-key and forget change anything. No command needs a network.

            Examples:
              ringback audit verify
              ringback audit verify copy/audit --key key.pub --checkpoint old-checkpoint.txt
              ringback audit prove .ringback/audit 17
              ringback audit show --run 01JD8Z9N7M4T2V6X8Y0ZABCDEF
              ringback audit export --from 2026-11-01 --format csv > november.csv
              ringback audit report --from 2026-11-01
            """,
        subcommands: [
            AuditVerifyCommand.self, AuditCheckpointCommand.self, AuditProveCommand.self, AuditShowCommand.self,
            AuditExportCommand.self, AuditReportCommand.self, AuditRotateKeyCommand.self, AuditForgetCommand.self,
        ]
    )
}

/// The argument that names the folder of a log.
struct AuditFolder: ParsableArguments {
    @Argument(help: .value("dir", "The folder of the log.", "Default: HOME/audit"), completion: .directory)
    var directory: String?

    func path(_ common: CommonOptions) -> String { directory ?? Home(inspecting: common.homePath).auditPath }
}

/// What the audit commands share.
enum AuditCommands {
    /// Reads a log away from the threads of the concurrency pool; an error becomes a ``CommandFailure``.
    static func read<Result: Sendable>(_ body: @escaping @Sendable () throws -> Result) async throws -> Result {
        let console = Console.current
        return try await CommandFailure.catching {
            try await BlockingWork.run { try Console.$current.withValue(console) { try body() } }
        }
    }

    /// The home of an existing log; a mistyped path creates nothing.
    static func home(_ path: String) throws -> Home {
        guard try FileSystem.inspect(Home(inspecting: path).auditPath) != nil else {
            throw CommandFailure.usage("there is no audit log in \(path); the first run makes one")
        }
        return try Home(path: path)
    }

    /// Prints the entries that a query takes: `text` of each after `head`, or one JSON document.
    static func list(
        _ query: AuditQuery,
        in directory: String,
        asJSON: Bool,
        head: String = "",
        text: @escaping @Sendable (AuditRecord) -> String
    ) async throws {
        let unreadable = try await read { () -> Int in
            let reader = AuditReader(directory: directory)
            try reader.requireLog()
            Console.outputRaw(asJSON ? "{\n  \"entries\": [" : head)
            var separator = "\n    "
            let unreadable = try reader.each(query) { record in
                Console.outputRaw(asJSON ? separator + record.json.text : text(record))
                separator = ",\n    "
            }
            if asJSON { Console.outputRaw("\n  ]\n}\n") }
            return unreadable
        }
        warn(ofUnreadable: unreadable)
    }

    /// Warns of lines that cannot be read.
    static func warn(ofUnreadable lines: Int) {
        guard lines > 0 else { return }
        let what = lines == 1 ? "1 line is not an entry" : "\(lines) lines are not entries"
        Console.error("ringback: warning: \(what); `ringback audit verify` shows where")
    }
}

/// Where a copy of the checkpoint goes.
struct AnchorArgument: ExpressibleByArgument {
    /// Nil for standard output.
    var place: AuditAnchor?

    init?(argument: String) {
        if argument.hasPrefix("monitor:") {
            let name = String(argument.dropFirst("monitor:".count))
            guard !name.isEmpty else { return nil }
            place = .monitor(name)
        } else if argument == "-" {
            place = nil
        } else {
            guard !argument.isEmpty else { return nil }
            place = .file(argument)
        }
    }
}
