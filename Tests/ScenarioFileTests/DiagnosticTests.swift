import ExactJSON
import ScenarioFile
import SimulationAPI
import Testing

@Suite("Diagnostics", .timeLimit(.minutes(5)))
struct DiagnosticTests {
    @Test("as compilers write them, and as JSON")
    func renderings() {
        let pointer = JSONPointer(tokens: ["pacing", "a/b"])
        var diagnostic = Diagnostic(
            .warning,
            .fieldRange,
            "too low",
            at: SourcePlace(file: "s.yaml", line: 3, column: 7),
            pointer: pointer
        )
        #expect(diagnostic.description == "s.yaml:3:7: warning: too low [field.range]")
        #expect(
            diagnostic.json.text
                == #"{"severity":"warning","code":"field.range","message":"too low","file":"s.yaml","line":3,"column":7,"pointer":"/pacing/a~1b"}"#
        )
        diagnostic.place = SourcePlace(file: "--set a=b")
        #expect(diagnostic.description == "--set a=b: warning: too low [field.range]")
        #expect(diagnostic.json["line"] == nil)
        #expect(ScenarioError([diagnostic, diagnostic]).description.split(separator: "\n").count == 2)
    }

    @Test("a file cannot steer the terminal")
    func escapes() {
        #expect(
            Fixture.problems(adding: "\"\\e[2J\\n\\u202e\": 1\n")
                == ["s.yaml:16:1: error: unknown field \"\\u{1b}[2J\\u{a}\\u{202e}\" [field.unknown]"]
        )
        let long = Fixture.problems(adding: "pacing: \(String(repeating: "x", count: 5_000))\n")
        #expect(
            long == [
                "s.yaml:16:9: error: unknown pacing policy \"\(String(repeating: "x", count: 64))…\" [field.unknown]"
            ]
        )
        #expect(SourcePlace(file: "a\u{1B}[2Jb", line: 1, column: 2).description == "a\\u{1b}[2Jb:1:2")
    }

    @Test("every rule of the payload points into the file")
    func payload() {
        let text = Fixture.base
            .replacing("a1b2c3d4", with: "a1b2")
            .replacing("{flowId: f, scriptId: s, language: en-US}", with: "{language: 5, flow: f}")
            .replacing("0.40", with: "0.41").replacing("0.15", with: ".nan").replacing("maxCalls", with: "maxCall")
            .replacing("concurrencyLimit: 5", with: "concurrencyLimit: 0x10")
            .replacing("complianceBypass: true", with: "complianceBypass: yes").replacing("tag: t", with: "tag: a b")
        let problems = Fixture.problems(of: text)
        let shown = problems.map { problem in
            let words = problem.split(separator: " ")
            return [words.first, words.last].compactMap { $0.map(String.init) }.joined(separator: " ")
        }
        #expect(
            shown == [
                "s.yaml:4:3: [field.missing]", "s.yaml:4:15: [campaign_id.format]",
                "s.yaml:5:23: [virtual_agent.missing]",
                "s.yaml:5:34: [field.type]", "s.yaml:5:37: [field.unknown]", "s.yaml:8:26: [probability.range]",
                "s.yaml:12:21: [concurrency.range]", "s.yaml:13:3: [field.unknown]", "s.yaml:14:21: [field.type]",
                "s.yaml:15:8: [tag.format]",
            ]
        )
        #expect(
            problems.contains(
                "s.yaml:13:3: error: unknown field \"maxCall\", did you mean \"maxCalls\"? [field.unknown]"
            )
        )
        let sum = Fixture.problems(of: Fixture.base.replacing("0.40", with: "0.4000000000000000000001"))
        #expect(
            sum.count == 1
                && sum[0].hasPrefix("s.yaml:7:5: error: the four probabilities sum to 1.0000000000000000000001")
        )
        #expect(
            Fixture.problems(of: Fixture.base.replacing("tag: t", with: "tag: " + String(repeating: "t", count: 101)))
                .count == 1
        )
    }

    @Test("a missing member points at where it should stand")
    func missing() throws {
        let error = try #require(throws: ScenarioError.self) {
            try Scenario.parse(text: "version: 2\nname: x\n", file: "s.yaml")
        }
        #expect(
            error.diagnostics.map(\.description) == [
                "s.yaml:1:1: error: simulation is missing [field.missing]",
                "s.yaml:1:10: error: version 2 is not supported; this program reads version 1 [version.unsupported]",
            ]
        )
        #expect(error.diagnostics[0].pointer.description == "/simulation")
    }
}
