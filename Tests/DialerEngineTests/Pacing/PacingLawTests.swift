import Testing

@testable import DialerEngine

@Suite("Pacing laws", .timeLimit(.minutes(5)))
struct PacingLawTests {
    static func view(
        agents: Int = 10,
        free: Int,
        inFlight: Int = 0,
        waiting: Int = 0,
        talking: Int = 0,
        occasion: PacingView.Occasion = .change,
        tally: PacingTally = PacingTally()
    ) -> PacingView {
        PacingView(
            occasion: occasion,
            time: 0,
            agents: agents,
            freeAgents: free,
            inFlight: inFlight,
            waiting: waiting,
            talking: talking,
            tally: tally
        )
    }

    @Test func decimalFactorsAreExact() {
        #expect(DecimalFactor(1.15).roundedDown(times: 100) == 115)
        #expect(DecimalFactor(1.15) == DecimalFactor(115, per: 100))
        #expect((1...1000).allSatisfy { DecimalFactor(2.01).roundedDown(times: $0 * 100) == 201 * $0 })
        #expect(DecimalFactor(billionths: 2_500_000_000) == DecimalFactor(25, per: 10))
        #expect(
            DecimalFactor(-0.125) == DecimalFactor(-125, per: 1000) && DecimalFactor(300) == DecimalFactor(300, per: 1)
        )
        #expect(DecimalFactor(1e-9) == DecimalFactor(1, per: 1_000_000_000) && DecimalFactor(0).numerator == 0)
        #expect(
            [0.5, 1.15, 36, 0.001, 1e-9, -0.02, 0, 1000].map { "\(DecimalFactor($0))" }
                == ["0.5", "1.15", "36", "0.001", "0.000000001", "-0.02", "0", "1000"]
        )
        #expect(DecimalFactor(0.25).rounded(times: 10) == 3 && DecimalFactor(0.35).rounded(times: 10) == 4)
        #expect(!DecimalFactor(0.03).isExceeded(by: 3, of: 100) && DecimalFactor(0.03).isExceeded(by: 4, of: 133))
    }

    /// The quick product against the division, around every multiple and where the quick one ends.
    @Test(arguments: [1, 10, 1000, 1_000_000_000])
    func powerTakesExactMultiples(denominator: Int) {
        let large = (1 << 62) / denominator
        for numerator in [0, 1, 7, denominator - 1, denominator, denominator + 1, 2_500_000_001] {
            let policy = PowerPolicy(linesPerAgent: DecimalFactor(numerator, per: denominator))
            let edges = [1, denominator, 3 * denominator, large - 1, large].map { $0 / max(1, numerator) }
            for edge in edges + [5, 100] {
                for free in max(0, edge - 2)...(edge + 2) {
                    #expect(policy.callsToPlace(Self.view(free: free)) == numerator * free / denominator)
                }
            }
        }
    }

    @Test func simpleLaws() {
        #expect(ProgressivePolicy().callsToPlace(Self.view(free: 5, inFlight: 2, waiting: 1)) == 2)
        #expect(PowerPolicy(linesPerAgent: DecimalFactor(1.15)).callsToPlace(Self.view(free: 100, inFlight: 5)) == 110)
        #expect(FixedLinesPolicy(lines: 7).callsToPlace(Self.view(free: 0, inFlight: 3)) == 4)
        let ratio = RatioPolicy(level: DecimalFactor(1.25))
        // 12.5 is 13; wrap-up does not count.
        #expect(ratio.callsToPlace(Self.view(free: 2, inFlight: 3, waiting: 0, talking: 6)) == 4)
        let poisson = PoissonPolicy(callsPerHour: 7200)
        #expect(poisson.arrivalsPerSecond == 2 && poisson.callsToPlace(Self.view(free: 3)) == 0)
        #expect(poisson.callsToPlace(Self.view(free: 0, occasion: .arrival)) == 1)
    }

    /// (level, ready, waiting, agents, target, intensity) → next level.
    @Test(arguments: [
        (2.0, 2.0, 0.0, 10.0, -1.0, 0.0, 2.2), (2, 2, 0, 10, -1, 20, 2.24), (2, 0, 1, 10, -1, 20, 1.68),
        (2, 0, 1, 10, -1, -20, 1.52), (2.9, 3, 0, 10, 0, 0, 3), (1, 0, 5, 10, 0, 0, 1), (2, 0, 0, 0, 1, 0, 2),
    ])
    func vicidialSteps(_ step: (Double, Double, Double, Double, Double, Double, Double)) {
        let next = VicidialLaw.level(
            after: step.0,
            ready: step.1,
            waiting: step.2,
            agents: step.3,
            target: step.4,
            intensity: step.5,
            maxLevel: 3
        )
        #expect(abs(next - step.6) < 1e-12)
    }

    @Test func vicidialLimits() {
        func tally(_ dialled: Int, _ live: Int, _ abandoned: Int) -> PacingTally {
            var tally = PacingTally()
            (tally.dialled, tally.live, tally.abandoned) = (dialled, live, abandoned)
            return tally
        }
        func limit(_ minute: PacingTally, _ today: PacingTally, _ method: VicidialLaw.DropMethod, _ left: Int = 370)
            -> Double
        {
            VicidialLaw.limit(
                2.4,
                lastMinute: minute,
                today: today,
                dropLimit: DecimalFactor(3, per: 100),
                method: method,
                clockUnitsLeft: left
            )
        }
        let calm = PacingTally()
        #expect(limit(calm, tally(50, 20, 20), .hardLimit) == 2.4)
        #expect(limit(calm, tally(51, 100, 3), .hardLimit) == 2.4)
        #expect(limit(calm, tally(51, 100, 4), .hardLimit) == 1)
        #expect(limit(calm, tally(51, 100, 4), .average) == 1.2)
        #expect(limit(calm, tally(51, 100, 4), .tapered) == 1)
        #expect(limit(calm, tally(51, 100, 4), .tapered, 800) == 1.92)
        #expect(limit(calm, tally(51, 100, 4), .tapered, 1200) == 2.4)
        #expect(limit(calm, tally(51, 100, 4), .tapered, -30) == 1)
        #expect(limit(tally(21, 12, 11), calm, .average) == 1.2)
        #expect(limit(tally(20, 12, 11), calm, .average) == 2.4)
        // 17:30 to 21:00.
        #expect(VicidialLaw.clockUnits(from: 8.5 * 3600, to: 12 * 3600) == 370)
    }

    @Test(arguments: [(1, 1, 1), (2, 3, 2), (5, 10, 9), (10, 26, 21), (20, 58, 45)])
    func lookaheadDecisions(free: Int, known: Int, cautious: Int) {
        var risk = OverdialRisk(freeAgents: free)
        #expect(risk.largestNumberOfCalls(target: 0.03, answer: AnswerProbability(known: 0.3)) == known)
        let few = AnswerProbability(answered: 6, failed: 14)
        #expect(risk.largestNumberOfCalls(target: 0.03, answer: few) == cautious)
    }

    @Test(arguments: [(1, 1), (2, 2), (5, 10), (10, 25), (20, 56)])
    func lookaheadDecisionsWithMoreExperience(free: Int, calls: Int) {
        let answer = AnswerProbability(answered: 60, failed: 140)
        var risk = OverdialRisk(freeAgents: free)
        #expect(risk.largestNumberOfCalls(target: 0.03, answer: answer) == calls)
    }

    @Test(arguments: [
        (10, 3, 0.186779552400), (20, 5, 0.231418816353), (30, 10, 0.064415621408), (60, 20, 0.035618037931),
    ])
    func expectedExcess(calls: Int, free: Int, share: Double) {
        var risk = OverdialRisk(freeAgents: free)
        for _ in 0..<calls { risk.addCall(answeredWith: 0.3) }
        #expect(abs(risk.expectedExcess() / (0.3 * Double(calls)) - share) < 1e-11)
    }

    /// Many unequal calls and agents against a sum over one toss at a time, written plainly.
    @Test(arguments: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 40])
    func convolutionIsExact(tosses: Int) {
        var risk = OverdialRisk(freeAgents: 1)
        var plain = [1.0]
        for toss in 0..<tosses {
            let probability = Double(toss % 7 + 1) / 11
            if toss.isMultiple(of: 3) {
                risk.addBusyAgent(freeWith: 1 - probability)
            } else {
                risk.addCall(answeredWith: probability)
            }
            let heads = toss.isMultiple(of: 3) ? 1 - (1 - probability) : probability
            plain = (0...plain.count).map { index in
                (index < plain.count ? plain[index] * (1 - heads) : 0) + (index > 0 ? plain[index - 1] * heads : 0)
            }
        }
        let agents = 1 + (0..<tosses).count { $0.isMultiple(of: 3) }
        let excess = plain.enumerated().reduce(0) { $0 + $1.element * Double(max(0, $1.offset - agents)) }
        #expect(abs(risk.expectedExcess() - excess) <= 1e-12 * Double(tosses))
    }

    /// Many agents who are hardly free, against the same sum over one toss at a time.
    @Test(arguments: [1, 2, 20, 100, 300])
    func improbableAgentsAreAddedByTheirPowers(agents: Int) {
        var risk = OverdialRisk(freeAgents: 1)
        var free = [1.0]
        for agent in 0..<agents {
            let probability = Double(agent % 10) / 50 + 0.02
            risk.addBusyAgent(freeWith: probability)
            free = (0...free.count).map { index in
                (index < free.count ? free[index] * (1 - probability) : 0)
                    + (index > 0 ? free[index - 1] * probability : 0)
            }
        }
        let calls = 3 + agents / 10
        for _ in 0..<calls { risk.addCall(answeredWith: 1) }
        let excess = free.enumerated().reduce(0) { $0 + $1.element * Double(max(0, calls - 1 - $1.offset)) }
        #expect(abs(risk.expectedExcess() - excess) <= 1e-9 * Double(calls))
    }

    /// The probability that none of so many agents is free is below the smallest number that there is.
    @Test(arguments: [4_000, 7_960, 8_040, 8_080, 8_100, 8_120, 12_000, 16_200, 40_000])
    func thousandsOfAgentsAreWithinTheNumbers(agents: Int) {
        var risk = OverdialRisk(freeAgents: 0)
        for _ in 0..<agents { risk.addBusyAgent(freeWith: 0.05) }
        for _ in 0..<(agents / 20) { risk.addCall(answeredWith: 1) }
        // E[(m − Y)⁺] at the mean m of a binomial number Y is half of its mean deviation, some σ/√(2π).
        let deviation = (Double(agents) * 0.05 * 0.95).squareRoot()
        #expect(abs(risk.expectedExcess() / (deviation * 0.398_942_28) - 1) < 2e-3)
    }

    /// One agent who is free with probability 0.4, one call answered with 0.5: E[(X − Y)⁺] = 0.5·0.6.
    @Test func busyAgentsCount() {
        var risk = OverdialRisk(freeAgents: 0)
        risk.addCall(answeredWith: 0.5)
        risk.addBusyAgent(freeWith: 0.4)
        #expect(abs(risk.expectedExcess() - 0.3) < 1e-15)
        // A waiting call takes the place of the next agent.
        var crowded = OverdialRisk(freeAgents: -1)
        crowded.addBusyAgent(freeWith: 1)
        #expect(crowded.expectedExcess() == 0)
        #expect(crowded.largestNumberOfCalls(target: 0.03, answer: AnswerProbability(known: 0.5)) == 0)
    }

    @Test func feedbackRisesWithoutAbandonmentAndFallsWithIt() {
        var policy = FeedbackPolicy(.init())
        var tally = PacingTally()
        #expect(policy.callsToPlace(Self.view(free: 10)) == 10)
        tally.live = 100
        #expect(policy.callsToPlace(Self.view(free: 10, tally: tally)) == 13)
        for _ in 0..<20 {
            tally.live += 100
            _ = policy.callsToPlace(Self.view(free: 10, tally: tally))
        }
        #expect(policy.callsToPlace(Self.view(free: 10, tally: tally)) == 30)
        for _ in 0..<20 {
            tally.live += 100
            tally.abandoned += 20
            _ = policy.callsToPlace(Self.view(free: 10, tally: tally))
        }
        #expect(policy.callsToPlace(Self.view(free: 10, tally: tally)) == 10)
    }
}

extension AnswerProbability {
    /// A probability that is known, as good as exactly.
    fileprivate init(known probability: Double) {
        self.init(answered: probability * 1e12, failed: (1 - probability) * 1e12)
    }
}
