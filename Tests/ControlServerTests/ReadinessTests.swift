import ExactJSON
import HTTPTypes
import Testing

@testable import ControlServer

/// When the service is ready: a table over its parts.
@Suite(.timeLimit(.minutes(5)))
struct ReadinessTests {
    /// What is so, in seconds before now.
    struct Case: Sendable, CustomTestStringConvertible {
        var starting = false
        var draining = false
        var written = 0.0
        var failure: String?
        var polled: Double?
        var problems: [String] = []
        var testDescription: String { "\(starting) \(draining) \(written) \(polled ?? -1)" }
    }

    @Test(arguments: [
        Case(), Case(starting: true, problems: ["the service is starting"]),
        Case(draining: true, problems: ["the service is stopping"]), Case(written: 9.999, failure: "locked"),
        Case(written: 10, failure: "locked", problems: ["the store could not be written for 10 s: locked"]),
        Case(written: 75.5, problems: ["the store could not be written for 75 s"]), Case(polled: 0),
        Case(polled: 59.999),
        Case(polled: 60, problems: ["no worker has looked for a run for 60 s"]),
        Case(
            starting: true,
            draining: true,
            written: 11,
            polled: 61,
            problems: [
                "the service is starting", "the service is stopping", "the store could not be written for 11 s",
                "no worker has looked for a run for 61 s",
            ]
        ),
    ])
    func whatIsWrongIsNamed(_ example: Case) {
        let now = ContinuousClock.now
        var readiness = Readiness(at: now.advanced(by: .seconds(-example.written)))
        (readiness.isStarting, readiness.isDraining) = (example.starting, example.draining)
        readiness.storeFailure = example.failure
        readiness.workersPolledAt = example.polled.map { now.advanced(by: .seconds(-$0)) }
        #expect(readiness.problems(at: now) == example.problems)
    }

    /// Runs that wait are no part of the rule, so a full queue leaves the service ready.
    @Test func waitingWorkIsNoReason() async throws {
        try await Fixture.with { fixture in
            fixture.service.workersPolled()
            #expect(try await fixture.ask(.get, "/readyz").status == 200)
            fixture.service.changeReadiness { $0.workersPolledAt = .now - .seconds(61) }
            let answer = try await fixture.ask(.get, "/readyz")
            #expect(answer.status == 503 && answer.json["code"] == "not_ready")
            fixture.service.workersPolled()
            #expect(try await fixture.ask(.get, "/readyz").status == 200)
        }
    }
}
