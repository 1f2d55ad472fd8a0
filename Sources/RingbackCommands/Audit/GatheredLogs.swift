import Addresses
import AuditLog
import ExactJSON
import RingbackHome
import RunReport
import RunStore

/// The audit logs of several machines beside the verdicts of the store that they share.
struct GatheredLogs: Sendable {
    /// One log that was read.
    struct Log: Sendable {
        var directory: String
        /// Its name; nil if no checkpoint names it.
        var origin: String?
        var finding: AuditFinding
        /// How many runs of the store name it.
        var runs = 0
        /// The runs whose verdict stands in it as the store has it.
        var confirmed = 0
        /// The runs whose verdict does not.
        var differing: [String] = []
    }

    private(set) var logs: [Log] = []
    private(set) var records = AbandonmentRecords()
    /// The logs that runs name and that were not read, by their origins, with the number of their runs: of those in the
    /// store, and of those that were removed from it.
    private(set) var unseen: [(origin: String, runs: Int, removed: Int)] = []
    /// Runs that name no log.
    private(set) var runsWithoutLog = 0
    private(set) var unreadable = 0

    /// Reads and verifies logs.
    ///
    /// - Parameters:
    ///   - removed: for each log, by its origin, how many runs with a verdict in it were ever removed from the store.
    ///   - query: the period whose blocks are wanted.
    init(_ directories: [String], _ verdicts: [StoredVerdict], removed: [String: Int], _ query: AuditQuery) throws {
        var entries: [StoredVerdict.VerdictEntry: AuditRecord] = [:]
        let wanted = Set(verdicts.compactMap(\.entry))
        var all: [AuditRecord] = []
        let types = Set([AuditEntry.EventType.dispatchIntent, .dispatch, .recovered, .verdict].map(\.rawValue))
        for directory in directories {
            let finding = try AuditVerifier(directory: directory).verify()
            let origin = finding.checkpoint?.origin
            // A copy of a log that was read already.
            if let origin, logs.contains(where: { $0.origin == origin }) { continue }
            logs.append(Log(directory: directory, origin: origin, finding: finding))
            unreadable += try AuditReader(directory: directory).each { record in
                if let type = record.type, types.contains(type) { all.append(record) }
                guard let origin, let sequence = record.sequence else { return }
                let entry = StoredVerdict.VerdictEntry(origin: origin, sequence: sequence)
                if wanted.contains(entry) { entries[entry] = record }
            }
        }
        // A block begins with the first run of its campaign, on whichever machine that was.
        let byTime = all.enumerated().sorted {
            ($0.element.timestamp?.milliseconds ?? 0, $0.offset) < ($1.element.timestamp?.milliseconds ?? 0, $1.offset)
        }
        for (_, record) in byTime { records.take(record, isInPeriod: query.takes(record)) }
        compare(verdicts, entries, removed)
    }

    private mutating func compare(
        _ verdicts: [StoredVerdict],
        _ entries: [StoredVerdict.VerdictEntry: AuditRecord],
        _ removed: [String: Int]
    ) {
        var missing: [String: Int] = [:]
        for verdict in verdicts {
            guard let entry = verdict.entry else {
                runsWithoutLog += 1
                continue
            }
            guard let index = logs.firstIndex(where: { $0.origin == entry.origin }) else {
                missing[entry.origin, default: 0] += 1
                continue
            }
            logs[index].runs += 1
            let record = entries[entry]
            let isSame =
                record?.type == AuditEntry.EventType.verdict.rawValue && record?.runID == verdict.runID
                && record?.result == verdict.verdict
            if isSame { logs[index].confirmed += 1 } else { logs[index].differing.append(verdict.runID) }
        }
        let unread = removed.filter { origin, _ in !logs.contains { $0.origin == origin } }
        unseen = Set(missing.keys).union(unread.keys).sorted().map { ($0, missing[$0] ?? 0, unread[$0] ?? 0) }
    }

    /// What stands over the figures if a log is not as it was written, or says something else than the store.
    var warnings: [String] {
        logs.flatMap { log -> [String] in
            let altered = log.finding.warning.map { "\($0) (\(log.directory))" }
            let differing =
                log.differing.isEmpty
                ? nil
                : "warning: the log \(log.origin ?? log.directory) lacks the verdicts that the store has of "
                    + "\(NumberText.count(log.differing.count, "run")), or has others: "
                    + log.differing.prefix(3).joined(separator: ", ") + (log.differing.count > 3 ? " …" : "")
            return [altered, differing].compactMap { $0.map { PrintableText.line($0) } }
        }
    }

    var json: [JSONValue.Member] {
        let seen: [JSONValue] = logs.map { log in
            [
                "origin": log.origin.map { .string($0) } ?? .null, "directory": .string(log.directory),
                "verification": log.finding.summary, "runs": .integer(log.runs), "confirmed": .integer(log.confirmed),
                "differing": .array(log.differing.map { .string($0) }),
            ]
        }
        let missing: [JSONValue] = unseen.map {
            ["origin": .string($0.origin), "runs": .integer($0.runs), "removed": .integer($0.removed)]
        }
        return [
            .init("logs", .array(seen)), .init("unseen", .array(missing)),
            .init("runsWithoutLog", .integer(runsWithoutLog)),
        ]
    }

    /// The logs as a table for people.
    var text: String {
        let rows =
            logs.map { log in
                [log.origin ?? log.directory, "\(log.runs)", "\(log.confirmed)", log.finding.verdict.rawValue]
            }
            + unseen.map { log in
                let removed = log.removed > 0 ? ", and \(NumberText.count(log.removed, "run")) ever removed" : ""
                return [log.origin, "\(log.runs)", "-", "not seen\(removed): name its folder with --dir"]
            }
            + (runsWithoutLog > 0 ? [["-", "\(runsWithoutLog)", "-", "the runs name no log"]] : [])
        return TextColumns.table([["LOG", "RUNS", "CONFIRMED", "STATE"]] + rows, limit: 80)
    }
}
