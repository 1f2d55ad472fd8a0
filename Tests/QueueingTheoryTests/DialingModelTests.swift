import QueueingTheory
import Testing

@Suite("ProgressiveDialing", .timeLimit(.minutes(5)))
struct ProgressiveDialingTests {
    @Test func closedForm() {
        let simple = ProgressiveDialing(meanHandle: 120, answerProbability: 0.3, meanLiveLine: 15, meanFailedLine: 15)
        #expect(abs(simple.occupancy - 0.705_882_352_941) < 1e-12)
        #expect(abs(simple.connectsPerAgentHour - 21.176_470_588_2) < 1e-10)
        #expect(abs(simple.dialsPerAgentHour - 21.176_470_588_235_294 / 0.3) < 1e-12)
        let slow = ProgressiveDialing(
            meanHandle: 150,
            answerProbability: 0.2,
            meanLiveLine: 12,
            meanFailedLine: 22,
            dialDelay: 1
        )
        #expect(abs(slow.meanIdle - 105) < 1e-12)
        #expect(abs(slow.occupancy - 0.588_235_294_118) < 1e-12)
        #expect(abs(slow.connectsPerAgentHour - 14.117_647_058_8) < 1e-10)
    }

    /// Talk of 90 s, ringing of 10 s, one in three answered: 45 minutes of talk per hour.
    @Test func everyDayExample() {
        let dialing = ProgressiveDialing(
            meanHandle: 90,
            answerProbability: 1.0 / 3,
            meanLiveLine: 10,
            meanFailedLine: 10
        )
        #expect(abs(dialing.occupancy - 0.75) < 1e-15)
    }
}

@Suite("FixedLinesDialing", .timeLimit(.minutes(5)))
struct FixedLinesDialingTests {
    @Test(arguments: [
        (2, 10, 4.8, 0.014_879_335_187, 0.472_857_919_110), (36, 100, 86.4, 0.015_438_824_186, 0.850_660_855_903),
    ])
    func isErlangB(lines: Int, agents: Int, load: Double, abandonment: Double, occupancy: Double) {
        let dialing = FixedLinesDialing(
            agents: agents,
            lines: lines,
            answerProbability: 0.3,
            meanRinging: 15,
            meanHandle: 120
        )
        #expect(abs(dialing.offeredLoad - load) < 1e-12)
        #expect(abs(dialing.abandonment - abandonment) < 1e-12 && abs(dialing.occupancy - occupancy) < 1e-12)
        // Persons reached are those of the dials who are not abandoned.
        let reached = dialing.dialsPerAgentHour * 0.3 * (1 - dialing.abandonment)
        #expect(abs(reached - dialing.connectsPerAgentHour) < 1e-12)
    }
}

@Suite("PowerDialingChain", .timeLimit(.minutes(5)))
struct PowerDialingChainTests {
    struct Reference: Sendable, CustomTestStringConvertible {
        var agents: Int
        var linesPerAgent: Double
        var answerProbability: Double
        var meanRinging: Double
        var meanHandle: Double
        var abandonment: Double
        var occupancy: Double
        var linesInFlight: Double?

        init(
            _ agents: Int,
            _ linesPerAgent: Double,
            _ parameters: (answerProbability: Double, meanRinging: Double, meanHandle: Double),
            _ results: (abandonment: Double, occupancy: Double, linesInFlight: Double?)
        ) {
            self.agents = agents
            self.linesPerAgent = linesPerAgent
            (answerProbability, meanRinging, meanHandle) = parameters
            (abandonment, occupancy, linesInFlight) = results
        }

        var testDescription: String { "n = \(agents), k = \(linesPerAgent), p = \(answerProbability)" }

        var chain: PowerDialingChain {
            PowerDialingChain(
                agents: agents,
                linesPerAgent: linesPerAgent,
                answerProbability: answerProbability,
                meanRinging: meanRinging,
                meanHandle: meanHandle
            )
        }
    }

