import DialerEngine
import DialerStudy
import ScenarioFile
import Testing

@Suite("StudyPlan", .timeLimit(.minutes(5)))
struct StudyPlanTests {
    @Test func theWarmUpIsFoundWithAPilot() throws {
        let scenario = try StudyFixture.scenario(agents: 20, run: "{shift: 8h, warmUp: auto, replications: 2}")
        var plan = try #require(StudyPlan(scenario, seed: 1))
        #expect(plan.wantsWarmUp && plan.experiment.warmUp == 0)
        try plan.findWarmUp()
        // A contact centre with handling times of a minute has filled up after minutes, not hours.
        #expect(plan.experiment.warmUp > 0 && plan.experiment.warmUp < 3600)
        #expect(plan.notes.isEmpty)
        var again = try #require(StudyPlan(scenario, seed: 1))
        try again.findWarmUp()
        #expect(again.experiment.warmUp == plan.experiment.warmUp)
    }

    @Test func aRunTooShortForThatIsSaid() throws {
        let scenario = try StudyFixture.scenario(run: "{shift: 8s, warmUp: auto, replications: 2}")
        var plan = try #require(StudyPlan(scenario, seed: 1))
        try plan.findWarmUp()
        #expect(plan.notes.first?.contains("too short") == true)
    }

    @Test func aWrittenWarmUpIsTakenAsItIs() throws {
        let scenario = try StudyFixture.scenario(run: "{shift: 1h, days: 3, warmUp: 10m, replications: 2}")
        let plan = try #require(StudyPlan(scenario, seed: 1))
        #expect(plan.experiment.warmUp == 600 && plan.experiment.length == .shifts(seconds: 3600, days: 3))
    }

    @Test func withoutARunPlanMaxCallsCount() throws {
        let scenario = try StudyFixture.scenario(run: "{}")
        let plan = try #require(StudyPlan(scenario, seed: 1))
        #expect(plan.experiment.length == .calls(100) && plan.replications == 20)
        #expect(try #require(StudyPlan(scenario, seed: 1, replications: 3)).replications == 3)
    }
}
