import CallRecords
import DialerEngine
import DiscreteEvents
import ExactJSON
import ScenarioFile
import Statistics
import Testing

/// What records become in a scenario.
@Suite("A centre fitted to call records", .timeLimit(.minutes(15)))
struct CentreFitTests {
    @Test("a scenario validates, whatever the records are", arguments: 0..<30)
    func validates(seed: UInt64) {
        var random = RandomSummary(seed: seed)
        validate(CentreFit(random.draw(), seed: UInt32(seed)))
    }

    @Test("a scenario of a centre that calls round the clock validates", arguments: 0..<30)
    func validatesRoundTheClock(seed: UInt64) {
        var random = RandomSummary(seed: seed)
        let fit = CentreFit(random.drawRoundTheClock(), seed: UInt32(seed))
        #expect(fit.shift.length == 86_400)
        validate(fit)
    }

    private func validate(_ fit: CentreFit) {
        let text = fit.scenario.text
        do throws(ScenarioError) {
            let loaded = try Scenario.parse(text: text, file: "fitted.yaml")
            #expect(loaded.scenario.contactCenter != nil)
            for assumed in loaded.scenario.assumed {
                #expect(loaded.warnings.contains { $0.message.hasPrefix(assumed) }, "\(assumed)")
            }
            // A list whose records show no repeats keeps its attempts, which then have no effect.
            for warning in loaded.warnings where ![.scenarioAssumed, .listInvalid].contains(warning.code) {
                Issue.record("\(warning)\n\(text)")
            }
        } catch {
            Issue.record("\(error.diagnostics)\n\(text)")
        }
    }
}
