import DialerEngine
import ExactJSON
import ScenarioFile
import SimulationAPI
import Statistics
import Testing

/// Bounds are stated once, in the engine; the reader of scenarios uses them.
@Suite("What validate accepts, the engine accepts", .timeLimit(.minutes(5)))
struct EngineAcceptanceTests {
    /// Draws scenarios whose values lie on and around the bounds.
    private struct Draw {
        var random: SplitMix64

        mutating func of<Value>(_ values: [Value]) -> Value { values[Int.random(in: 0..<values.count, using: &random)] }

        /// A number on a bound, beside one, or somewhere between.
        mutating func number() -> String {
            if Bool.random(using: &random) { return "\(Double.random(in: 0.01..<100, using: &random))" }
            return of([
                "0", "1e-300", "1e-10", "1e-9", "0.0005", "0.001", "0.05", "0.99", "1", "2", "100", "720", "1000",
                "1001",
                "36525", "36526", "1e6", "1e9", "1000000001", "-1", "-100", "-1000",
            ])
        }

        mutating func count() -> String {
            of(["1", "2", "7", "60", "1000", "36525", "36526", "100000", "1000000", "1000001", "0"])
        }

        mutating func share() -> String {
            of(["0", "1e-12", "1e-9", "0.03", "3%", "0.5", "99.9%", "1", "100%", "1.1"])
        }

        mutating func distribution() -> String {
            let (a, b) = (number(), number())
            return of([
                "{constant: \(a)}", "{uniform: {min: \(a), max: \(b)}}", "{exponential: {mean: \(a), shift: \(b)}}",
                "{lognormal: {mean: \(a), sd: \(b)}}", "{gamma: {mean: \(a), sd: \(b)}}",
                "{weibull: {mean: \(a), shape: \(b)}}", "{empirical: [\(a), \(b)]}",
            ])
        }

        /// The name of a member with a value in half of the draws, or nothing.
        mutating func member(_ name: String, _ value: String) -> String? {
            Bool.random(using: &random) ? "\(name): \(value)" : nil
        }

        mutating func contactCenter() -> String {
            let always = [
                "agents: \(count())", "ringing: {default: \(distribution())}", "talk: \(distribution())",
                "patience: \(distribution())",
            ]
            let detection =
                "{delay: \(distribution()), falsePositive: \(share()), falseNegative: \(share()), machineTalk: \(distribution())}"
            let sometimes = [
                member("lines", count()), member("wrap", distribution()),
                member("greeting", "{start: \(distribution()), length: \(distribution())}"),
                member("answeringMachineDetection", detection),
            ]
            return "{\((always + sometimes.compactMap { $0 }).joined(separator: ", "))}"
        }

        mutating func pacing() -> (name: PacingName, text: String) {
            let name = of(PacingName.allCases)
            let members: [String?] =
                switch name {
                case .progressive: []
                case .power: ["linesPerAgent: \(number())"]
                case .fixedLines: ["lines: \(count())"]
                case .poisson: ["callsPerHour: \(number())"]
                case .ratio: ["level: \(number())"]
                case .vicidial:
                    [
                        member("method", of(VicidialLaw.DropMethod.allCases).rawValue), member("dropLimit", share()),
                        member("target", number()), member("intensity", number()), member("maxLevel", number()),
                        member("initialLevel", number()),
                    ]
                case .lookahead: [member("abandonTarget", share()), member("horizon", number())]
                case .feedback:
                    [
                        member("abandonTarget", share()), member("maxLinesPerAgent", number()),
                        member("gain", number()), member("pace", count()),
                    ]
                }
            return (name, "{\(name): {\(members.compactMap { $0 }.joined(separator: ", "))}}")
        }

        mutating func run() -> String {
            of([
                "{calls: \(count()), warmUp: \(number())}", "{shift: \(number()), days: \(count())}",
                "{shift: \(number())h, warmUp: \(number())}", "{replications: 3}",
            ])
        }

        mutating func compliance() -> String {
            let window = of(["calendarDay", "campaign30dBlocks", "{rollingHours: \(number())}"])
            return "[us-tsr, {name: own, limit: \(share()), window: \(window), seconds: \(number())}]"
        }
    }

    @Test(arguments: 0..<4)
    func experimentsOfAcceptedScenariosAreSound(seed: Int) throws {
        var draw = Draw(random: SplitMix64(seed: UInt64(seed)))
        var accepted: [PacingName: Int] = [:]
        for _ in 0..<12_000 {
            let pacing = draw.pacing()
            // Most draws vary one part only, so that many of them are accepted.
            let part = draw.of([0, 1, 1, 2, 3])
            let center = part == 0 ? "contactCenter: \(draw.contactCenter())\n" : Fixture.center
            let text =
                Fixture.base + center + (part == 1 ? "pacing: \(pacing.text)\n" : "")
                + (part == 2 ? "run: \(draw.run())\n" : "") + (part == 3 ? "compliance: \(draw.compliance())\n" : "")
            guard let scenario = try? Scenario.parse(text: text, file: "s.yaml").scenario else { continue }
            accepted[part == 1 ? pacing.name : .progressive, default: 0] += 1
            let experiment = try #require(scenario.experiment(seed: 1))
            #expect(throws: Never.self, "\(text)") { try experiment.validate() }
        }
        #expect(accepted.count == PacingName.allCases.count && accepted.values.allSatisfy { $0 > 30 }, "\(accepted)")
    }

    @Test func theWordsOfEngineAndWireAreTheSame() {
        #expect(AttemptOutcome.allCases.map { "\($0)" } == CallOutcome.allCases.map { "\($0)" })
        #expect(CallPhase.allCases.map { "\($0)" } == CallState.allCases.map { "\($0)" })
        for outcome in CallOutcome.allCases { #expect(CallOutcome(AttemptOutcome(outcome)) == outcome) }
        #expect(CallPhase.allCases.map { CallState($0) } == CallState.allCases)
    }
}
