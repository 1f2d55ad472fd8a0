import CallRecords
import DialerEngine
import ExactJSON
import Foundation
import ScenarioFile
import SimulationAPI

/// Records of a simulated centre in columns, as a dialer without names would write them: whole milliseconds, universal time.
struct TraceRecords {
    /// One attempt with the moments of its steps, in virtual seconds.
    private struct Attempt {
        var number: UInt64
        var dialled = 0.0
        var outcome = AttemptOutcome.answered
        var answered: Double?
        var ended: Double?
        var connected: Double?
        var abandoned: Double?
        var talkEnded: Double?
        var ready: Double?
        var agent = 0
        var contact: Int?
    }

    /// What an agent did from one time to another.
    private struct Turn {
        var agent: Int
        var from: Double
        var to: Double
        var state: String
    }

    private var attempts: [UInt64: Attempt] = [:]
    private var turns: [Turn] = []
    private var since: [Int: (time: Double, state: String)] = [:]

    /// Simulates one replication of a scenario.
    ///
    /// - Parameters:
    ///   - days: The days with a shift.
    ///   - until: The virtual time at which the records end; nil for all.
    init(_ scenario: Scenario, days: Int, seed: UInt32, until: Double? = nil) throws {
        let plan = try BacktestPlan(scenario, days: days, seed: seed)
        final class Box { var records: [TraceEvent] = [] }
        let box = Box()
        _ = try Replication.run(plan.experiment, number: 0, trace: TraceHandler { box.records.append($0) })
        for event in box.records { add(event) }
        guard let until else { return }
        attempts = attempts.filter { $0.value.dialled < until }
        turns = turns.filter { $0.from < until }
    }

    private mutating func add(_ event: TraceEvent) {
        switch event.kind {
        case .agentOnDuty, .breakEnded: begin(event, "idle")
        case .breakStarted: begin(event, "break")
        case .agentOffDuty: end(event)
        case .connected: begin(event, "talk")
        case .talkEnded: begin(event, "wrap")
        case .agentReady: begin(event, "idle")
        default: break
        }
        guard let number = event.attempt else { return }
        var attempt = attempts[number] ?? Attempt(number: number)
        if let contact = event.contact { attempt.contact = contact }
        if let outcome = event.outcome { attempt.outcome = outcome }
        if let agent = event.agent { attempt.agent = agent }
        switch event.kind {
        case .dialled: attempt.dialled = event.time
        case .answered: attempt.answered = event.time
        case .ended: attempt.ended = event.time
        case .connected: attempt.connected = event.time
        case .abandoned: attempt.abandoned = event.time
        case .talkEnded: attempt.talkEnded = event.time
        case .agentReady: attempt.ready = event.time
        default: break
        }
        attempts[number] = attempt
    }

    private mutating func begin(_ event: TraceEvent, _ state: String) {
        end(event)
        if let agent = event.agent { since[agent] = (event.time, state) }
    }

    private mutating func end(_ event: TraceEvent) {
        guard let agent = event.agent, let before = since.removeValue(forKey: agent), before.time < event.time else {
            return
        }
        turns.append(Turn(agent: agent, from: before.time, to: event.time, state: before.state))
    }

    /// When the first shift starts: Monday, 2 March 2026, 09:00.
    private static let start = 1_772_442_000.0

    private static func stamp(_ time: Double) -> String {
        let milliseconds = Int(((start + time) * 1000).rounded())
        return Timestamp(milliseconds: Int64(milliseconds)).description
    }

    private static func seconds(_ from: Double, _ to: Double?) -> String {
        to.map { String(Double(Int((($0 - from) * 1000).rounded())) / 1000) } ?? ""
    }

    var calls: String {
        let words: [AttemptOutcome: String] = [
            .answered: "answered", .busy: "busy", .noAnswer: "no-answer", .dialTone: "dial-tone",
            .voicemail: "voicemail",
        ]
        let rows = attempts.values.sorted { $0.number < $1.number }.map { attempt -> String in
            let answered = attempt.answered
            let word = attempt.abandoned != nil ? "abandoned" : words[attempt.outcome] ?? ""
            let waited = answered.map { Self.seconds($0, attempt.connected ?? attempt.abandoned) } ?? ""
            let talk = attempt.connected.map { Self.seconds($0, attempt.talkEnded) } ?? ""
            let wrap = attempt.talkEnded.map { Self.seconds($0, attempt.ready) } ?? ""
            return [
                Self.stamp(attempt.dialled), word, Self.seconds(attempt.dialled, answered ?? attempt.ended), waited,
                talk,
                wrap, attempt.connected == nil ? "" : "a\(attempt.agent)", attempt.contact.map { "c\($0)" } ?? "",
                "\(attempt.number)",
            ].joined(separator: ",")
        }
        let header = "dialedAt,outcome,ringSeconds,waitSeconds,talkSeconds,wrapSeconds,agent,contact,id"
        return ([header] + rows).joined(separator: "\n") + "\n"
    }

    var agentLog: String {
        let rows = turns.map { "a\($0.agent),\(Self.stamp($0.from)),\(Self.stamp($0.to)),\($0.state)" }
        return (["agent,from,to,state"] + rows).joined(separator: "\n") + "\n"
    }

    /// What the reader says of both files.
    func summary() throws -> CallSummary {
        let folder = FileManager.default.temporaryDirectory.appending(path: "records-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let (calls, log) = (folder.appending(path: "calls.csv"), folder.appending(path: "agents.csv"))
        try self.calls.write(to: calls, atomically: true, encoding: .utf8)
        try agentLog.write(to: log, atomically: true, encoding: .utf8)
        var input = RecordInput(calls: [calls.path])
        input.agentLog = log.path
        return try input.summary()
    }
}
