import ScenarioFile
import SimulationAPI
import Testing

/// `assumed`: the places of a scenario that nobody measured.
@Suite("Assumed values", .timeLimit(.minutes(5)))
struct AssumedTests {
    private static let advice =
        "is assumed: no record and no configuration gave it; write a value of your own, and take it off assumed"
        + " [scenario.assumed]"

    @Test("each place is warned of, at its key")
    func places() throws {
        let problems = Fixture.problems(
            adding: Fixture.center + "assumed: [contactCenter.talk, contactCenter.ringing.default]\n"
        )
        #expect(
            problems == [
                "s.yaml:18:13: warning: contactCenter.ringing.default \(Self.advice)",
                "s.yaml:19:3: warning: contactCenter.talk \(Self.advice)",
            ]
        )
    }

    @Test("places inside lists, of thresholds, and of one that is listed twice")
    func further() throws {
        let text = """
            compliance: [us-tsr]
            thresholds: {waitSeconds.mean: "<= 2"}
            assumed: [compliance.0, thresholds.waitSeconds.mean, compliance.0]

            """
        let lines = Fixture.problems(adding: text).filter { $0.hasSuffix("[scenario.assumed]") }
        #expect(lines.count == 2)
        #expect(lines.first?.hasPrefix("s.yaml:16:14: warning: compliance.0 is assumed") == true)
        #expect(lines.last?.hasPrefix("s.yaml:17:14: warning: thresholds.waitSeconds.mean is assumed") == true)
    }

    @Test("a place that is left at its default is one, too", arguments: ["contactCenter.wrap", "run.start", "pacing"])
    func defaults(_ path: String) throws {
        let loaded = try Fixture.load(Fixture.center + "run: {shift: 1h}\nassumed: [\(path)]\n")
        #expect(loaded.scenario.assumed == [path])
        #expect(loaded.warnings.map(\.code.rawValue) == ["scenario.assumed"])
        #expect(loaded.warnings.first?.message.contains("left at its default") == true)
    }

    @Test(
        "what is no place is an error where it is written",
        arguments: [
            "contactCenter.talks", "talk", "compliance.1", "''", "contactCenter..talk", "a.b.c", "list.contacts",
            "assumed", "assumed.0",
        ]
    )
    func unknown(_ path: String) {
        let problems = Fixture.problems(adding: Fixture.center + "assumed:\n  - \(path)\n")
        #expect(problems.count == 1)
        #expect(problems.first?.hasPrefix("s.yaml:22:5: error: ") == true)
        #expect(
            problems.first?.hasSuffix(
                "names nothing in this scenario; assumed lists dotted paths such as contactCenter.talk [field.unknown]"
            ) == true
        )
    }

    @Test(
        "a position in a list has one spelling, and something stands there",
        arguments: ["compliance.+0", "compliance.00", "compliance.-0", "compliance.1"]
    )
    func positions(_ path: String) {
        let problems = Fixture.problems(adding: "compliance: [us-tsr]\nassumed: [\(path)]\n")
        #expect(problems.contains { $0.contains("names nothing in this scenario") }, "\(problems)")
    }

    @Test("what is no list of texts is an error", arguments: ["contactCenter.talk", "[1]", "[[]]", "{}"])
    func types(_ value: String) {
        let problems = Fixture.problems(adding: "assumed: \(value)\n")
        #expect(problems.count == 1)
        #expect(problems.first?.hasSuffix("[field.type]") == true)
    }

    @Test("a scenario with many parts still knows its places")
    func manyParts() throws {
        let entries = (0..<100).map { "    - {agents: 1, from: \($0)m, to: 2h}\n" }.joined()
        let center = Fixture.center.replacing("  agents: 2\n", with: "  roster:\n\(entries)")
        let loaded = try Fixture.load(
            center + "run: {shift: 2h}\nassumed: [contactCenter.wrap, contactCenter.roster.99.agents]\n"
        )
        #expect(loaded.warnings.filter { $0.code.rawValue == "scenario.assumed" }.count == 2)
    }
}
