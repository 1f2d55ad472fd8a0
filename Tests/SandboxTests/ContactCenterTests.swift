import ExactJSON
import HTTPService
import HTTPTypes
import RingbackTestKit
import SimulationAPI
import Synchronization
import Testing

@testable import Sandbox

/// Simulations with a contact centre behind them.
@Suite("Contact centre", .timeLimit(.minutes(5)))
struct ContactCenterTests {
    /// Two agents with long talks: four lines for each free agent leave people without one.
    private static let busy =
        #","contactCenter":{"agents":2,"lines":20,"ringing":{"default":{"exponential":{"mean":"5s"}}},"#
        + #""talk":{"exponential":{"mean":"60s"}},"patience":{"constant":"2s"}}"#
    private static let greedy = #","pacing":{"power":{"linesPerAgent":4}}"#

    private struct Played {
        var status: JSONValue
        var events: [SimulationEvent]
    }

    private func play(_ more: String, calls: Int = 200, concurrency: Int = 20) async throws -> Played {
        let rig = Rig { $0.maxConcurrent = 100 }
        let token = try await rig.token()
        let sender = WebhookSender(secret: nil)
        let bodies = Mutex<[[UInt8]]>([])
        let id: String = try await Loopback.serve { request in
            if let body = try? await request.body(upTo: 100_000) { bodies.withLock { $0.append(body) } }
            return ServiceResponse(status: 200)
        } body: { origin in
            let body = Payload.text(
                calls: calls,
                concurrency: concurrency,
                noAnswer: "0.1",
                answer: "0.7",
                url: "\(origin)/hook",
                more: more
            )
            let created = await rig.create(body, token: token)
            let record = try #require(rig.records.first, "\(created.json.text)")
            await withTaskGroup(of: Void.self) { group in
                group.addTask { await sender.run() }
                await rig.run(record, sender: sender)
                group.cancelAll()
            }
            return created.id
        }
        let status = await rig.send(.get, "\(Endpoint.simulations)/\(id)", token: token).json
        let events = try bodies.withLock { $0 }.map { body in
            try SimulationEvent(body: body)
        }
        return Played(status: status, events: events)
    }

    @Test func peopleWithoutAnAgentComeOutAsAbandoned() async throws {
        let played = try await play(Self.busy + Self.greedy)
        #expect(played.status["state"]?.string == "completed")
        #expect(played.status["callsAttempted"]?.integer == 200)
        let finals = played.events.filter(\.state.isFinal)
        #expect(finals.count == 200)
        let abandoned = finals.filter { $0.state == .abandoned }
        #expect(abandoned.count > 10)
        #expect(abandoned.allSatisfy { $0.outcome == .answered && $0.durationMs >= 2000 })
        #expect(played.status["callsCompleted"]?.integer == 200 - abandoned.count)
        for event in abandoned {
            let states = Set(played.events.filter { $0.callID == event.callID }.map(\.state))
            #expect(states == [.dialing, .ringing, .answered, .abandoned])
        }
    }

    @Test func progressiveDiallingAbandonsNobody() async throws {
        let played = try await play(Self.busy)
        #expect(played.events.contains { $0.state == .connected })
        #expect(!played.events.contains { $0.state == .abandoned })
        #expect(played.status["callsCompleted"]?.integer == 200)
        // One line for each free agent: never more calls than agents.
        #expect(played.status["peakConcurrency"]?.integer == 2)
    }

    @Test func theConcurrencyLimitBindsBeforeTheLines() async throws {
        let played = try await play(Self.busy + Self.greedy, concurrency: 3)
        #expect(played.status["peakConcurrency"]?.integer == 3)
    }

    @Test func sameRequestsGiveTheSameCalls() async throws {
        func course(_ played: Played) -> [String] {
            let start = played.events.map(\.timestamp.milliseconds).min() ?? 0
            return played.events.map { event in
                "\(event.callID) \(event.state) \(event.timestamp.milliseconds - start) \(event.durationMs)"
            }.sorted()
        }
        let first = course(try await play(Self.busy + Self.greedy, calls: 60))
        #expect(first == course(try await play(Self.busy + Self.greedy, calls: 60)))
        #expect(first.count > 200)
    }

