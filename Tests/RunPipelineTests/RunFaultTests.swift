import AuditLog
import ExactJSON
import Foundation
import RingbackTestKit
import RunReport
import ScenarioFile
import SimulationClient
import Testing

@testable import RunPipeline

/// Whole runs against an API that misbehaves in one operation, once or always: the exit code and the audit log, exactly.
///
/// Attempts and waits are the client's own matrix; this one is what a user and an auditor see.
@Suite(.timeLimit(.minutes(5)))
struct RunFaultTests {
    enum Fault: String, CaseIterable {
        case badRequest, unauthorized, forbidden, notFound, conflict, unprocessable, throttled, internalError
        case unavailable, redirect, noJSON, wrongShape, closed, reset, hung

        var answer: FakeAnswer {
            switch self {
            case .badRequest: .problem(400, "bad", "no")
            case .unauthorized: .problem(401, "invalid_token", "no")
            case .forbidden: .problem(403, "insufficient_scope", "no")
            case .notFound: .problem(404, "not_found", "no")
            case .conflict: .problem(409, "strange", "no")
            case .unprocessable: .problem(422, "validation_failed", "no")
            case .throttled: .problem(429, "rate_limited", "no", headers: ["Retry-After": "0"])
            case .internalError: .problem(500, "oops", "no")
            case .unavailable: .problem(503, "busy", "no")
            case .redirect: .raw(307, headers: ["Location": "https://other.example/"], body: "")
            case .noJSON: .raw(200, body: "<p>")
            case .wrongShape: .raw(200, body: "[]")
            case .closed: .closeAfterCommit
            case .reset: .resetAfterCommit
            case .hung: .hangAfterCommit
            }
        }
    }

    enum Placement: String, CaseIterable { case first, always }

    static let operations: [FakeOperation] = [.token, .create, .status, .aggregate]

    /// How a run ends.
    struct End: Hashable, CustomStringConvertible {
        var exitCode: Int32
        var creates: Int
        var audit: [String]

        var description: String { "exit \(exitCode), \(creates) creates, \(audit.joined(separator: ", "))" }
    }

    private static let begun = ["validation passed", "slot acquired", "dispatch.intent intended"]

    /// Nothing came of the fault; five calls are too few to judge.
    private static func recovered(creates: Int = 1) -> End {
        let rest = ["dispatch success", "tracking completed", "slot released", "metrics aggregated"]
        return End(exitCode: 6, creates: creates, audit: begun + rest + ["verdict inconclusive"])
    }

    private static func notCreated(_ exitCode: Int32, creates: Int) -> End {
        let rest = ["dispatch failed", "slot released", "verdict fail"]
        return End(exitCode: exitCode, creates: creates, audit: begun + rest)
    }

    private static let unknown = End(exitCode: 5, creates: 1, audit: begun + ["dispatch unknown", "verdict fail"])

    /// The slot is only given back where the simulation is seen to have ended.
    private static func abandoned(_ exitCode: Int32, _ tracking: String, isSeenEnded: Bool) -> End {
        let rest =
            ["dispatch success", "cancel accepted", "tracking \(tracking)"] + (isSeenEnded ? ["slot released"] : [])
        return End(exitCode: exitCode, creates: 1, audit: begun + rest + ["verdict fail"])
    }

    private static let notAggregated = End(
        exitCode: 1,
        creates: 1,
        audit: begun + ["dispatch success", "tracking completed", "slot released", "metrics failed", "verdict fail"]
    )

