import ExactJSON
import RingbackTestKit
import Testing

/// A contact centre that changes through the day, seen through the API.
@Suite(.timeLimit(.minutes(15)))
struct CampaignTests {
    private static let campaign = """
        contactCenter:
          roster:
            - {agents: 2, from: 0, to: 2h, breaks: [{from: "09:30", for: 10m}]}
            - {agents: 1, from: 1h, to: 2h}
          lines: 6
          ringing: {default: {exponential: {mean: 10s}}}
          talk: {exponential: {mean: 60s}}
          patience: {constant: 2s}
        schedule:
          - {from: 1h, outcomeInjection: {answerProbability: 0.1, noAnswerProbability: 0.2}}
        list: {contacts: 5000, maxAttempts: 3, retry: {noAnswer: 20m, busySignal: 5m}}
        run: {shift: 2h, days: 2, start: "09:00", date: 2026-03-02}
        """

    @Test func aRunExpectsTheOutcomesThatWereInForce() async throws {
        try await Workspace.with { workspace in
            try workspace.scenario(calls: 5_000, extra: Self.campaign)
            let ended = try await workspace.run(["run", "scenario.yaml", "--json", "--seed", "3"])
            let result = try JSONReader.read(ended.stdout)
            #expect(ended.exitCode == 0, "\(ended.stdout) \(ended.stderr)")
            let attempted = try #require(result["calls"]?["attempted"]?.integer)
            #expect((500..<5_000).contains(attempted))
            // The payload says 0.4, the schedule 0.1; voicemail is the schedule's alone.
            let answered = try #require(result["outcomes"]?["answered"]?["injected"]?.number.flatMap { Double($0) })
            #expect(answered > 0.12 && answered < 0.38)
            #expect(result["outcomes"]?["voicemail"]?["injected"]?.number != "0")
            #expect(result["goodnessOfFit"]?["verdict"]?.string == "pass")
            guard case .object(let bound) = result["bound"] else {
                Issue.record("\(ended.stdout)")
                return
            }
            #expect(!bound.isEmpty)
        }
    }

    @Test func aTargetWithoutExtensionsGetsNothingOfIt() async throws {
        try await Workspace.with { workspace in
            try workspace.scenario(extra: Self.campaign)
            try await FakeAPI.with { api in
                let ended = try await workspace.run(against: api)
                let create = try #require(api.requests.first { $0.operation == .create })
                for name in ["contactCenter", "schedule", "list", "run", "roster"] {
                    #expect(!create.body.contains("\"\(name)\""))
                }
                let said = "contactCenter, schedule, list and run are members of the sandbox alone"
                #expect(ended.stdout.contains(said), "\(ended.stdout)")
            }
        }
    }
}
