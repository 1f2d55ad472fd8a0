import Addresses
import ArgumentParser
import AuditLog
import ExactJSON
import RingbackHome
import RunReport

/// The options that choose entries.
struct AuditFilter: ParsableArguments {
    @Option(help: .value("id", "Only entries of this run."))
    var run: String?

    @Option(help: .value("type", "Only entries of this type, such as verdict."))
    var type: String?

    @OptionGroup var period: PeriodOptions

    func validate() throws {
        if let type, AuditEntry.EventType(rawValue: type) == nil {
            let known = AuditEntry.EventType.allCases.map(\.rawValue).joined(separator: ", ")
            throw ValidationError("there is no type \(type); the types are \(known)")
        }
    }

    var query: AuditQuery {
        var query = AuditQuery()
        (query.runID, query.type) = (run, type)
        (query.from, query.to) = (period.from?.timestamp, period.to?.timestamp)
        return query
    }
}

/// `ringback audit show`: lists entries.
struct AuditShowCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "List entries by run, type and time.",
        discussion: """
            The log has commitments instead of names. A name is shown if the home still
            has its salt. The log is verified first: a warning stands above the entries
            of a log that was altered, and the exit code is 2.

            Examples:
              ringback audit show --type verdict --from 2026-11-01
              ringback audit show --type verdict --json | jq '.entries[].result'
            """
    )

    @OptionGroup var common: CommonOptions
    @OptionGroup var folder: AuditFolder
    @OptionGroup var filter: AuditFilter

    func run() async throws {
        let directory = folder.path(common)
        // The names that belong to the commitments, if the log is in its home.
        let names = (try? Pseudonyms(Home(inspecting: "\(directory)/..")).names()) ?? [:]
        try await AuditCommands.list(filter.query, in: directory, asJSON: common.json) { $0.line(names) + "\n" }
    }
}

extension AuditRecord {
    /// The entry on one line.
    func line(_ names: [String: String]) -> String {
        let parts = [
            sequence.map { "\($0)" }, time, type, result, runID.map { "run \($0)" }, simulationID, who(names), error,
        ]
        return PrintableText.line(parts.compactMap { $0 }.joined(separator: "  "), limit: 600)
    }

    /// The actor: the name if its salt is known, else the beginning of the commitment.
    func who(_ names: [String: String]) -> String? {
        guard let actor else { return nil }
        let commitment = String(actor.prefix { $0 != " " })
        if let name = names[commitment] { return "by \(name)" }
        return commitment.hasPrefix("sha256:") ? "by \(commitment.prefix(15))…" : "by \(actor)"
    }
}
