import ArgumentParser
import AuditLog
import RingbackHome
import RunReport
import SimulationAPI

/// `ringback audit report`: the records of abandonment.
struct AuditReportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "report",
        abstract: "Records of abandonment for each campaign and 30 days, taken from the verdicts in the log.",
        discussion: """
            What the safe harbour of the United States asks a caller to document (16 CFR
            310.4(b)(4)(iv)), of simulated calls: those that a person answered, those
            that were connected, those that were abandoned, and the rate. Blocks are the
            successive 30 days from the first run of a campaign in the log. Whether an
            abandoned call heard a recorded message is not in the events, so it stays
            open here.

            Examples:
              ringback audit report --from 2026-11-01 --to 2026-12-01
              ringback audit report --json | jq '.blocks[] | {campaignId, rate}'
            """
    )

    @OptionGroup var common: CommonOptions
    @OptionGroup var folder: AuditFolder

    @Option(help: ArgumentHelp("Only runs from this day or moment on (UTC).", valueName: "time"))
    var from: MomentArgument?

    @Option(help: ArgumentHelp("Only runs before this day or moment (UTC).", valueName: "time"))
    var to: MomentArgument?

    func validate() throws {
        if let from, let to, to.timestamp <= from.timestamp { throw ValidationError("--to must be later than --from") }
    }

    func run() async throws {
        let directory = folder.path(common)
        var period = AuditQuery()
        (period.from, period.to) = (from?.timestamp, to?.timestamp)
        let query = period
        let records = try await AuditCommands.carryOut { () -> AbandonmentRecords in
            var records = AbandonmentRecords()
            try AuditReader(directory: directory).each { record in
                records.take(record, isInPeriod: query.takes(record))
            }
            return records
        }
        if common.json {
            let json: JSONValue = [
                "from": query.from.map { .string($0.description) } ?? .null,
                "to": query.to.map { .string($0.description) } ?? .null,
                "blocks": .array(records.all.map(\.json)),
            ]
            Console.output(json.prettyText)
        } else {
            Console.outputRaw(AbandonmentTable(records.all).text)
        }
    }
}

extension AbandonmentRecords.Block {
    /// The block for programs.
    var json: JSONValue {
        [
            "campaignId": .string(campaignID), "from": .string(start.description), "to": .string(end.description),
            "runs": .array(runs.map { .string($0) }), "liveAnswers": .integer(liveAnswers),
            "connected": .integer(connected), "connectedLate": .integer(connectedLate),
            "abandoned": .integer(abandoned), "rate": rate.map { .double($0) } ?? .null, "recordedMessage": .null,
        ]
    }
}

/// Blocks as a table for people.
struct AbandonmentTable {
    let blocks: [AbandonmentRecords.Block]

    init(_ blocks: [AbandonmentRecords.Block]) { self.blocks = blocks }

    var text: String {
        guard !blocks.isEmpty else { return "no run of that period has called anybody\n" }
        let heads = [
            "CAMPAIGN", "30 DAYS FROM", "RUNS", "LIVE ANSWERS", "CONNECTED", "LATE", "ABANDONED", "RATE", "MESSAGE",
        ]
        let rows = blocks.map { block in
            [
                block.campaignID, String(block.start.description.prefix(10)), "\(block.runs.count)",
                "\(block.liveAnswers)",
                "\(block.connected)", "\(block.connectedLate)", "\(block.abandoned)",
                block.rate.map { NumberText.percent($0) } ?? "-", "not told",
            ].map { PrintableText.line($0, limit: 80) }
        }
        return InboxTable.table([heads] + rows)
    }
}
