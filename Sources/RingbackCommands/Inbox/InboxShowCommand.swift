import Addresses
import ArgumentParser
import ExactJSON
import RingbackHome
import RunReport
import RunStore

/// `ringback inbox show`: one webhook, whole.
struct InboxShowCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show everything that was stored of one webhook: headers, digest and body.",
        discussion: """
            Several bodies may have come under one identity: the event is shown first,
            with --json the rest under "others".

            Example:
              ringback inbox show msg_p5jXN8AQM9LWM0D4loKWxJek --json | jq -r .body
            """
    )

    @OptionGroup var common: CommonOptions

    @Option(help: .value("id", "The run that received it, if several did."))
    var run: String?

    @Flag(help: "The service received it, and runs did too.")
    var serve = false

    @Argument(help: .value("webhook-id", "The webhook-id; sha256:… for an unsigned webhook without one."))
    var id: String

    func validate() throws {
        if run != nil, serve { throw ValidationError("--run and --serve cannot be used together") }
    }

    func run() async throws {
        let stored = try await InboxCommands.read(common, run: run) { try await $0.entries(webhookID: id, runID: run) }
        let entries = stored.filter { !serve || $0.item.runID == nil }
        // What counts comes first: a body under the identity of an event is in quarantine.
        let (others, events) = entries.reduce(into: ([InboxEntry](), [InboxEntry]())) { parts, entry in
            if entry.item.state == .quarantined { parts.0.append(entry) } else { parts.1.append(entry) }
        }
        let ordered = events + others
        guard let first = ordered.first else {
            throw CommandFailure.usage("no webhook has the id \(PrintableText.line(id, limit: 200))")
        }
        let owners = Set(entries.map { $0.item.runID ?? "serve" }).sorted()
        guard owners.count == 1 else {
            let names = owners.joined(separator: ", ")
            throw CommandFailure.usage("several runs received it: \(names); choose one with --run or --serve")
        }
        guard common.json else { return Console.output(ordered.map(\.text).joined(separator: "\n")) }
        let more = JSONValue.array(ordered.dropFirst().map(\.json))
        let document: [JSONValue.Member] = ordered.count == 1 ? [] : [.init("others", more)]
        guard case .object(let members) = first.json else { return }
        Console.output(JSONValue.object(members + document).prettyText)
    }
}

extension InboxEntry {
    /// The webhook for programs: the members that the list has, and the rest.
    var json: JSONValue {
        guard case .object(let members) = item.json else { return item.json }
        let text = String(validating: body, as: UTF8.self)
        let more: JSONValue = .object(present: [
            "headers": .object((headers ?? "").split(separator: "\n").compactMap(Self.member)),
            "sha256": .string(Hexadecimal.text(digest)), "bodyBytes": .integer(body.count),
            "body": text.map { .string($0) }, "bodyHex": text == nil ? .string(Hexadecimal.text(body)) : nil,
        ])
        guard case .object(let others) = more else { return item.json }
        return .object(members + others)
    }

    /// The webhook for people.
    var text: String {
        var rows = [
            ["webhook", item.webhookID], ["state", item.state.rawValue], ["received", item.receivedAt.description],
            ["owner", item.runID.map { "run \($0)" } ?? "serve"], ["source", item.source],
        ]
        if let id = item.simulationID { rows.append(["simulation", id]) }
        if let id = item.callID { rows.append(["call", id]) }
        if let reason = item.reason { rows.append(["reason", reason]) }
        for line in (headers ?? "").split(separator: "\n") { rows.append(["header", String(line)]) }
        rows.append(["sha256", Hexadecimal.text(digest)])
        rows.append(["body", "\(body.count) bytes"])
        let table = TextColumns.table(rows, limit: 1200)
        let body = String(validating: body, as: UTF8.self).map { PrintableText.line($0, limit: 300_000) }
        return table + "\n" + (body ?? "not UTF-8; --json shows it in hexadecimal") + "\n"
    }

    private static func member(_ line: Substring) -> JSONValue.Member? {
        let halves = line.split(separator: ":", maxSplits: 1)
        guard halves.count == 2 else { return nil }
        return JSONValue.Member(String(halves[0]), .string(String(halves[1].dropFirst())))
    }
}
