import Addresses
import ArgumentParser
import AuditLog
import ExactJSON
import RingbackHome
import RunReport
import RunStore

/// `ringback audit report`: records of abandonment.
struct AuditReportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "report",
        abstract: "Print records of abandonment for each campaign and 30 days, from the verdicts in the log.",
        discussion: """
            The records that the safe harbour of the United States requires (16 CFR
            310.4(b)(4)(iv)), for simulated calls: answered by a person, connected,
            abandoned, and the rate. Each block is 30 days; the first begins with the
            first run of the campaign in the log. The events do not say whether an
            abandoned call heard a recorded message, so that is left open. A second
            table lists runs that may have placed calls but have no figures in the log
            (killed and not resumed, or a verdict without calls); no rate includes them.
            The log is verified first: a warning stands above the figures of a log that
            was altered, and the exit code is 2.

            With --store the verdicts of all machines are gathered: each run of the store
            names log and entry of its verdict. The logs of this home and of --dir are
            read and compared with the store; a log that was not seen is named, with the
            number of its runs and of all that were ever removed from the store, and no
            figure includes them.

            Examples:
              ringback audit report --from 2026-11-01 --to 2026-12-01
              ringback audit report --store --dir copies/b --dir copies/c/audit
              ringback audit report --json | jq '.blocks[] | {campaignId, rate}'
            """
    )

    @OptionGroup var common: CommonOptions
    @OptionGroup var folder: AuditFolder

    @OptionGroup var period: PeriodOptions

    @Flag(help: "Gather the verdicts of all runs in the store, over the logs of all machines.")
    var store = false

    @Option(
        name: .customLong("dir"),
        help: .value("dir", "With --store, another machine's log or home, or a copy; repeatable."),
        completion: .directory
    )
    var logs: [String] = []

    func validate() throws {
        if !store, !logs.isEmpty { throw ValidationError("--dir needs --store") }
    }

    func run() async throws {
        if store { return try await reportStore() }
        let directory = folder.path(common)
        let (from, to) = (period.from?.timestamp, period.to?.timestamp)
        let (finding, records, unreadable) = try await AuditCommands.read {
            () -> (AuditFinding, AbandonmentRecords, Int) in
            let finding = try AuditVerifier(directory: directory).verify()
            var query = AuditQuery()
            (query.from, query.to) = (from, to)
            var records = AbandonmentRecords()
            let reader = AuditReader(directory: directory)
            let unreadable = try reader.each { record in records.take(record, isInPeriod: query.takes(record)) }
            return (finding, records, unreadable)
        }
        if common.json {
            Console.output([
                "from": from.map { .string($0.description) } ?? .null,
                "to": to.map { .string($0.description) } ?? .null, "verification": finding.summary,
                "blocks": .array(records.all.map(\.json)),
                "runsWithoutFigures": .array(records.runsWithoutFigures.map(\.json)),
            ])
        } else {
            Console.outputRaw((finding.warning.map { $0 + "\n" } ?? "") + records.text)
        }
        try AuditCommands.end(finding, unreadable)
    }

    /// The folder of a log, where somebody has named a home or a copy of one.
    private static func log(in directory: String) -> String {
        let own = "\(directory)/audit"
        return (try? FileSystem.inspect(own)) != nil ? own : directory
    }

    /// Reports over the logs of all machines that can be seen.
    private func reportStore() async throws {
        let (from, to) = (period.from?.timestamp, period.to?.timestamp)
        let (verdicts, removed) = try await StoredHome.reading(common.homePath, "the verdicts cannot be gathered") {
            try await $0.verdicts(from: from, to: to)
        }
        // A machine that only looks has no log of its own.
        let own = folder.path(common)
        let hasOwn = folder.directory != nil || (try? FileSystem.inspect(own)) != nil
        let directories = (hasOwn ? [own] : []) + logs.map { Self.log(in: $0) }
        let gathered = try await AuditCommands.read {
            var query = AuditQuery()
            (query.from, query.to) = (from, to)
            return try GatheredLogs(directories, verdicts, removed: removed, query)
        }
        let (records, warnings) = (gathered.records, gathered.warnings)
        if common.json {
            let period: [JSONValue.Member] = [
                .init("from", from.map { .string($0.description) } ?? .null),
                .init("to", to.map { .string($0.description) } ?? .null),
            ]
            let figures: [JSONValue.Member] = [
                .init("blocks", .array(records.all.map(\.json))),
                .init("runsWithoutFigures", .array(records.runsWithoutFigures.map(\.json))),
            ]
            Console.output(.object(period + gathered.json + figures))
        } else {
            Console.outputRaw(warnings.map { $0 + "\n" }.joined() + records.text + "\n" + gathered.text)
        }
        if gathered.unreadable > 0 {
            Console.error(
                "ringback: warning: \(NumberText.count(gathered.unreadable, "line")) of the logs cannot be read"
            )
        }
        if !warnings.isEmpty { throw CommandFailure.usage(warnings.joined(separator: "; ")) }
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

extension AbandonmentRecords {
    /// Records as tables for people.
    var text: String {
        let tables = [all.isEmpty ? nil : table(all), runsWithoutFigures.isEmpty ? nil : table(runsWithoutFigures)]
        let text = tables.compactMap(\.self).joined(separator: "\n")
        return text.isEmpty ? "no run of that period has placed a call\n" : text
    }

    private func table(_ runs: [OpenRun]) -> String {
        let rows = runs.map { [$0.runID, $0.since.description, $0.campaignID ?? "-", $0.reason] }
        return TextColumns.table([["WITHOUT FIGURES", "SINCE", "CAMPAIGN", "WHY"]] + rows, limit: 80)
    }

    private func table(_ blocks: [Block]) -> String {
        let heads = [
            "CAMPAIGN", "30 DAYS FROM", "RUNS", "LIVE ANSWERS", "CONNECTED", "LATE", "ABANDONED", "RATE", "MESSAGE",
        ]
        let rows = blocks.map { block in
            let counts = [block.runs.count, block.liveAnswers, block.connected, block.connectedLate, block.abandoned]
            return [block.campaignID, String(block.start.description.prefix(10))] + counts.map { "\($0)" }
                + [block.rate.map { NumberText.percent($0) } ?? "-", "unknown"]
        }
        return TextColumns.table([heads] + rows, limit: 80)
    }
}
