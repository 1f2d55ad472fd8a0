import DialerEngine
import DialerStudy
import ExactJSON
import ScenarioFile
import Statistics
import Testing

@Suite("Policies compared", .timeLimit(.minutes(5)))
struct PolicyComparisonTests {
    private static let own = Pacing.power(linesPerAgent: DecimalFactor(1.5))

    @Test(
        arguments: [
            ("progressive", "progressive"), ("power", "power=1.5"), ("power=2.25", "power=2.25"),
            ("fixedLines=12", "fixedLines=12"), ("poisson=600", "poisson=600"), ("ratio=1.2", "ratio=1.2"),
            ("lookahead", "lookahead"), ("lookahead=2%", "lookahead=0.02"), ("feedback=0.01", "feedback=0.01"),
            ("vicidial=tapered", "vicidial=tapered"),
        ]
    )
    func aPolicyIsANameAndAValue(_ text: String, _ label: String) throws {
        #expect(try PolicyChoice(parsing: text, own: Self.own).pacing.label == label)
    }

    @Test(
        arguments: [
            ("powr", "did you mean \"power\""), ("progressive=2", "takes no value"), ("ratio", "write ratio=VALUE"),
            ("power=", "linesPerAgent"), ("power=-1", "linesPerAgent"), ("vicidial=fast", "method"), ("", "policy"),
            ("eager=3", "unknown pacing policy"),
        ]
    )
    func otherwiseItSaysWhatIsWrong(_ text: String, _ hint: String) throws {
        let error = #expect(throws: FormatError.self) { try PolicyChoice(parsing: text, own: Self.own) }
        #expect(error?.description.contains(hint) == true, "\(error?.description ?? "")")
    }

    @Test func customersAreTheSame() async throws {
        let scenario = try StudyFixture.scenario(
            pacing: "{power: {linesPerAgent: 1.5}}",
            run: "{calls: 1000, replications: 10}"
        )
        let own = try await StudyFixture.result(scenario)
        let progressive = try await result(own, .progressive)
        let comparison = PolicyComparison(
            [("power=1.5", own), ("progressive", progressive)],
            progressive: progressive
        )
        #expect(own.calls.outcomes == progressive.calls.outcomes)
        let itself = try #require(comparison.entries[0].differences[.occupancy])
        #expect(itself.mean == 0 && itself.interval?.halfWidth == 0)
        // Pairs cancel what the customers have in common: the interval is narrower than those of the two apart.
        let difference = try #require(comparison.entries[1].differences[.occupancy]?.interval)
        let apart = try [own, progressive].map { try #require($0.metrics[.occupancy]?.interval).halfWidth }
        #expect(difference.upper < 0 && difference.halfWidth < apart[0] + apart[1])
        #expect(try #require(comparison.entries[0].predictiveGain.interval).lower > 0)
        #expect(comparison.entries[1].predictiveGain.mean == 0)
        #expect(comparison.json["baseline"]?.string == "power=1.5")
        #expect(comparison.json["policies"]?.elements?.count == 2)
    }

    private func result(_ own: StudyResult, _ pacing: Pacing) async throws -> StudyResult {
        let plan = own.plan.with(pacing)
        return StudyResult(judging: try await plan.run(threads: 2), of: plan)
    }
}
