import DialerEngine
import DiscreteEvents
import ExactJSON
import SimulationAPI
import Testing

@testable import ScenarioFile

@Suite("Scenarios", .timeLimit(.minutes(5)))
struct ScenarioTests {
    @Test("what is not written has its default")
    func defaults() throws {
        let loaded = try Fixture.load()
        let scenario = loaded.scenario
        #expect(loaded.warnings.isEmpty)
        #expect(scenario.version == 1 && scenario.name == "base")
        #expect(scenario.limits.maxConcurrent == 5 && scenario.limits.maxActiveSimulations == 5)
        #expect(scenario.limits.slotHold == .seconds(3600))
        #expect(scenario.contactCenter == nil && scenario.pacing == .progressive)
        #expect(scenario.runPlan == Scenario.RunPlan())
        #expect(scenario.runPlan.length == nil && scenario.runPlan.warmUp == .seconds(0))
        #expect(scenario.runPlan.replications == 20)
        #expect(scenario.compliance == [.usTSR])
        #expect(scenario.thresholds.isEmpty && scenario.monitors.isEmpty)
        #expect(scenario.writtenParts == ["version", "name", "simulation"])
        #expect(scenario.payload.outcomes.answer == ExactDecimal("0.4"))
    }

    @Test("everything that can be written")
    func everything() throws {
        let loaded = try Fixture.load(
            """
            limits: {maxConcurrent: 60, maxActiveSimulations: 3, slotHold: 90s}
            contactCenter:
              agents: 2
              lines: 60
              ringing:
                default: {exponential: {mean: 15s, shift: 2s}}
                noAnswer: {constant: 25s}
              talk: {lognormal: {mean: 3m, sd: 240s}}
              wrap: {exponential: {mean: 30s}, shift: 1s}
              greeting: {start: {constant: 0.4s}, length: {uniform: {min: 0, max: 1200ms}}}
              patience: {empirical: [0, 1s, 2.5]}
              answeringMachineDetection:
                {delay: {weibull: {mean: 1s, shape: 2}}, falsePositive: 0.01, falseNegative: 10%, machineTalk: {gamma: {mean: 10s, sd: 5s}}}
            pacing: {power: {linesPerAgent: 1.15}}
            run: {shift: 8h, days: 3, warmUp: auto, replications: 7}
            compliance: [us-fcc, {name: own, limit: 2%, window: {rollingHours: 24}, clockFrom: answer, seconds: 3s, countFalsePositives: false}]
            thresholds: {abandonmentRate: "<= 3%", waitSeconds.p95: "< 1m"}
            monitors:
              - {name: qa, url: "https://qa.example/hooks", secretEnv: QA_SECRET, schedule: fast, required: true, allow: [10.0.0.0/8]}
              - {name: out, kind: stdout, states: [completed, abandoned], outcomes: [dial-tone]}
            """
        )
        let scenario = loaded.scenario
        let center = try #require(scenario.contactCenter)
        #expect(center.agents == 2 && center.lines == 60)
        #expect(center.ringing[.answered] == Distribution(.exponential(mean: 15), shift: 2))
        #expect(center.ringing[.noAnswer] == .constant(25))
        #expect(center.talk.shape == .lognormal(mean: 180, sd: 240))
        #expect(center.wrap == Distribution(.exponential(mean: 30), shift: 1))
        #expect(center.greetingStart == .constant(0.4))
        #expect(center.greetingLength.shape == .uniform(min: 0, max: 1.2))
        #expect(center.patience.shape == .empirical([0, 1, 2.5]))
        let detection = try #require(center.detection)
        #expect(detection.delay.shape == .weibull(mean: 1, shape: 2))
        #expect(detection.falsePositive == 0.01 && detection.falseNegative == 0.1)
        #expect(detection.machineTalk.shape == .gamma(mean: 10, sd: 5))
        #expect(scenario.pacing == .power(linesPerAgent: DecimalFactor(115, per: 100)))
        #expect(scenario.runPlan.length == .shifts(seconds: 28_800, days: 3))
        #expect(scenario.runPlan.warmUp == .auto && scenario.runPlan.replications == 7)
        let own = ComplianceProfile(
            name: "own",
            limit: DecimalFactor(2, per: 100),
            window: .rollingHours(24),
            clock: .answer,
            seconds: 3,
            falsePositives: .live
        )
        #expect(scenario.compliance == [.usFCC, own])
        #expect(scenario.thresholds.map(\.text) == ["<= 3%", "< 1m"])
        #expect(scenario.thresholds.map(\.limit) == [0.03, 60])
        let monitors = scenario.monitors
        #expect(monitors.map(\.kind) == [.http, .stdout])
        #expect(monitors[0].url == "https://qa.example/hooks" && monitors[0].secretEnv == "QA_SECRET")
        #expect(monitors[0].schedule == .fast && monitors[0].required && monitors[0].allow.count == 1)
        #expect(monitors[1].states == [.completed, .abandoned] && monitors[1].outcomes == [.dialTone])
        #expect(scenario.payload.extensions.pacing?.text == #"{"power":{"linesPerAgent":1.15}}"#)
        #expect(scenario.payload.extensions.contactCenter?["agents"] == 2)
        #expect(loaded.document.parts == scenario.writtenParts)
    }

    @Test("refused parts have a place")
    func places() throws {
        let document = try Fixture.load("run: {calls: 5}\n").document
        let pointer = JSONPointer(tokens: ["run"])
        #expect(document.place(of: pointer) == SourcePlace(file: "s.yaml", line: 16, column: 6))
        #expect(
            document.diagnostic(.error, .featureUnavailable, "not yet", at: pointer).description
                == "s.yaml:16:1: error: not yet [feature.unavailable]"
        )
        #expect(document.json(at: pointer.appending("calls")) == 5)
        #expect(document.json(at: pointer.appending("days")) == nil)
        #expect(document.place(of: pointer.appending("days")).line == 16)
    }

    @Test("a limit that binds is a warning")
    func concurrencyBinds() {
        let scenario = Fixture.center.replacing("agents: 2", with: "agents: 10")
        #expect(
            Fixture.problems(adding: scenario) == [
                "s.yaml:12:21: warning: concurrencyLimit 5 keeps the contact centre short of calls: 10 agents can use "
                    + "20 at once [concurrency.binds]"
            ]
        )
        #expect(
            Fixture.problems(adding: scenario + "  lines: 5\n").map { String($0.drop { $0 != " " }.dropFirst()) } == [
                "warning: 5 lines keep the contact centre short of calls: 10 agents can never all talk at once [lines.bind]"
            ]
        )
        #expect(
            Fixture.problems(adding: scenario + "  lines: 10\n").allSatisfy { $0.hasSuffix("[concurrency.binds]") }
        )
        #expect(Fixture.problems(adding: Fixture.center).isEmpty)
    }

    @Test("contact centres and policies can be read from a request")
    func wire() throws {
        let json = try JSONReader.read(
            #"{"contactCenter": {"agents": 0, "ringing": {"default": {"constant": "1s"}}, "talk": {"constant": 1}}}"#
        )
        guard case .failure(let violations) = Campaign.check(json, of: nil) else {
            Issue.record("accepted")
            return
        }
        #expect(violations.list.map(\.pointer.description) == ["/contactCenter/agents", "/contactCenter/patience"])
        #expect(try Pacing.check(["fixedLines": ["lines": 3]]).get() == .fixedLines(3))
    }
}
