import Addresses
import ArgumentParser
import AuditLog
import ExactJSON
import RingbackHome
import RunReport

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
            open here. Runs that may have called and have no figures in the log (killed
            and not resumed, or with a verdict without calls) are listed below: no rate
            has them in it.

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
        let (records, strange) = try await AuditCommands.carryOut { () -> (AbandonmentRecords, Int) in
            var records = AbandonmentRecords()
            let reader = AuditReader(directory: directory)
            try reader.requireLog()
            let strange = try reader.each { record in records.take(record, isInPeriod: query.takes(record)) }
            return (records, strange)
        }
        defer { AuditCommands.warn(ofStrange: strange) }
        if common.json {
            let json: JSONValue = [
                "from": query.from.map { .string($0.description) } ?? .null,
                "to": query.to.map { .string($0.description) } ?? .null,
                "blocks": .array(records.all.map(\.json)),
                "runsWithoutFigures": .array(records.runsWithoutFigures.map(\.json)),
            ]
            Console.output(json.prettyText)
        } else {
            Console.outputRaw(AbandonmentTable(records).text)
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

extension AbandonmentRecords.OpenRun {
    /// The run for programs.
    var json: JSONValue {
        [
            "runId": .string(runID), "campaignId": campaignID.map { .string($0) } ?? .null,
            "since": .string(since.description), "reason": .string(reason),
        ]
    }
}

/// Records as tables for people.
struct AbandonmentTable {
    private let records: AbandonmentRecords

    init(_ records: AbandonmentRecords) { self.records = records }

    var text: String {
        let (blocks, open) = (records.all, records.runsWithoutFigures)
        if blocks.isEmpty, open.isEmpty { return "no run of that period has called anybody\n" }
        return [blocks.isEmpty ? nil : table(blocks), open.isEmpty ? nil : table(open)].compactMap { $0 }
            .joined(separator: "\n")
    }

    private func table(_ runs: [AbandonmentRecords.OpenRun]) -> String {
        let rows = runs.map { run in
            [run.runID, run.since.description, run.campaignID ?? "-", run.reason].map {
                PrintableText.line($0, limit: 80)
            }
        }
        return InboxTable.table([["WITHOUT FIGURES", "SINCE", "CAMPAIGN", "WHY"]] + rows)
    }

    private func table(_ blocks: [AbandonmentRecords.Block]) -> String {
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
