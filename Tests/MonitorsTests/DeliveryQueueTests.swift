import ExactJSON
import HTTPExchange
import RunStore
import Testing

@testable import Monitors

/// What a queue decides, on virtual time.
@Suite(.timeLimit(.minutes(5)))
struct DeliveryQueueTests {
    private static func model(
        _ schedule: DeliverySchedule = .fast,
        _ edit: (inout DeliveryQueue.Rules) -> Void = { _ in }
    ) -> QueueModel {
        var rules = DeliveryQueue.Rules(schedule: schedule)
        edit(&rules)
        return QueueModel(rules)
    }

    private static func failure(_ status: Int?, retryAfter: Duration? = nil) -> DeliveryResult {
        .failed(status: status, reason: status.map { "HTTP \($0)" } ?? "refused", retryAfter: retryAfter)
    }

    @Test func eventsOfACallGoOneAfterTheOther() {
        var model = Self.model()
        for index in 0..<300 { model.add(call: "call-\(index % 30)") }
        // The third event of each call fails twice; the ones after it must not overtake it.
        model.run { delivery, _ in
            (61...90).contains(delivery.rowID) && delivery.attempts < 2 ? Self.failure(404) : .delivered(status: 200)
        }
        #expect(model.rows.allSatisfy { $0.state == .delivered })
        for call in 1...30 {
            let numbers = model.sendings.map(\.number).filter { ($0 - 1) % 30 == Int64(call - 1) }
            #expect(numbers == numbers.sorted())
        }
        #expect(model.mostAtOnce == 8)
    }

    @Test(arguments: [
        (DeliverySchedule.fast, [1, 5, 15, 30] as [Int64]),
        (.standard, [5, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400]),
    ])
    func theScheduleIsKept(_ schedule: DeliverySchedule, _ pauses: [Int64]) {
        var model = Self.model(schedule)
        model.add(call: "a")
        model.run { _, _ in Self.failure(400) }
        var expected: [Int64] = [0]
        for pause in pauses { expected.append((expected.last ?? 0) + pause * 1000 + 10) }
        #expect(model.times(1) == expected)
        #expect(model[1].state == .dead)
        #expect(model[1].error == "HTTP 400, after \(pauses.count + 1) attempts")
    }

    @Test func eachAttemptThatWasMadeIsKept() {
        var model = Self.model()
        for call in ["a", "b", "c"] { model.add(call: call) }
        model.run { delivery, _ in
            switch delivery.rowID {
            case 1: delivery.attempts == 0 ? Self.failure(500) : .delivered(status: 204)
            case 2: .refused("10.0.0.1 is a private address")
            default: Self.failure(nil)
            }
        }
        let first = model.attempts[1] ?? []
        #expect(first.map(\.status) == [500, 204] && first.map(\.error) == ["HTTP 500", nil])
        #expect(first.map(\.number) == [1, 2] && first.map(\.milliseconds) == [10, 10])
        #expect(first.map(\.sentAt.milliseconds) == model.sendings.filter { $0.number == 1 }.map(\.at))
        // Nothing was sent to an address that is not allowed.
        #expect(model[2].state == .dead && model.attempts[2] == nil)
        // The last failure says why, and leaves the number of attempts to the delivery.
        #expect(model.attempts[3]?.compactMap(\.error) == Array(repeating: "refused", count: 5))
        #expect(model[3].error == "refused, after 5 attempts")
    }

    @Test func jitterComesOnTop() {
        for chance in [0.0, 0.25, 0.999] {
            let pause = DeliverySchedule.fast.pause(after: 2, chance: chance)
            #expect(pause == .seconds(5) * (1 + chance / 10))
        }
        #expect(DeliverySchedule.fast.pause(after: 5, chance: 0) == nil)
    }

    @Test func anEventThatAlwaysFailsDoesNotBlockOthersForEver() {
        var model = Self.model { $0.concurrency = 1 }
        for _ in 0..<3 { model.add(call: "poisoned") }
        for index in 0..<20 { model.add(call: "call-\(index)") }
        model.run { delivery, _ in delivery.rowID == 1 ? Self.failure(400) : .delivered(status: 200) }
        #expect(model[1].state == .dead)
        #expect(model.rows.dropFirst().allSatisfy { $0.state == .delivered })
        // The others did not wait for its schedule of 51 s, and its own call went on afterwards.
        let others = model.sendings.filter { $0.number > 3 }
        #expect(others.allSatisfy { $0.at < 1_001_000 })
        #expect(model.sendings.filter { $0.number == 2 }.allSatisfy { $0.at >= 1_051_000 })
    }

