import DialerEngine
import DialerStudy
import ExactJSON
import Foundation
import RandomCenters
import RingbackTestKit
import Testing

/// Rules, gauges and lists against a program of their own in Python, which knows the trace and nothing else.
@Suite("Recount", .timeLimit(.minutes(5)))
struct RecountTests {
    @Test func everyCountFollowsFromTheTrace() async throws {
        let seeds = 0..<UInt64(40)
        let (expected, found) = try await TemporaryFolder.with { folder in
            let expected = try seeds.map { try Self.write(RandomCenter.experiment($0), "\(folder)/\($0)") }
            let files = seeds.flatMap { ["\(folder)/\($0).json", "\(folder)/\($0).jsonl"] }
            let text = try await RecountProgram.run(files)
            return (expected, try JSONDecoder().decode([[Recount]].self, from: Data(text.utf8)))
        }
        #expect(found.count == expected.count)
        for ((seed, found), expected) in zip(zip(seeds, found), expected) {
            #expect(found.count == expected.count)
            for (found, expected) in zip(found, expected) { found.expect(expected, "seed \(seed)") }
        }
        // The experiments are of all kinds.
        let all = expected.joined()
        #expect(all.contains { $0.list?.open == 0 } && all.contains { $0.list?.open ?? 0 > 0 })
        #expect(all.contains { $0.list == nil } && all.contains { $0.compliance.contains { $0.breached > 1 } })
        #expect(all.contains { $0.compliance.contains { $0.windows?.count ?? 0 > 5 } })
    }

    /// Runs two replications, and writes what the program reads; gives what the engine counted.
    private static func write(_ experiment: Experiment, _ file: String) throws -> [Recount] {
        var lines = ""
        let counts = try (0..<UInt32(2)).map { replication in
            let trace = TraceHandler { lines += TraceLine.text($0, replication: replication) + "\n" }
            return Recount(try Replication.run(experiment, number: replication, trace: trace), experiment)
        }
        try Recount.rules(of: experiment).text.write(toFile: file + ".json", atomically: false, encoding: .utf8)
        try lines.write(toFile: file + ".jsonl", atomically: false, encoding: .utf8)
        return counts
    }
}

/// What a replication showed, as `Tests/Recount/recount.py` prints it.
struct Recount: Decodable, Equatable {
    struct Rule: Decodable, Equatable {
        var calls: Int
        var abandoned: Int
        var judged: Int
        var breached: Int
        var shortRings: Int
        var windows: [String: [Int]]?
        var highestOfDays: [String: [Int]]?
    }

    struct Contacts: Decodable, Equatable {
        var contacts: Int
        var attempted: Int
        var attempts: Int
        var reached: Int
        var done: Int
        var open: Int
        var exhaustedAt: Double?
        /// Attempts before the contact was due, or after it was done.
        var tooEarly: Int
    }

    var replication: UInt32
    var attempts: Int
    var answered: Int
    var compliance: [Rule]
    var gauges: [String: [[Int]]]
    var list: Contacts?
}

extension Recount {
    /// What the engine counted.
    init(_ result: ReplicationResult, _ experiment: Experiment) {
        func parts(_ window: ComplianceCount.WindowCount) -> [Int] { [window.calls, window.abandoned] }
        replication = result.replication
        attempts = result.allCalls.attempted
        answered = result.allCalls.answered
        compliance = result.compliance.map { count in
            let windows = count.windows.enumerated().filter { $0.element.calls + $0.element.abandoned > 0 }
            let days = count.highestOfDays.map { (String($0.key), parts($0.value)) }
            let isRolling = count.profile.window.isRolling
            return Rule(
                calls: count.calls,
                abandoned: count.abandoned,
                judged: count.judgedWindows,
                breached: count.breachedWindows,
                shortRings: count.shortRings,
                windows: isRolling
                    ? nil : Dictionary(uniqueKeysWithValues: windows.map { ("\($0.offset)", parts($0.element)) }),
                highestOfDays: isRolling ? Dictionary(uniqueKeysWithValues: days) : nil
            )
        }
        gauges = Dictionary(
            uniqueKeysWithValues: zip(experiment.gauges, result.gauges).map { gauge, count in
                (gauge.rawValue, Gauge.days(of: count).map(parts))
            }
        )
        list = result.list.map {
            Contacts(
                contacts: $0.contacts,
                attempted: $0.attempted,
                attempts: $0.attempts,
                reached: $0.reached,
                done: $0.done,
                open: $0.open,
                exhaustedAt: $0.exhaustedAt,
                tooEarly: 0
            )
        }
    }

    /// Compares part by part, so that a difference can be read.
    func expect(_ other: Recount, _ name: String) {
        for (index, (found, expected)) in zip(compliance, other.compliance).enumerated() {
            #expect(found == expected, "\(name), rule \(index)")
        }
        #expect(gauges == other.gauges, "\(name)")
        #expect(list == other.list, "\(name)")
        #expect(attempts == other.attempts && answered == other.answered && compliance.count == other.compliance.count)
    }

    /// What the trace does not know.
    static func rules(of experiment: Experiment) -> JSONValue {
        [
            "rules": .array(experiment.compliance.map(rule)),
            "calendar": [
                "start": experiment.calendar.startOfShift.map { .double($0) } ?? .null,
                "date": experiment.calendar.date.map { .string($0.description) } ?? .null,
            ],
            "list": experiment.list.map { list in
                [
                    "contacts": .integer(list.contacts), "maxAttempts": list.maxAttempts.map { .integer($0) } ?? .null,
                    "retry": .object(list.retry.map { .init($0.key.rawValue, .double($0.value)) }),
                ]
            } ?? .null,
        ]
    }

    private static func rule(_ profile: ComplianceProfile) -> JSONValue {
        if ComplianceProfile.named.contains(where: { $0.name == profile.name }) { return .string(profile.name) }
        if let limit = profile.attemptLimit {
            return [
                "name": .string(profile.name), "attempts": .integer(limit.attempts), "within": .double(limit.seconds),
            ]
        }
        let window: JSONValue =
            switch profile.window {
            case .campaign30DayBlocks: "campaign30dBlocks"
            case .calendarDay: "calendarDay"
            case .calendarMonth: "calendarMonth"
            case .rollingHours(let hours): ["rollingHours": .double(hours)]
            }
        return [
            "name": .string(profile.name), "limit": .string(profile.limit?.description ?? ""), "window": window,
            "clockFrom": .string(profile.clock.rawValue), "seconds": .double(profile.seconds),
            "countFalsePositives": .bool(profile.falsePositives == .abandoned),
            "countEarlyHangUps": .bool(profile.countsEarlyHangUps),
            "denominator": .string(profile.denominator.rawValue),
        ]
    }
}
