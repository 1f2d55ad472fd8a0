import ScenarioFile
import Testing

@Suite("Fault plans", .timeLimit(.minutes(5)))
struct FaultPlanTests {
    private func problems(_ text: String) -> [String] {
        do {
            _ = try FaultPlan.parse(text: text, file: "f.yaml")
            return []
        } catch {
            return error.diagnostics.map { "\($0)" }
        }
    }

    @Test func aPlanIsRead() throws {
        let plan = try FaultPlan.parse(
            text: """
                seed: 7
                faults:
                  - {on: create, when: {first: 2}, fault: {status: 429, retryAfter: 1s}}
                  - {on: status, when: {probability: 10%}, fault: reset}
                  - {on: token, when: always, fault: {slowBody: {bytesPerSecond: 10}}}
                  - {on: webhook, when: {every: 3}, fault: {late: 500ms}}
                  - {on: simulation, when: {nth: 2}, fault: {failSimulation: engine_overloaded}}
                  - {on: list, fault: {delay: 2s}}
                """,
            file: "f.yaml"
        )
        let expected: [FaultPlan.Rule] = [
            .init(on: .create, when: .first(2), .status(429, retryAfter: 1)),
            .init(on: .status, when: .probability(0.1), .reset),
            .init(on: .token, .slowBody(bytesPerSecond: 10)),
            .init(on: .webhook, when: .every(3), .late(0.5)),
            .init(on: .simulation, when: .nth(2), .failSimulation("engine_overloaded")),
            .init(on: .list, .delay(2)),
        ]
        #expect(plan == FaultPlan(seed: 7, rules: expected))
    }

    @Test(
        arguments: [
            "reset", "resetAfterCommit", "hang", "emptyResponse", "malformedJson", "truncatedBody", "expireToken",
            "{status: 503}", "{delay: 0}", "{slowBody: {bytesPerSecond: 1}}",
        ]
    )
    func everyFaultOfAnAnswerHasItsWord(_ fault: String) throws {
        let plan = try FaultPlan.parse(text: "faults: [{on: cancel, fault: \(fault)}]", file: "f.yaml")
        #expect(fault.contains(plan.rules[0].fault.name))
    }

    @Test(
        arguments: [
            ("{}", "1:1: error: faults is missing [field.missing]"),
            ("faults: [{on: creat, fault: reset}]", "did you mean \"create\"? [field.type]"),
            ("faults: [{on: create}]", "fault is missing [field.missing]"),
            ("faults: [{on: create, fault: rest}]", "unknown fault \"rest\", did you mean \"reset\"? [field.unknown]"),
            ("faults: [{on: create, fault: drop}]", "drop cannot happen on create; possible faults are status, delay"),
            ("faults: [{on: simulation, fault: reset}]", "possible faults are failSimulation, stall [fault.invalid]"),
            ("faults: [{on: token, fault: expireToken}]", "expireToken cannot happen on token"),
            ("faults: [{on: create, fault: {status: 99}}]", "status is 99; it must be in 200…599"),
            ("faults: [{on: create, fault: {delay: 1s, status: 500}}]", "names delay and status; it takes one fault"),
            ("faults: [{on: create, fault: {delay: 1s, retryAfter: 1s}}]", "retryAfter goes with status alone"),
            ("faults: [{on: create, fault: {slowBody: {}}}]", "bytesPerSecond is missing"),
            ("faults: [{on: create, when: sometimes, fault: reset}]", "must be always, {first: n}"),
            (
                "faults: [{on: create, when: {first: 1, nth: 2}, fault: reset}]",
                "names first and nth; it takes one of them"
            ),
            ("faults: [{on: create, when: {first: 0}, fault: reset}]", "first is 0; it must be in 1…"),
            ("faults: [{on: create, when: {probability: 2}, fault: reset}]", "it must be in 0…1"),
            ("seed: -1\nfaults: []", "seed is -1"),
        ]
    )
    func problemsHaveAPlace(_ text: String, _ expected: String) {
        let found = problems(text)
        #expect(found.contains { $0.hasPrefix("f.yaml:") && $0.contains(expected) }, "\(found)")
    }
}
