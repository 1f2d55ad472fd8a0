import ExactJSON
import SimulationAPI
import Testing

@testable import RunReport

@Suite(.timeLimit(.minutes(5)))
struct ResultDocumentTests {
    /// What scripts may rely on, whatever became of the run.
    @Test(arguments: Specimen.allCases)
    func membersAreAlwaysThere(_ specimen: Specimen) throws {
        let json = try specimen.result().json
        let names = [
            "version", "runId", "scenario", "target", "simulationId", "state", "startedAt", "finishedAt", "calls",
            "outcomes",
            "accuracyRate", "goodnessOfFit", "webhooks", "assertions", "verdict", "exitCode",
        ]
        for name in names { #expect(json[name] != nil, "\(name)") }
        for name in ["attempted", "completed", "abandoned"] { #expect(json["calls"]?[name]?.integer != nil) }
        for name in ["received", "unique", "duplicates", "late", "unknown", "lost"] {
            #expect(json["webhooks"]?[name]?.integer != nil)
        }
        for outcome in CallOutcome.allCases {
            for name in ["injected", "observed", "low", "high"] {
                #expect(json["outcomes"]?[outcome.rawValue]?[name]?.double != nil)
            }
        }
        for assertion in json["assertions"]?.elements ?? [] {
            #expect(["name", "verdict", "observed", "expected", "detail"].allSatisfy { assertion[$0]?.string != nil })
        }
    }

    @Test func injectedKeepsItsDecimals() throws {
        let injection =
            "{enabled: true, dialToneProbability: 0.1000000000000000000000001, busySignalProbability: 0.2, noAnswerProbability: 0.3, answerProbability: 0.1}"
        let json = RunResult(judging: try FactsFixture.facts(injection: injection)).json
        #expect(json["outcomes"]?["dial-tone"]?["injected"] == .number("0.1000000000000000000000001"))
        #expect(json["outcomes"]?["voicemail"]?["injected"] == .number("0.2999999999999999999999999"))
    }

    @Test func sameFactsSameBytes() throws {
        #expect(try Specimen.fail.result().json.bytes == (try Specimen.fail.result().json.bytes))
    }
}