    @Test func aMonitorThatFailsIsLeftAlone() {
        var model = Self.model()
        for index in 0..<100 { model.add(call: "call-\(index)") }
        // Away for 40 s, then back.
        model.run { _, now in now < 1_040_000 ? Self.failure(nil) : .delivered(status: 200) }
        let early = model.sendings.filter { $0.at < 1_040_000 }
        // Eight that were on their way, and then one for each time of the schedule.
        #expect(early.count < 20, "\(early.count)")
        #expect(model.rows.allSatisfy { $0.state == .delivered })
    }

    @Test func theFirstProbeThatWorksOpensTheWay() throws {
        var model = Self.model { $0.concurrency = 1 }
        for index in 0..<50 { model.add(call: "call-\(index)") }
        model.run { _, now in now < 1_000_100 ? Self.failure(500) : .delivered(status: 200) }
        let last = try #require(model.sendings.last)
        #expect(last.at < 1_020_000)
        #expect(model.rows.allSatisfy { $0.state == .delivered })
    }

    @Test func retryAfterHoldsForTheWholeMonitor() {
        var model = Self.model { $0.concurrency = 1 }
        model.add(call: "a")
        model.add(call: "b")
        var isFirst = true
        model.run { _, _ in
            defer { isFirst = false }
            return isFirst ? Self.failure(429, retryAfter: .seconds(7)) : .delivered(status: 200)
        }
        #expect(model.sendings.dropFirst().allSatisfy { $0.at >= 1_007_000 })
        #expect(model.rows.allSatisfy { $0.state == .delivered })
    }

    @Test func retryAfterIsBounded() {
        var model = Self.model()
        model.add(call: "a")
        model.run { delivery, _ in
            delivery.attempts == 0 ? Self.failure(503, retryAfter: .seconds(86_400)) : .delivered(status: 200)
        }
        #expect(model.times(1) == [0, 60_010])
    }

    @Test func throttlingLowersTheConcurrency() {
        var model = Self.model()
        for index in 0..<16 { model.add(call: "call-\(index)") }
        var answers = 0
        model.run(for: 1500) { _, _ in
            answers += 1
            return answers <= 8 ? Self.failure(429) : .delivered(status: 200)
        }
        // After a second of silence one goes, and each success lets another one beside it.
        let later = model.sendings.filter { $0.at > 1_000_500 }
        #expect(later.first?.at ?? 0 >= 1_001_000)
        #expect(later.filter { $0.at == later.first?.at }.count == 1)
    }

    @Test func aGoneMonitorGetsNothingMore() {
        var model = Self.model()
        for index in 0..<40 { model.add(call: "call-\(index)") }
        model.run { _, _ in .gone }
        #expect(model.isDisabled)
        #expect(model.sendings.count == 8)
        #expect(model.rows.filter { $0.state == .disabled }.count == 8)
    }

    @Test func whatMustNotBeSentIsDeadAtOnce() {
        var model = Self.model()
        model.add(call: "a")
        model.add(call: "a")
        model.run { _, _ in .refused("10.0.0.1 is private") }
        #expect(model.rows.map(\.state) == [.dead, .dead])
        #expect(model.sendings.count == 2)
        #expect(model[1].error == "10.0.0.1 is private" && model[1].delivery.attempts == 0)
    }

    @Test func aReplayEndsWhereTheMonitorKeepsFailing() {
        var model = Self.model(.replay) { $0.stopsWhenFailing = true }
        for index in 0..<100 { model.add(call: "call-\(index)") }
        model.run { _, _ in Self.failure(500) }
        #expect(model.isStopped)
        #expect(model.sendings.count < 20)
        #expect(model.rows.filter { $0.state == .pending }.count == 100)
    }

    @Test func linesGoTogether() {
        var model = Self.model {
            $0.concurrency = 1
            $0.batchSize = 16
        }
        for index in 0..<64 { model.add(call: "call-\(index % 32)") }
        model.run { _, _ in .delivered(status: nil) }
        #expect(model.mostAtOnce == 16)
        #expect(Set(model.sendings.map(\.at)).count == 4)
        #expect(model.rows.allSatisfy { $0.state == .delivered })
    }

    @Test(arguments: [
        (200, DeliveryResult.delivered(status: 200)), (204, .delivered(status: 204)), (299, .delivered(status: 299)),
        (302, .failed(status: 302, reason: "HTTP 302: redirects are not followed")), (410, .gone),
        (404, .failed(status: 404, reason: "HTTP 404")), (199, .failed(status: 199, reason: "HTTP 199")),
    ])
    func statuses(_ status: Int, _ outcome: DeliveryResult) {
        #expect(DeliveryResult(.success(IncomingResponse(status: status))) == outcome)
    }
}
