import Addresses
import ArgumentParser
import ExactJSON
import RunReport
import RunStore

/// `ringback deliveries show`: one delivery with its body.
struct DeliveriesShow: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show one delivery with its body. Sends nothing.",
        discussion: """
            Examples:
              ringback deliveries show 17
              ringback deliveries show 17 --json | jq -r .body
            """
    )

    @OptionGroup var common: CommonOptions

    @Argument(help: ArgumentHelp("The id of the delivery.", valueName: "id"))
    var id: Int64

    func run() async throws {
        let found = try await DeliveryCommands.read(common.homePath) { try await $0.delivery(id) }
        guard let (delivery, body) = found else { throw CommandFailure.usage("there is no delivery \(id)") }
        let text = String(decoding: body, as: UTF8.self)
        if common.json {
            guard case .object(let members) = delivery.json else { return }
            return Console.output(.object(members + [.init("body", .string(text))]))
        }
        let rows: [(String, String?)] = [
            ("id", String(delivery.rowID)), ("monitor", delivery.monitor), ("run", delivery.runID),
            ("webhook", delivery.webhookID), ("call", delivery.callID.isEmpty ? nil : delivery.callID),
            ("state", delivery.state.rawValue), ("attempts", String(delivery.attempts)),
            ("last status", delivery.lastStatus.map { String($0) }), ("last error", delivery.lastError),
            ("next attempt", delivery.nextAttemptAt?.description), ("body", text),
        ]
        Console.output(
            rows.compactMap { name, value in
                value.map { "\(TextColumns.leading(name, 12))  \(PrintableText.line($0))" }
            }.joined(separator: "\n")
        )
    }
}
