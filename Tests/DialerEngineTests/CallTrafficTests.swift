import DialerEngine
import DiscreteEvents
import Testing

@Suite("CallTraffic", .timeLimit(.minutes(5)))
struct CallTrafficTests {
    static let mixed = OutcomeProbabilities(
        dialTone: 0.05,
        busySignal: 0.1,
        noAnswer: 0.25,
        answer: 0.4,
        voicemail: 0.2
    )

    static func configuration(
        limit: Int,
        calls: Int,
        seed: UInt32 = 42,
        probabilities: OutcomeProbabilities = mixed
    ) -> CallTraffic.Configuration {
        CallTraffic.Configuration(
            outcomeProbabilities: probabilities,
            concurrencyLimit: limit,
            maxCalls: calls,
            seed: seed
        )
    }

    static func course(of outcome: AttemptOutcome) -> [CallPhase] {
        switch outcome {
        case .dialTone, .busy: [.dialing, .completed]
        case .noAnswer, .voicemail: [.dialing, .ringing, .completed]
        case .answered: [.dialing, .ringing, .answered, .connected, .completed]
        }
    }

    @Test(arguments: [(1, 40), (7, 300), (50, 20), (200, 2000)])
    func everyCallTakesItsCourse(limit: Int, calls: Int) throws {
        let events = Array(CallTraffic(Self.configuration(limit: limit, calls: calls)))
        let byAttempt = Dictionary(grouping: events, by: \.attempt)
        #expect(byAttempt.count == calls)
        for attempt in 0..<UInt64(calls) {
            let course = try #require(byAttempt[attempt])
            let first = try #require(course.first)
            let last = try #require(course.last)
            let outcome = try #require(last.outcome)
            #expect(course.map(\.phase) == Self.course(of: outcome))
            #expect(first.elapsed == 0 && course.allSatisfy { $0.startedAt == first.time })
            for event in course {
                let isKnown = event.phase != .dialing && event.phase != .ringing
                #expect(event.outcome == (isKnown ? outcome : nil))
                #expect(event.phase.isFinal == (event == last))
            }
            if let answered = course.first(where: { $0.phase == .answered }),
                let connected = course.first(where: { $0.phase == .connected })
            {
                #expect(answered.time == connected.time)
            }
            if let ringing = course.first(where: { $0.phase == .ringing }) { #expect(abs(ringing.elapsed - 1) < 1e-9) }
            if outcome == .noAnswer { #expect(abs(last.elapsed - 31) < 1e-9) }
        }
    }

    @Test func virtualTimeNeverGoesBackAndIndexesRiseWithTime() {
        var time = 0.0
        var dialled: UInt64 = 0
        for event in CallTraffic(Self.configuration(limit: 20, calls: 1000)) {
            #expect(event.time >= time)
            time = event.time
            if event.phase == .dialing {
                #expect(event.attempt == dialled)
                dialled += 1
            }
        }
        #expect(dialled == 1000)
    }

    @Test(arguments: [1, 3, 25, 400])
    func everyCallIsPlacedAndThePeakIsTheLimit(limit: Int) {
        let calls = 300
        var traffic = CallTraffic(Self.configuration(limit: limit, calls: calls))
        var active: Set<UInt64> = []
        var (dialled, ended, peak) = (0, 0, 0)
        while let event = traffic.next() {
            if event.phase == .dialing {
                active.insert(event.attempt)
                dialled += 1
            }
            if event.phase.isFinal {
                active.remove(event.attempt)
                ended += 1
            }
            peak = max(peak, active.count)
        }
        #expect(dialled == calls && ended == calls && active.isEmpty)
        #expect(peak == min(limit, calls))
        #expect(traffic.next() == nil)
    }

    /// An ended call is replaced at the same instant while calls are left.
    @Test func endedCallsAreReplacedAtOnce() {
        let events = Array(CallTraffic(Self.configuration(limit: 10, calls: 200)))
        let ends = events.filter(\.phase.isFinal).map(\.time)
        let starts = events.filter { $0.phase == .dialing }.map(\.time)
        #expect(starts.prefix(10).allSatisfy { $0 == 0 })
        #expect(Array(starts.dropFirst(10)) == Array(ends.prefix(190)))
    }

    @Test func limitOfOneIsStrictlySequential() {
        let attempts = CallTraffic(Self.configuration(limit: 1, calls: 60)).map(\.attempt)
        #expect(attempts == attempts.sorted())
    }

    /// Outcome counts within four standard errors of their expectation.
    @Test(arguments: [1, 2, 3] as [UInt32])
    func outcomeFrequenciesFollowTheProbabilities(seed: UInt32) {
        let calls = 10_000
        let ends = CallTraffic(Self.configuration(limit: 100, calls: calls, seed: seed)).filter(\.phase.isFinal)
        for outcome in AttemptOutcome.allCases {
            let probability = Self.mixed[outcome]
            let error = (Double(calls) * probability * (1 - probability)).squareRoot()
            #expect(abs(Double(ends.count { $0.outcome == outcome }) - Double(calls) * probability) < 4 * error)
        }
    }

    @Test func impossibleOutcomesNeverHappen() {
        let probabilities = OutcomeProbabilities(
            dialTone: 0,
            busySignal: 0.5,
            noAnswer: 0,
            answer: 0.5,
            voicemail: 0
        )
        let ends = CallTraffic(Self.configuration(limit: 30, calls: 3000, probabilities: probabilities))
            .filter(\.phase.isFinal)
        #expect(ends.count { $0.outcome == .busy || $0.outcome == .answered } == 3000)
    }

    @Test func equalConfigurationsGiveEqualEvents() {
        let configuration = Self.configuration(limit: 12, calls: 400)
        #expect(Array(CallTraffic(configuration)) == Array(CallTraffic(configuration)))
        let otherSeed = Self.configuration(limit: 12, calls: 400, seed: 43)
        #expect(Array(CallTraffic(configuration)) != Array(CallTraffic(otherSeed)))
        var otherReplication = configuration
        otherReplication.replication = 1
        #expect(Array(CallTraffic(configuration)) != Array(CallTraffic(otherReplication)))
    }

    /// Common random numbers: the outcome and the duration of an attempt do not depend on the limit.
    @Test func attemptsAreTheSameWhateverTheLimit() {
        func ends(_ limit: Int) -> [CallEvent] {
            CallTraffic(Self.configuration(limit: limit, calls: 500)).filter(\.phase.isFinal)
                .sorted { $0.attempt < $1.attempt }
        }
        let reference = ends(1)
        for limit in [2, 17, 500] {
            for (one, other) in zip(reference, ends(limit)) {
                #expect(one.outcome == other.outcome && abs(one.elapsed - other.elapsed) < 1e-6)
            }
        }
    }

    @Test func timingIsTakenFromTheConfiguration() {
        var configuration = Self.configuration(
            limit: 1,
            calls: 2,
            probabilities: OutcomeProbabilities(dialTone: 0, busySignal: 0, noAnswer: 0, answer: 1, voicemail: 0)
        )
        configuration.timing.setup = .constant(2)
        configuration.timing.answer = .constant(5)
        configuration.timing.talk = .constant(20)
        let times = CallTraffic(configuration).map(\.time)
        #expect(times == [0, 2, 7, 7, 27, 27, 29, 34, 34, 54])
        // A negative duration counts as 0.
        configuration.timing.talk = .constant(-5)
        #expect(CallTraffic(configuration).map(\.time) == [0, 2, 7, 7, 7, 7, 9, 14, 14, 14])
    }

    @Test func noCallsGiveNoEvents() {
        var traffic = CallTraffic(Self.configuration(limit: 5, calls: 0))
        #expect(traffic.next() == nil)
    }
}
