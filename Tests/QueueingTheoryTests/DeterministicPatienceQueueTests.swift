import QueueingTheory
import Testing

@Suite("DeterministicPatienceQueue", .timeLimit(.minutes(5)))
struct DeterministicPatienceQueueTests {
    @Test(arguments: [
        (1, 0.005, 2, 0.377_327_256_645_96, 0.371_121_238_923_4, 0.377_327_256_645_96),
        (5, 0.03, 2, 0.171_122_898_462_22, 0.157_816_860_038_48, 0.606_371_860_772_29),
        (10, 0.07, 0, 0.139_973_591_349_83, 0.139_973_591_349_83, 0.722_422_183_266_14),
        (10, 0.07, 2, 0.156_288_711_480_59, 0.133_704_797_934_37, 0.727_687_969_735_13),
        (20, 0.14, 2, 0.101_338_914_502_42, 0.075_491_839_188_323, 0.776_586_855_081_81),
    ])
    func twoSecondRule(
        servers: Int,
        arrivalRate: Double,
        patience: Double,
        waiting: Double,
        abandoned: Double,
        occupancy: Double
    ) {
        let system = DeterministicPatienceQueue(
            servers: servers,
            arrivalRate: arrivalRate,
            serviceRate: 1.0 / 120,
            patience: patience
        )
        #expect(abs(system.waitingProbability - waiting) < 1e-13)
        #expect(abs(system.abandonmentProbability - abandoned) < 1e-13)
        #expect(abs(system.occupancy - occupancy) < 1e-13)
    }

    struct Reference: Sendable {
        var servers: Int
        var arrivalRate: Double
        var serviceRate: Double
        var patience: Double
        var waiting: Double
        var abandoned: Double
        var meanWait: Double

        init(
            _ servers: Int,
            _ arrivalRate: Double,
            _ serviceRate: Double,
            _ patience: Double,
            _ results: (waiting: Double, abandoned: Double, meanWait: Double)
        ) {
            self.servers = servers
            self.arrivalRate = arrivalRate
            self.serviceRate = serviceRate
            self.patience = patience
            (waiting, abandoned, meanWait) = results
        }
    }

    /// The density of the virtual wait, integrated numerically at 40 digits.
    static let references = [
        Reference(1, 0.005, 1.0 / 120, 2, (0.377_327_256_645_961_8, 0.371_121_238_923_397_1, 0.748_441_599_999_219_4)),
        Reference(8, 0.09, 0.01, 5, (0.372_839_536_936_824_1, 0.268_198_122_629_193_4, 1.604_774_087_550_631)),
        Reference(3, 1, 0.2, 0.5, (0.636_290_193_702_540_6, 0.500_265_946_600_921_3, 0.285_271_815_497_103_3)),
        // Load and capacity are equal.
        Reference(15, 0.15, 0.01, 30, (0.547_492_087_383_736_2, 0.099_544_015_887_952_03, 9.705_541_549_075_323)),
        // Hopeless overload.
        Reference(5, 0.5, 0.01, 60, (0.999_999_999_999_816_5, 0.900_000_000_000_004, 59.777_777_777_778_46)),
        Reference(4, 0.04, 0.01, 20, (0.447_900_466_562_986, 0.248_833_592_534_992_2, 6.967_340_590_979_782)),
        Reference(
            10,
            0.070_000_1,
            0.007,
            2,
            (0.237_490_069_588_108_1, 0.208_324_625_004_081_3, 0.445_814_695_564_370_8)
        ),
    ]

    @Test(arguments: references)
    func agreesWithIntegration(_ reference: Reference) {
        let system = DeterministicPatienceQueue(
            servers: reference.servers,
            arrivalRate: reference.arrivalRate,
            serviceRate: reference.serviceRate,
            patience: reference.patience
        )
        #expect(abs(system.waitingProbability / reference.waiting - 1) < 1e-12)
        #expect(abs(system.abandonmentProbability / reference.abandoned - 1) < 1e-12)
        #expect(abs(system.meanWait / reference.meanWait - 1) < 1e-12)
        #expect(system.meanQueueLength == reference.arrivalRate * system.meanWait)
    }

