import Addresses
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
    ///
    /// The log is verified before. If it is not as it was written, `warning` makes the first line, and the command fails.
    static func list(
        _ query: AuditQuery,
        in directory: String,
        asJSON: Bool,
        head: String = "",
        warning: @escaping @Sendable (String) -> String = { $0 + "\n" },
        text: @escaping @Sendable (AuditRecord) -> String
    ) async throws {
        let (finding, unreadable) = try await read { () -> (AuditFinding, Int) in
            let finding = try AuditVerifier(directory: directory).verify()
            let reader = AuditReader(directory: directory)
            if asJSON {
                Console.outputRaw("{\n  \"verification\": \(finding.summary.text),\n  \"entries\": [")
            } else {
                Console.outputRaw((finding.warning.map(warning) ?? "") + head)
            }
            var separator = "\n    "
            let unreadable = try reader.each(query) { record in
                Console.outputRaw(asJSON ? separator + record.json.text : text(record))
                separator = ",\n    "
            }
            if asJSON { Console.outputRaw("\n  ]\n}\n") }
            return (finding, unreadable)
        }
        try end(finding, unreadable)
    }

    /// Ends a command that has printed what is in a log: warns of lines that cannot be read.
    ///
    /// - Throws: ``CommandFailure`` if the log is not as it was written.
    static func end(_ finding: AuditFinding, _ unreadable: Int) throws {
        warn(ofUnreadable: unreadable)
        if let warning = finding.warning { throw CommandFailure.usage(warning) }
    }

    /// Warns of lines that cannot be read.
    private static func warn(ofUnreadable lines: Int) {
        guard lines > 0 else { return }
        let what = lines == 1 ? "1 line is not an entry" : "\(lines) lines are not entries"
        Console.error("ringback: warning: \(what); `ringback audit verify` shows where")
    }
}

extension AuditFinding {
    /// What stands over everything that is printed from a log that is not as it was written; nil if it is.
    var warning: String? {
        let place = firstBad.map { bad in bad.file + (bad.line.map { ":\($0)" } ?? "") + ": \(bad.reason)" } ?? ""
        let what: String
        switch verdict {
        case .intact, .torn: return nil
        case .tampered: what = "the audit log was altered (\(place)), so what is printed from it is no evidence"
        case .truncated: what = "entries are missing at the end of the audit log (\(place)), so figures are incomplete"
        }
        return PrintableText.line("warning: \(what); see `ringback audit verify`")
    }

    /// The finding beside what was read from the log, for programs.
    var summary: JSONValue {
        let whole = json
        return .object(present: [
            "verdict": whole["verdict"], "anchored": whole["anchored"], "firstBad": whole["firstBad"],
            "warning": warning.map { .string($0) },
        ])
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
