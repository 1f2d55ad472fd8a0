import Addresses
import ArgumentParser
import AuditLog
import ExactJSON
import RingbackHome
import RunReport

/// Which entries are wanted, on the command line.
struct AuditFilter: ParsableArguments {
    @Option(help: ArgumentHelp("Only those of this run.", valueName: "id"))
    var run: String?

    @Option(help: ArgumentHelp("Only those of this type, such as verdict.", valueName: "type"))
    var type: String?

    @Option(help: ArgumentHelp("Only those from this day or moment on (UTC).", valueName: "time"))
    var from: MomentArgument?

    @Option(help: ArgumentHelp("Only those before this day or moment (UTC).", valueName: "time"))
    var to: MomentArgument?

    func validate() throws {
        if let from, let to, to.timestamp <= from.timestamp { throw ValidationError("--to must be later than --from") }
        if let type, AuditEntry.EventType(rawValue: type) == nil {
            let known = AuditEntry.EventType.allCases.map(\.rawValue).joined(separator: ", ")
            throw ValidationError("there is no type \(type); there are \(known)")
        }
    }

    var query: AuditQuery {
        var query = AuditQuery()
        (query.runID, query.type) = (run, type)
        (query.from, query.to) = (from?.timestamp, to?.timestamp)
        return query
    }
}

/// `ringback audit show`: lists entries.
struct AuditShowCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "List entries by run, type and time.",
        discussion: """
            People stand in the log as commitments; where the home still has their salt,
            their names are shown. This does not verify anything: `audit verify` does.

            Examples:
              ringback audit show --type verdict --from 2026-11-01
              ringback audit show --type verdict --json | jq '.entries[].result'
            """
    )

    @OptionGroup var common: CommonOptions
    @OptionGroup var folder: AuditFolder
    @OptionGroup var filter: AuditFilter

    func run() async throws {
        let (directory, query, isJSON) = (folder.path(common), filter.query, common.json)
        let strange = try await AuditCommands.carryOut { () -> Int in
            let names = AuditCommands.names(beside: directory)
            let reader = AuditReader(directory: directory)
            try reader.requireLog()
            let list = JSONList(isJSON)
            let strange = try reader.each(query) { record in
                if isJSON { list.add(record.json) } else { Console.output(record.line(names)) }
            }
            list.end()
            return strange
        }
        AuditCommands.warn(ofStrange: strange)
    }
}

extension AuditRecord {
    /// The entry in one line.
    func line(_ names: [String: String]) -> String {
        let parts = [
            sequence.map { "\($0)" }, time, type, result, runID.map { "run \($0)" }, simulationID, who(names), error,
        ]
        return PrintableText.line(parts.compactMap { $0 }.joined(separator: "  "), limit: 600)
    }

    /// Who it was: the name where its salt is known, else the beginning of the commitment.
    func who(_ names: [String: String]) -> String? {
        guard let actor else { return nil }
        let commitment = String(actor.prefix { $0 != " " })
        if let name = names[commitment] { return "by \(name)" }
        return commitment.hasPrefix("sha256:") ? "by \(commitment.prefix(15))…" : "by \(actor)"
    }
}

/// A JSON document with one long list, written element by element.
final class JSONList {
    private let isOn: Bool
    private var isEmpty = true

    init(_ isOn: Bool) {
        self.isOn = isOn
        if isOn { Console.outputRaw("{\n  \"entries\": [") }
    }

    func add(_ element: JSONValue) {
        Console.outputRaw((isEmpty ? "\n    " : ",\n    ") + element.text)
        isEmpty = false
    }

    func end() { if isOn { Console.outputRaw("\n  ]\n}\n") } }
}
