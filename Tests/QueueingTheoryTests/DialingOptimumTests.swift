import QueueingTheory
import Testing

@Suite("DialingOptimum", .timeLimit(.minutes(5)))
struct DialingOptimumTests {
    /// The optima of the linear program by the simplex method (HiGHS), to its ten digits.
    @Test(arguments: [(1, 0.7181306393), (2, 0.7417352802)])
    func agreesWithTheSimplexMethod(agents: Int, occupancy: Double) {
        let optimum = DialingOptimum(DialingOptimum.Model(agents: agents))
        #expect(abs(optimum.occupancy - occupancy) < 2e-7, "\(optimum.occupancy)")
    }

    /// With a share of 0.21053 one agent may always ring two lines, with a little less it has to ring one at times.
    @Test func allowsPowerDialingItsOwnShare() {
        let power = PowerDialingChain(
            agents: 1,
            linesPerAgent: 2,
            answerProbability: 0.3,
            meanRinging: 15,
            meanHandle: 120
        )
        var model = DialingOptimum.Model(agents: 1)
        model.abandonTarget = power.abandonment
        #expect(DialingOptimum(model).occupancy >= power.occupancy - 1e-9)
        model.abandonTarget = power.abandonment / 2
        #expect(DialingOptimum(model).occupancy < power.occupancy)
    }
}
