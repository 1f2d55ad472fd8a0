import DialerEngine
import DiscreteEvents
import Testing

/// Contacts that are called in order and tried again, with constant times.
@Suite("List", .timeLimit(.minutes(5)))
struct ListTests {
    static func experiment(_ list: ContactList, _ outcomes: OutcomeProbabilities, shift: Double, days: Int = 1)
        -> Experiment
    {
        var center = ModelTests.center(agents: 1, ringing: 10, talk: 110, patience: 2)
        center.outcomes = outcomes
        var experiment = Experiment(center, pacing: .progressive, length: .shifts(seconds: shift, days: days), seed: 1)
        experiment.list = list
        return experiment
    }

    static func attempts(_ experiment: Experiment) throws -> [String] {
        var attempts: [String] = []
        let trace = TraceHandler { event in
            if event.kind == .dialled { attempts.append("\(event.contact ?? -1) at \(Int(event.time))") }
        }
        _ = try Replication.run(experiment, number: 0, trace: trace)
        return attempts
    }

    /// Thirty contacts, everybody answers: the list is exhausted when the last one is connected.
    @Test func aListThatRunsOut() throws {
        let experiment = Self.experiment(ContactList(contacts: 30), .answering(1), shift: 28_800)
        let result = try Replication.run(experiment)
        let list = try #require(result.list)
        #expect(try ModelTests.times(.dialled, experiment).last == 3480)
        #expect(list.exhaustedAt == 3490 && list.reached == 30 && list.done == 30 && list.open == 0)
        #expect(abs(result.measures.occupancy - 3190 / 3490) < 1e-12)
        #expect(abs(list.idleAfterSeconds / 3600 - 7.0306) < 1e-4)
        // The days that follow have nothing to dial either.
        var week = experiment
        week.length = .shifts(seconds: 28_800, days: 3)
        let after = try Replication.run(week).list?.idleAfterSeconds
        #expect(after == list.idleAfterSeconds + 2 * 28_800)
    }

    private static let nobody = OutcomeProbabilities(dialTone: 0, busySignal: 0, noAnswer: 1, answer: 0, voicemail: 0)

    /// Retries that are due go first, the earliest due before the lowest contact; without one the dialer waits.
    @Test func retriesGoFirst() throws {
        let list = ContactList(contacts: 3, maxAttempts: 2, retry: [.noAnswer: 25])
        let experiment = Self.experiment(list, Self.nobody, shift: 1000)
        // Each attempt rings 10 s: contact 0 is due again at 35, 1 at 45, 2 at 55.
        #expect(try Self.attempts(experiment) == ["0 at 0", "1 at 10", "2 at 20", "0 at 35", "1 at 45", "2 at 55"])
        let count = try #require(try Replication.run(experiment).list)
        #expect(count.done == 3 && count.reached == 0 && count.attempts == 6 && count.exhaustedAt == 65)
        var long = experiment
        long.list?.contacts = 5
        #expect(
            try Self.attempts(long) == [
                "0 at 0", "1 at 10", "2 at 20", "3 at 30", "0 at 40", "1 at 50", "2 at 60", "3 at 70", "4 at 80",
                "4 at 115",
            ]
        )
    }

    /// A retry that falls outside a shift waits for the next one.
    @Test func retriesWaitForTheNextShift() throws {
        let list = ContactList(contacts: 2, maxAttempts: 3, retry: [.noAnswer: 3600])
        let experiment = Self.experiment(list, Self.nobody, shift: 4000, days: 2)
        #expect(
            try Self.attempts(experiment) == [
                "0 at 0", "1 at 10", "0 at 3610", "1 at 3620", "0 at 86400", "1 at 86410",
            ]
        )
        let count = try #require(try Replication.run(experiment).list)
        #expect(count.exhaustedAt == 86_420 && count.open == 0)
        var short = experiment
        short.length = .shifts(seconds: 4000, days: 1)
        let open = try #require(try Replication.run(short).list)
        #expect(open.exhaustedAt == nil && open.open == 2 && open.idleAfterSeconds == 0)
    }

    /// An outcome without a retry ends a contact; the list is exhausted with the last of them.
    @Test func anOutcomeWithoutRetryEndsAContact() throws {
        let list = ContactList(contacts: 4, retry: [.busySignal: 60])
        let result = try Replication.run(Self.experiment(list, Self.nobody, shift: 1000))
        #expect(result.list?.exhaustedAt == 40 && result.list?.attempts == 4)
    }

    /// A person taken for a machine is tried again as one who was abandoned; a machine that an agent took, after the talk.
    @Test func detectionErrorsAreTriedAgain() throws {
        var experiment = Self.experiment(
            ContactList(contacts: 1, maxAttempts: 2, retry: [.abandoned: 100]),
            .answering(1),
            shift: 1000
        )
        experiment.center.detection = AnsweringMachineDetection(delay: .constant(3), falsePositive: 1)
        #expect(try Self.attempts(experiment) == ["0 at 0", "0 at 113"])
        experiment.center.outcomes = OutcomeProbabilities(
            dialTone: 0,
            busySignal: 0,
            noAnswer: 0,
            answer: 0,
            voicemail: 1
        )
        experiment.center.detection = AnsweringMachineDetection(
            delay: .constant(3),
            falseNegative: 1,
            machineTalk: .constant(7)
        )
        experiment.list?.retry = [.voicemail: 50]
        #expect(try Self.attempts(experiment) == ["0 at 0", "0 at 70"])
        #expect(try Replication.run(experiment).list?.exhaustedAt == 90)
    }
}