    @Test(arguments: [(1, 0.2), (7, 4.5), (40, 55)])
    func withoutPatienceItIsErlangB(servers: Int, load: Double) {
        let system = DeterministicPatienceQueue(servers: servers, arrivalRate: load, serviceRate: 1, patience: 0)
        let blocking = ErlangB(servers: servers, offeredLoad: load).blocking
        #expect(abs(system.abandonmentProbability - blocking) < 1e-14 && system.meanWait == 0)
    }

    @Test func withMuchPatienceItIsErlangC() {
        let system = DeterministicPatienceQueue(servers: 6, arrivalRate: 4, serviceRate: 1, patience: 60)
        let patient = ErlangC(servers: 6, arrivalRate: 4, serviceRate: 1)
        #expect(abs(system.waitingProbability - patient.waitingProbability) < 1e-13)
        #expect(abs(system.meanWait - patient.meanWait) < 1e-12)
    }

    @Test func veryLongPatienceDoesNotOverflow() {
        let system = DeterministicPatienceQueue(servers: 2, arrivalRate: 8, serviceRate: 1, patience: 1e4)
        #expect(abs(system.abandonmentProbability - 0.75) < 1e-14 && abs(system.meanWait - 1e4) < 1)
    }

    /// Open-loop dialing at just 3 % abandoned, calls of 120 s: load and occupancy, with no patience and with 2 s.
    @Test(arguments: [
        (1, (0.030_927_835_1, 0.03), (0.031_447_481_9, 0.030_504_057_4)),
        (5, (1.875_205_701_7, 0.363_789_906_1), (1.906_568_062_1, 0.369_874_204_1)),
        (10, (5.529_417_733_6, 0.536_353_520_2), (5.621_435_403_5, 0.545_279_234_1)),
        (20, (13.997_423_117_8, 0.678_875_021_2), (14.228_460_425_1, 0.690_080_330_6)),
        (50, (41.932_747_274_4, 0.813_495_297_1), (42.611_641_075_7, 0.826_665_836_8)),
        (100, (90.793_894_939_3, 0.880_700_780_9), (92.226_134_435_1, 0.894_593_504_0)),
        (200, (190.885_894_513_3, 0.925_796_588_4), (193.768_367_204_6, 0.939_776_580_9)),
    ])
    func openLoopAtThreePercent(servers: Int, impatient: (Double, Double), patient: (Double, Double)) {
        let load = ErlangB.offeredLoad(servers: servers, blocking: 0.03)
        #expect(abs(load - impatient.0) < 1e-9)
        #expect(abs(ErlangB(servers: servers, offeredLoad: load).occupancy - impatient.1) < 1e-9)
        let rate = DeterministicPatienceQueue.arrivalRate(
            servers: servers,
            serviceRate: 1.0 / 120,
            patience: 2,
            abandonment: 0.03
        )
        #expect(abs(rate * 120 - patient.0) < 1e-9)
        let system = DeterministicPatienceQueue(
            servers: servers,
            arrivalRate: rate,
            serviceRate: 1.0 / 120,
            patience: 2
        )
        #expect(abs(system.occupancy - patient.1) < 1e-9)
    }

    /// References: the secant method at 40 digits.
    @Test func otherOpenLoops() {
        func load(_ servers: Int, _ abandonment: Double, _ patience: Double) -> Double {
            120
                * DeterministicPatienceQueue.arrivalRate(
                    servers: servers,
                    serviceRate: 1.0 / 120,
                    patience: patience,
                    abandonment: abandonment
                )
        }
        #expect(abs(load(4, 0.05, 3) - 1.562_937_230_569_679) < 1e-12)
        #expect(abs(load(60, 0.01, 2) - 47.715_814_526_934_12) < 1e-11)
        #expect(abs(load(15, 0.02, 0) - 9.009_621_620_823_931) < 1e-12)
    }
}
