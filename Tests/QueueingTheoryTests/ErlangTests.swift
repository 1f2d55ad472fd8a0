import QueueingTheory
import Testing

/// References: the direct sums of the definition at 40 digits.
@Suite("ErlangB", .timeLimit(.minutes(5)))
struct ErlangBTests {
    static let references: [(servers: Int, offeredLoad: Double, blocking: Double)] = [
        (5, 3, 0.110_054_347_826_09), (10, 8, 0.121_661_064_252_95), (50, 40, 0.018_690_671_109_632),
        (100, 90, 0.026_957_380_464_359), (10, 4.461, 0.009_997_786_687_9), (20, 12.03, 0.009_995_867_913_1),
        (50, 37.90, 0.009_995_398_068_3), (100, 84.06, 0.009_991_702_588_0), (1, 0.5, 1.0 / 3),
        (3, 7.5, 0.657_510_227_936_879), (37, 21.3, 0.000_576_947_136_193_526_8),
        (250, 260, 0.074_096_653_394_011_81), (1000, 950, 0.003_649_293_688_942_41),
    ]

    @Test(arguments: references)
    func blocking(servers: Int, offeredLoad: Double, expected: Double) {
        let system = ErlangB(servers: servers, offeredLoad: offeredLoad)
        #expect(abs(system.blocking / expected - 1) < 1e-11)
        #expect(abs(system.occupancy * Double(servers) - offeredLoad * (1 - system.blocking)) < 1e-12 * offeredLoad)
        let load = ErlangB.offeredLoad(servers: servers, blocking: system.blocking)
        #expect(abs(load / offeredLoad - 1) < 1e-12)
    }

    @Test func limits() {
        #expect(ErlangB(servers: 0, offeredLoad: 3).blocking == 1)
        #expect(ErlangB(servers: 4, offeredLoad: 0).blocking == 0)
    }

    /// Traffic tables: 1 % lost.
    @Test(arguments: [(10, 4.461), (20, 12.03), (50, 37.90), (100, 84.06)])
    func trafficTable(servers: Int, load: Double) {
        #expect(abs(ErlangB.offeredLoad(servers: servers, blocking: 0.01) - load) < 0.006)
    }
}

@Suite("ErlangC", .timeLimit(.minutes(5)))
struct ErlangCTests {
    /// Service takes 180 s; the mean wait is in service times, and the last number is that of waits up to 20 s.
    @Test(arguments: [
        (5, 4, 0.554_112_554_112_55, 0.554_112_554_112_55, 0.504_158_300_639_66),
        (10, 8, 0.409_180_150_796_44, 0.204_590_075_398_22, 0.672_354_148_726_15),
        (20, 18, 0.550_769_004_816_12, 0.275_384_502_408_06, 0.558_978_657_476_47),
        (50, 45, 0.363_864_467_206_99, 0.072_772_893_441_398, 0.791_231_517_255_19),
        (100, 95, 0.506_456_853_913_02, 0.101_291_370_782_6, 0.709_418_647_611_49),
    ])
    func agreesWithTable(servers: Int, load: Double, waiting: Double, wait: Double, within20: Double) {
        let system = ErlangC(servers: servers, arrivalRate: load / 180, serviceRate: 1.0 / 180)
        #expect(abs(system.waitingProbability - waiting) < 1e-13)
        #expect(abs(system.meanWait / 180 - wait) < 1e-13)
        #expect(abs(1 - system.probabilityOfWait(longerThan: 20) - within20) < 1e-13)
    }

    /// References: the direct sums at 40 digits; probability of a wait above 7.
    @Test(arguments: [
        (3, 0.02, 4.0 / 9, 400.0 / 9, 0.414_397_253_291_532_5),
        (37, 0.3, 0.155_264_639_896_998_7, 2.218_066_284_242_839, 0.095_119_216_484_440_16),
        (200, 1.9, 0.365_263_856_562_546_4, 3.652_638_565_625_464, 0.181_384_663_175_133_9),
    ])
    func agreesWithDirectSums(servers: Int, arrivalRate: Double, waiting: Double, wait: Double, tail: Double) {
        let system = ErlangC(servers: servers, arrivalRate: arrivalRate, serviceRate: 0.01)
        #expect(abs(system.waitingProbability / waiting - 1) < 1e-12)
        #expect(abs(system.meanWait / wait - 1) < 1e-12)
        #expect(abs(system.probabilityOfWait(longerThan: 7) / tail - 1) < 1e-12)
        #expect(system.probabilityOfWait(longerThan: -1) == system.waitingProbability)
    }

    /// 50 agents, 48 calls per minute, one minute of service: an example of Gans, Koole and Mandelbaum (2003).
    @Test func publishedTable() {
        let system = ErlangC(servers: 50, arrivalRate: 48.0 / 60, serviceRate: 1.0 / 60)
        #expect(abs(system.meanWait - 20.833_668_335_905) < 1e-11)
        #expect(abs(system.meanQueueLength - 16.666_934_668_724) < 1e-11)
        #expect(abs(system.probabilityOfWait(longerThan: 58.138_741_782_009) - 0.1) < 1e-13)
        #expect(abs(system.occupancy - 0.96) < 1e-15)
    }