    @Test func aPolicyThatNeverDialsFailsTheSimulation() async throws {
        let played = try await play(Self.busy + #","pacing":{"ratio":{"level":0.1}}"#)
        #expect(played.status["state"]?.string == "failed")
        let error = try #require(played.status["errors"]?.elements?.first)
        #expect(error["code"]?.string == "pacing_never_dials")
        #expect(error["message"]?.string?.contains("ratio") == true)
        #expect(played.events.isEmpty)
    }

    // MARK: A campaign

    private static let shift = #","run":{"shift":"1h","days":2,"weekdays":["mon","wed"]}"#

    @Test func diallingEndsWithTheLastShiftOrTheListAndTheSimulationIsComplete() async throws {
        // Of two days one has a shift.
        let shifts = try await play(Self.busy + Self.shift, calls: 5_000)
        let dialled = try #require(shifts.status["callsAttempted"]?.integer)
        #expect(shifts.status["state"]?.string == "completed" && (50..<2_000).contains(dialled))
        let start = try #require(shifts.status["createdAt"]?.string.flatMap { Timestamp($0) })
        let dials = shifts.events.filter { $0.state == .dialing }.map { $0.timestamp.milliseconds - start.milliseconds }
        #expect(dials.count == dialled && dials.allSatisfy { $0 <= 3_600_000 })

        let list = try await play(Self.busy + Self.shift + #","list":{"contacts":30}"#, calls: 5_000)
        #expect(list.status["state"]?.string == "completed" && list.status["callsAttempted"]?.integer == 30)

        let capped = try await play(Self.busy + Self.shift + #","list":{"contacts":30}"#, calls: 20)
        #expect(capped.status["state"]?.string == "completed" && capped.status["callsAttempted"]?.integer == 20)
    }

    @Test func aRosterAndAScheduleActOnTheCalls() async throws {
        let center =
            #","contactCenter":{"roster":[{"agents":2,"from":"10m","to":"1h"}],"ringing":{"default":{"constant":"5s"}},"#
            + #""talk":{"constant":"60s"},"patience":{"constant":"2s"}}"#
        let schedule = #","schedule":[{"from":"09:30","outcomeInjection":{"busySignalProbability":1}}]"#
        let played = try await play(center + schedule, calls: 2_000)
        let start = try #require(played.status["createdAt"]?.string.flatMap { Timestamp($0) })
        let calls = Dictionary(grouping: played.events, by: \.callID).values.map { events in
            let dialled = events.map(\.timestamp.milliseconds).min() ?? 0
            return (minute: (dialled - start.milliseconds) / 60_000, outcome: events.compactMap(\.outcome).first)
        }
        #expect(calls.map(\.minute).min() == 10 && (59...60).contains(calls.map(\.minute).max() ?? 0))
        #expect(calls.allSatisfy { ($0.minute >= 30) == ($0.outcome == .busy) })
    }

    @Test func theStatusSaysWhatKeptAgentsIdle() async throws {
        let played = try await play(Self.busy + Self.greedy, concurrency: 3)
        guard case .object(let shares) = played.status["bound"] else {
            Issue.record("\(played.status.text)")
            return
        }
        let sum = shares.reduce(0.0) { $0 + (Double($1.value.number ?? "") ?? 0) }
        #expect(abs(sum - 1) < 1e-9 && shares.first?.name == "organization", "\(shares)")
    }

    @Test(arguments: [
        (#","list":{"contacts":3}"#, "/contactCenter"), (Self.busy + #","list":{"contacts":3}"#, "/list"),
        (Self.busy + #","run":{"calls":3}"#, "/run/calls"), (Self.busy + #","schedule":{}"#, "/schedule"),
        (Self.busy + #","schedule":[{"from":"8h","lines":3}],"run":{"shift":"8h"}"#, "/schedule/0/from"),
        (Self.busy + #","run":{"shift":"8h","weekdays":["sun"]}"#, "/run/weekdays"),
    ])
    func aCampaignThatMakesNoSenseIsRefused(_ more: String, _ pointer: String) async throws {
        let rig = Rig { $0.maxConcurrent = 100 }
        let answer = await rig.create(Payload.text(more: more), token: try await rig.token())
        #expect(answer.status == 422)
        #expect(answer.json["errors"]?.elements?.map { $0["pointer"]?.string } == [pointer], "\(answer.json.text)")
    }

    @Test func detectionErrorsShowInTheStates() async throws {
        let detection =
            #","answeringMachineDetection":{"delay":{"constant":"0.8s"},"falsePositive":0.5,"falseNegative":0.5,"#
            + #""machineTalk":{"constant":"10s"}}}"#
        let played = try await play(String(Self.busy.dropLast()) + detection)
        let byCall = Dictionary(grouping: played.events, by: \.callID)
        let finals = played.events.filter(\.state.isFinal)
        // Dropped persons end as abandoned without an agent; machines that reach one end as completed voicemails.
        #expect(finals.contains { $0.state == .abandoned && $0.outcome == .answered })
        #expect(!finals.contains { $0.state == .abandoned && $0.outcome != .answered })
        for event in finals where event.outcome == .voicemail {
            #expect(event.state == .completed)
            #expect(byCall[event.callID]?.contains { $0.state == .connected || $0.state == .answered } == false)
        }
    }
}
