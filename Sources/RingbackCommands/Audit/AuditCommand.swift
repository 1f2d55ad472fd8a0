import ArgumentParser
import AuditLog
import ExactJSON
import RingbackHome
import RunPipeline
import RunReport

/// `ringback audit`: checks, proofs and records out of the audit log.
struct AuditCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "audit",
        abstract: "Verify the audit log, prove what is in it, and take records out of it.",
        discussion: """
            DIR is the folder of a log, or a copy of it; left out, that of the home.
            Reading commands change nothing and need no network.

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

/// The folder of a log on the command line.
struct AuditFolder: ParsableArguments {
    @Argument(
        help: ArgumentHelp("The folder of the log.", discussion: "Default: HOME/audit", valueName: "dir"),
        completion: .directory
    )
    var directory: String?

    func path(_ common: CommonOptions) -> String { directory ?? Home(inspecting: common.homePath).auditPath }
}

/// What the audit commands share.
enum AuditCommands {
    /// Reads the log of a folder.
    ///
    /// - Throws: ``CommandFailure`` that says what to do, where there is none or it cannot be read.
    static func carryOut<Result: Sendable>(_ body: @escaping @Sendable () throws -> Result) async throws -> Result {
        do {
            return try await BlockingWork.run(body)
        } catch let error as FileError {
            throw CommandFailure.usage("\(error)")
        } catch let error as AuditError {
            throw CommandFailure.usage("\(error)")
        }
    }

    /// The home of a log that is there; a mistyped one is not made.
    static func home(_ path: String) throws -> Home {
        let home = Home(inspecting: path)
        guard try FileSystem.inspect(home.auditPath) != nil else {
            throw CommandFailure.usage("there is no audit log in \(path): a run makes one")
        }
        return try Home(path: path)
    }

    /// The names behind the commitments of a log that lies in its home.
    static func names(beside directory: String) -> [String: String] {
        (try? Pseudonyms(Home(inspecting: "\(directory)/..")).names()) ?? [:]
    }

    /// Says that a log has lines that are no entries.
    static func warn(ofStrange lines: Int) {
        guard lines > 0 else { return }
        let what = lines == 1 ? "1 line is no entry" : "\(lines) lines are no entries"
        Console.error("ringback: warning: \(what); `ringback audit verify` tells where")
    }
}

/// A day or a moment on the command line.
struct MomentArgument: ExpressibleByArgument {
    var timestamp: Timestamp

    init?(argument: String) {
        let text = argument.count == 10 ? argument + "T00:00:00Z" : argument
        guard let timestamp = Timestamp(text) else { return nil }
        self.timestamp = timestamp
    }
}

/// A place for a checkpoint on the command line; standard output has none in the pipeline.
struct AnchorArgument: ExpressibleByArgument {
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