    /// All but the first three: reachable states by search, solved by state reduction (Grassmann, Taksar and Heyman).
    static let references = [
        Reference(1, 2, (0.3, 15, 120), (0.210_526_315_789, 0.827_586_206_897, nil)),
        Reference(1, 3, (0.3, 15, 120), (0.347_826_086_957, 0.878_048_780_488, nil)),
        Reference(10, 2, (0.3, 15, 120), (0.041_134_458_669, 0.835_600_672_664, nil)),
        Reference(10, 2, (0.3, 15, 120), (0.041_134_458_669_0, 0.835_600_672_664_2, 3.631_029_919_587_4)),
        Reference(3, 1.5, (0.2, 12, 90), (0.012_087_297_146_1, 0.661_248_033_560_6, 1.338_677_054_461_0)),
        Reference(7, 2.5, (0.45, 20, 200), (0.200_075_859_504_9, 0.916_144_379_573_2, 1.781_560_784_568_9)),
        Reference(20, 1.15, (0.6, 9, 60), (0.000_032_321_457_5, 0.804_681_387_508_2, 4.023_536_984_121_0)),
        Reference(12, 3, (0.1, 18, 150), (0.004_564_732_878_9, 0.720_754_444_635_2, 10.426_457_998_382_2)),
        Reference(25, 2.5, (0.25, 15, 210), (0.020_877_825_144_1, 0.900_507_864_620_0, 6.569_352_832_752_1)),
        // Thousands of states, solved with SciPy's sparse LU.
        Reference(60, 2.5, (0.3, 15, 120), (0.000_147_577_695_140_4, 0.860_132_829_665_2, 21.506_494_620_537_6)),
        Reference(100, 2.5, (0.4, 13.5, 210), (0.002_527_100_242_666_2, 0.942_524_823_049_1, 15.186_097_160_250_8)),
        // Some states cannot be reached.
        Reference(2, 0.5, (0.5, 10, 30), (0, 0.3, 0.4)),
    ]

    @Test(arguments: references)
    func agreesWithReference(_ reference: Reference) {
        let chain = reference.chain
        #expect(abs(chain.abandonment - reference.abandonment) < 1e-12)
        #expect(abs(chain.occupancy - reference.occupancy) < 1e-12)
        if let lines = reference.linesInFlight { #expect(abs(chain.meanLinesInFlight - lines) < 1e-11) }
        // Persons reached are those of the dials who are not abandoned.
        let reached = chain.dialsPerAgentHour * reference.answerProbability * (1 - chain.abandonment)
        #expect(abs(reached / chain.connectsPerAgentHour - 1) < 1e-12)
    }

    /// One line per agent never abandons, and agents are independent.
    @Test(arguments: [1, 5, 40])
    func oneLinePerAgentIsProgressive(agents: Int) {
        let chain = Reference(agents, 1, (0.3, 15, 120), (0, 0, nil)).chain
        let progressive = ProgressiveDialing(
            meanHandle: 120,
            answerProbability: 0.3,
            meanLiveLine: 15,
            meanFailedLine: 15
        )
        #expect(chain.abandonment == 0)
        #expect(abs(chain.occupancy - progressive.occupancy) < 1e-12)
    }

    @Test func certainAnswers() {
        // One agent, two lines, all persons answer: states (0, 2), (1, 1) and (1, 0), with lines resolved at rate 1/10
        // and calls completed at 1/30. With π(0, 2) = 1, π(1, 1) = 0.2/(0.1 + 1/30) = 1.5 and π(1, 0) = 0.15·30 = 4.5;
        // from (1, 1) a completed call leads back to (0, 2).
        let chain = Reference(1, 2, (1, 10, 30), (0, 0, nil)).chain
        #expect(abs(chain.occupancy - 6.0 / 7) < 1e-13)
        #expect(abs(chain.abandonment - 1.5 / 3.5) < 1e-13)
    }
}
