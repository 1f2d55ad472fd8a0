import DialerEngine
import ScenarioFile
import SimulationAPI
import Testing

@Suite("Overrides", .timeLimit(.minutes(5)))
struct OverrideTests {
    @Test("values replace, complete and extend the document")
    func values() throws {
        let scenario = try Fixture.load(
            "monitors: [{name: a, kind: stdout}]\n",
            overrides: [
                "simulation.maxCalls=200", "name=\"two words\"", "pacing={power: {linesPerAgent: 2}}", "run.shift=8h",
                "thresholds.waitSeconds.mean=<= 2s", "thresholds.occupancy=>= 75%", "monitors.0.name=b",
                "monitors.1={name: c, kind: file, url: out.jsonl}", "compliance=[us-fcc]", "simulation.tag=x=y",
                "simulation.tag=z",
            ]
        ).scenario
        #expect(scenario.payload.maxCalls == 200 && scenario.name == "two words" && scenario.payload.tag == "z")
        #expect(scenario.pacing.name == .power && scenario.runPlan.length == .shifts(seconds: 28_800, days: 1))
        #expect(scenario.thresholds.map(\.metric) == [.waitSecondsMean, .occupancy])
        #expect(scenario.monitors.map(\.name) == ["b", "c"] && scenario.compliance == [.usFCC])
        #expect(try Fixture.load(overrides: ["monitors.0={name: x, kind: stdout}"]).scenario.monitors.count == 1)
    }

    @Test(
        "diagnostics name the option",
        arguments: [
            ("simulation.maxCalls", "an override is written path=value, such as simulation.maxCalls=200 [set.syntax]"),
            ("simulation..x=1", "the path is dotted keys, such as simulation.maxCalls or monitors.0.name [set.syntax]"),
            ("=1", "the path is dotted keys, such as simulation.maxCalls or monitors.0.name [set.syntax]"),
            (
                "pacing={power",
                "the value cannot be read: did not find expected ',' or '}' while parsing a flow mapping that starts in line 1 [set.syntax]"
            ),
            ("pacing=[&a x]", "the value cannot be read: the anchor &a is refused; leave it out [set.syntax]"),
            ("version.x=3", "version cannot be set: it is a number, which has no \"x\" [set.path]"),
            ("version=3", "version 3 is not supported; this program reads version 1 [version.unsupported]"),
            ("name=", "name must be a string, not null [field.type]"),
            ("x.y=1", "unknown field \"x\" [field.unknown]"),
            ("maxCalls=3", "unknown field \"maxCalls\", did you mean \"simulation.maxCalls\"? [field.unknown]"),
            (
                "flowId=x",
                "unknown field \"flowId\", did you mean \"simulation.virtualAgentMatrix.flowId\"? [field.unknown]"
            ),
            ("monitors.1.name=x", "monitors must be a list, not an object [field.type]"),
        ]
    )
    func problems(_ option: String, _ message: String) {
        #expect(Fixture.problems(adding: "", overrides: [option]) == ["--set \(option): error: \(message)"])
    }

    @Test("a list has no other elements")
    func elements() {
        #expect(
            Fixture.problems(adding: "compliance: [us-tsr]\n", overrides: ["compliance.2=us-fcc"]) == [
                "--set compliance.2=us-fcc: error: compliance cannot be set: the list has no element \"2\"; its length is 1 [set.path]"
            ]
        )
    }
}