    @Test func oneServerIsTheSingleServerQueue() {
        let many = ErlangC(servers: 1, arrivalRate: 0.7, serviceRate: 1)
        let single = SingleServerQueue(arrivalRate: 0.7, serviceRate: 1)
        #expect(abs(many.meanWait - single.meanWait) < 1e-14)
        #expect(abs(many.probabilityOfWait(longerThan: 2) - single.probabilityOfWait(longerThan: 2)) < 1e-15)
    }
}

@Suite("ErlangA", .timeLimit(.minutes(5)))
struct ErlangATests {
    struct Reference: Sendable, CustomTestStringConvertible {
        var servers: Int
        var rates: (arrival: Double, service: Double, abandonment: Double)
        var waiting: Double
        var abandoned: Double
        var queue: Double
        var occupancy: Double

        init(
            _ servers: Int,
            _ rates: (Double, Double, Double),
            _ waiting: Double,
            _ abandoned: Double,
            _ queue: Double,
            _ occupancy: Double
        ) {
            self.servers = servers
            self.rates = rates
            self.waiting = waiting
            self.abandoned = abandoned
            self.queue = queue
            self.occupancy = occupancy
        }

        var testDescription: String { "n = \(servers), rates \(rates)" }
    }

    /// The last five: Palm's formula with the confluent hypergeometric function at 40 digits.
    static let references = [
        Reference(5, (4, 1, 1), 0.371_163_064_820_13, 0.102_576_048_608_13, 0.410_304_194_432_53, 0.717_939_161_113_49),
        Reference(
            10,
            (9, 1, 0.5),
            0.468_941_704_441_34,
            0.067_011_715_473_448,
            1.206_210_878_522_1,
            0.839_689_456_073_9
        ),
        Reference(
            50,
            (48, 1, 0.5),
            0.467_774_068_553_79,
            0.030_912_249_162_193,
            2.967_575_919_570_5,
            0.930_324_240_804_29
        ),
        Reference(
            50,
            (50, 1, 0.5),
            0.601_167_651_750_99,
            0.046_684_585_914_765,
            4.668_458_591_476_5,
            0.953_315_414_085_23
        ),
        Reference(
            100,
            (100, 1, 1),
            0.513_298_798_279_15,
            0.039_860_996_809_147,
            3.986_099_680_914_7,
            0.960_139_003_190_85
        ),
        Reference(
            20,
            (25, 1, 2),
            0.764_441_378_237_29,
            0.226_133_254_371_42,
            2.826_665_679_642_7,
            0.967_333_432_035_73
        ),
        Reference(
            1,
            (0.8, 1, 0.1),
            0.695_481_389_844_913_9,
            0.130_648_262_693_857_6,
            1.045_186_101_550_861,
            0.695_481_389_844_913_9
        ),
        Reference(
            6,
            (0.05, 0.01, 0.02),
            0.336_257_509_693_679_2,
            0.121_827_375_199_573_4,
            0.304_568_437_998_933_5,
            0.731_810_520_667_022_2
        ),
        Reference(
            30,
            (0.5, 0.01, 0.05),
            0.916_164_699_184_291_7,
            0.403_619_903_998_576_7,
            4.036_199_039_985_767,
            0.993_966_826_669_038_9
        ),
        Reference(
            4,
            (3, 1, 0.001),
            0.508_690_479_857_805_9,
            0.000_505_186_763_285_703_6,
            1.515_560_289_857_111,
            0.749_621_109_927_535_7
        ),
        Reference(
            150,
            (1.3, 0.01, 0.002),
            0.052_936_525_360_194_29,
            0.000_472_505_557_421_416_6,
            0.307_128_612_323_920_8,
            0.866_257_161_850_234_8
        ),
    ]

    @Test(arguments: references)
    func agreesWithReference(_ reference: Reference) {
        let rates = reference.rates
        let system = ErlangA(
            servers: reference.servers,
            arrivalRate: rates.arrival,
            serviceRate: rates.service,
            abandonmentRate: rates.abandonment
        )
        #expect(abs(system.waitingProbability / reference.waiting - 1) < 1e-12)
        #expect(abs(system.abandonmentProbability / reference.abandoned - 1) < 1e-12)
        #expect(abs(system.meanQueueLength / reference.queue - 1) < 1e-12)
        #expect(abs(system.occupancy / reference.occupancy - 1) < 1e-12)
        // What arrives is served or gives up.
        let served = system.occupancy * Double(reference.servers) * rates.service
        #expect(abs(served + system.abandonmentProbability * rates.arrival - rates.arrival) < 1e-12 * rates.arrival)
    }

    @Test func publishedWait() {
        let system = ErlangA(servers: 50, arrivalRate: 0.8, serviceRate: 1.0 / 60, abandonmentRate: 1.0 / 120)
        #expect(abs(system.meanWait - 3.709_469_899_463_2) < 1e-12)
    }

    /// No weight overflows or vanishes far from the mode.
    @Test func extremeLoad() {
        let system = ErlangA(servers: 10, arrivalRate: 5000, serviceRate: 1, abandonmentRate: 0.05)
        #expect(abs(system.abandonmentProbability - 4990.0 / 5000) < 1e-10)
        #expect(abs(system.occupancy - 1) < 1e-10)
    }
}