    /// How a run has to end, from the decision table of retries.
    static func expected(_ operation: FakeOperation, _ fault: Fault, _ placement: Placement) -> End {
        let isOnce = placement == .first
        switch (operation, fault) {
        case (.token, .throttled), (.token, .internalError), (.token, .unavailable), (.token, .closed),
            (.token, .reset):
            if isOnce { return recovered() }
            fallthrough
        case (.token, _):
            let end = ["validation passed", "dispatch failed", "verdict fail"]
            return End(exitCode: fault == .hung ? 4 : 3, creates: 0, audit: end)
        case (.create, .unauthorized): return isOnce ? recovered(creates: 2) : notCreated(3, creates: 2)
        case (.create, .throttled): return isOnce ? recovered(creates: 2) : notCreated(3, creates: 3)
        // The connection broke after the create: the list by tag shows the simulation, and nothing is sent again.
        case (.create, .closed), (.create, .reset): return recovered()
        case (.create, .internalError), (.create, .unavailable), (.create, .noJSON), (.create, .wrongShape):
            return unknown
        case (.create, .hung): return unknown
        case (.create, _): return notCreated(3, creates: 1)
        case (.status, .hung): return abandoned(4, "timeout", isSeenEnded: isOnce)
        case (.status, .unauthorized), (.status, .notFound):
            return isOnce ? recovered() : abandoned(3, "failed", isSeenEnded: false)
        case (.status, .throttled), (.status, .internalError), (.status, .unavailable), (.status, .noJSON),
            (.status, .wrongShape), (.status, .closed), (.status, .reset):
            return isOnce ? recovered() : abandoned(4, "timeout", isSeenEnded: false)
        case (.status, _): return abandoned(3, "failed", isSeenEnded: isOnce)
        // A 2xx is enough: nothing is read from the answer.
        case (.aggregate, .noJSON), (.aggregate, .wrongShape): return recovered()
        case (.aggregate, .unauthorized), (.aggregate, .throttled), (.aggregate, .internalError),
            (.aggregate, .unavailable), (.aggregate, .closed), (.aggregate, .reset):
            return isOnce ? recovered() : notAggregated
        default: return notAggregated
        }
    }

    @Test(arguments: operations) func endsAsItShould(_ operation: FakeOperation) async throws {
        let cells = Fault.allCases.flatMap { fault in Placement.allCases.map { (fault, $0) } }
        var ran = 0
        // A few at a time: what is tested are ends, not how many runs a machine carries at once.
        try await withThrowingTaskGroup(of: Void.self) { group in
            for (number, (fault, placement)) in cells.enumerated() {
                if number >= 4 { try await group.next() }
                group.addTask { try await Self.check(operation, fault, placement) }
                ran += 1
            }
            try await group.waitForAll()
        }
        print("runs with faults: \(ran) cells of \(operation) ran")
    }

    private static func check(_ operation: FakeOperation, _ fault: Fault, _ placement: Placement) async throws {
        let expected = Self.expected(operation, fault, placement)
        // Where the time has to run out, it may do so soon; a busy machine needs more to get that far.
        let runsOut = expected.exitCode == 4 || fault == .hung
        var end: End?
        for seconds in runsOut ? [3, 15, 60] : [200] where end != expected {
            end = try await Self.end(operation, fault, placement, timeout: .seconds(seconds))
        }
        #expect(end == expected, "\(operation), \(fault), \(placement)")
    }

    private static func end(
        _ operation: FakeOperation,
        _ fault: Fault,
        _ placement: Placement,
        timeout: Duration
    ) async throws -> End {
        let script = FakeScript { script in
            let faults = [fault.answer]
            func placed(_ usual: [FakeAnswer]) -> [FakeAnswer] { placement == .first ? faults + usual : faults }
            switch operation {
            case .token: script.token = placed(script.token)
            case .create: script.create = placed(script.create)
            case .status: script.status = placed(script.status)
            default: script.aggregate = placed(script.aggregate)
            }
        }
        return try await TemporaryFolder.with { folder in
            try await FakeAPI.with(script) { api in
                let result = try await RunTests.run(against: api, home: folder, timeout: timeout)
                let log = try String(contentsOf: URL(filePath: "\(folder)/audit/00000001.jsonl"), encoding: .utf8)
                let entries = try log.split(separator: "\n").map { line in
                    let entry = try JSONReader.read(Array(line.utf8))
                    return "\(entry["eventType"]?.string ?? "") \(entry["result"]?.string ?? "")"
                }
                return End(
                    exitCode: result.exitCode.rawValue,
                    creates: api.requests(.create).count,
                    audit: entries
                )
            }
        }
    }
}
