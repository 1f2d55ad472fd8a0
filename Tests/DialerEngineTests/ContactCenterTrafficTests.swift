import DialerEngine
import DiscreteEvents
import Testing

@Suite("ContactCenterTraffic", .timeLimit(.minutes(5)))
struct ContactCenterTrafficTests {
    static func events(_ experiment: Experiment) throws -> [CallEvent] {
        var traffic = try ContactCenterTraffic(experiment)
        var events: [CallEvent] = []
        while let event = try traffic.next() { events.append(event) }
        #expect(events.count { $0.phase == .dialing } == events.count(where: \.phase.isFinal))
        return events
    }

    @Test(arguments: AccountingTests.policies)
    func everyCallTakesALegalCourse(pacing: Pacing) throws {
        var experiment = AccountingTests.experiment(pacing, .calls(400))
        experiment.center.concurrencyLimit = 7
        let events = try Self.events(experiment)
        let calls = Dictionary(grouping: events, by: \.attempt)
        #expect(events.map(\.time) == events.map(\.time).sorted())
        for (_, course) in calls {
            let phases = course.map(\.phase)
            let outcome = try #require(course.last?.outcome)
            switch outcome {
            case .dialTone, .busy: #expect(phases == [.dialing, .completed])
            case .noAnswer, .voicemail: #expect(phases == [.dialing, .ringing, .completed])
            case .answered:
                let served: [CallPhase] = [.dialing, .ringing, .answered, .connected, .completed]
                #expect(phases == served || phases == [.dialing, .ringing, .answered, .abandoned])
            }
        }
        let result = try Replication.run(experiment)
        #expect(events.count { $0.phase == .connected } == result.allCalls.connected)
        let unserved = result.allCalls.abandoned + result.allCalls.falsePositives
        #expect(events.count { $0.phase == .abandoned } == unserved)
        #expect(calls.count == result.allCalls.attempted && result.peakCalls ?? 0 <= 7)
    }

    @Test func errorsEndTheTraffic() throws {
        var center = AccountingTests.center
        center.agents = 1
        let pacing = Pacing.power(linesPerAgent: DecimalFactor(0.5))
        var traffic = try ContactCenterTraffic(Experiment(center, pacing: pacing, length: .calls(5), seed: 1))
        do {
            _ = try traffic.next()
            Issue.record("no error")
        } catch {
            #expect(error.code == .neverDials)
        }
    }
}
