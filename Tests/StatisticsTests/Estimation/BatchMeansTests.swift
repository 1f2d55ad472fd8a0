import Statistics
import Testing

/// An autoregressive stream with mean 0, each value φ times the last plus a number uniform on −½…½.
private struct AutoregressiveStream {
    var generator: SplitMix64
    var phi: Double
    var value = 0.0

    init(seed: UInt64, phi: Double) {
        generator = SplitMix64(seed: seed)
        self.phi = phi
    }

    mutating func next() -> Double {
        value = phi * value + (generator.uniform() - 0.5)
        return value
    }
}

/// References: NumPy, which has the whole stream and cuts it into the same batches.
@Suite("BatchMeans", .timeLimit(.minutes(15)))
struct BatchMeansTests {
    struct Reference: Sendable {
        var seed: UInt64
        var count: Int
        var phi: Double
        var batchSize: Int
        var batches: Int
        var mean: Double
        var standardError: Double
        var lag1: Double
        var pValue: Double
    }

    static let references = [
        Reference(
            seed: 1,
            count: 5000,
            phi: 0.9,
            batchSize: 128,
            batches: 39,
            mean: -0.088_728_154_742_128_11,
            standardError: 0.038_758_862_485_948_4,
            lag1: -0.044_273_611_600_028_046,
            pValue: 0.524_111_855_626_046_2
        ),
        Reference(
            seed: 3,
            count: 20,
            phi: 0.5,
            batchSize: 1,
            batches: 20,
            mean: -0.024_337_236_587_888_25,
            standardError: 0.071_556_510_348_345_73,
            lag1: 0.495_599_034_558_269_65,
            pValue: 0.005_879_083_995_828_477
        ),
        Reference(
            seed: 4,
            count: 39,
            phi: 0,
            batchSize: 1,
            batches: 39,
            mean: 0.074_052_588_189_888_58,
            standardError: 0.045_264_637_283_365_61,
            lag1: 0.069_123_377_777_431_55,
            pValue: 0.295_000_355_435_864_67
        ),
        Reference(
            seed: 5,
            count: 40,
            phi: 0,
            batchSize: 2,
            batches: 20,
            mean: 0.003_156_719_007_183_306,
            standardError: 0.051_406_300_597_539_5,
            lag1: 0.044_619_099_029_100_8,
            pValue: 0.249_472_349_603_643_34
        ),
        Reference(
            seed: 6,
            count: 1000,
            phi: 0.995,
            batchSize: 32,
            batches: 31,
            mean: 0.088_054_190_870_090_96,
            standardError: 0.326_168_153_752_051_1,
            lag1: 0.685_084_964_977_111_9,
            pValue: 1.601_637_692_489_034e-5
        ),
        Reference(
            seed: 7,
            count: 12_345,
            phi: 0.5,
            batchSize: 512,
            batches: 24,
            mean: -0.006_084_596_099_068_454,
            standardError: 0.005_272_075_390_398_29,
            lag1: -0.037_125_217_367_021_56,
            pValue: 0.476_534_103_896_813_94
        ),
    ]

    @Test(arguments: references)
    func agreesWithReference(_ reference: Reference) throws {
        var stream = AutoregressiveStream(seed: reference.seed, phi: reference.phi)
        var batchMeans = BatchMeans()
        for _ in 0..<reference.count { batchMeans.add(stream.next()) }
        #expect(batchMeans.count == reference.count && batchMeans.batchSize == reference.batchSize)
        let estimate = batchMeans.estimate
        #expect(estimate.replications == reference.batches && batchMeans.batches.count == reference.batches)
        #expect(abs(try #require(estimate.value) - reference.mean) < 1e-14)
        #expect(abs(try #require(estimate.standardError) / reference.standardError - 1) < 1e-12)
        let test = try #require(batchMeans.independence)
        #expect(abs(test.lag1Correlation - reference.lag1) < 1e-12)
        #expect(abs(test.pValue / reference.pValue - 1) < 1e-9)
        #expect(test.acceptsIndependence() == (reference.pValue > 0.05))
        #expect((try #require(estimate.interval()).contains(0)) == (reference.seed != 1))
    }

    @Test func ratioOfAStreamOfPairs() throws {
        var generator = SplitMix64(seed: 11)
        var batchMeans = BatchMeans()
        for _ in 0..<7777 {
            let answered = 1 + Int(generator.uniform() * 4)
            let abandoned = (0..<answered).reduce(0) { count, _ in count + (generator.uniform() < 0.1 ? 1 : 0) }
            batchMeans.add(RatioObservation(numerator: Double(abandoned), denominator: Double(answered)))
        }
        let estimate = batchMeans.estimate
        #expect(batchMeans.batchSize == 256 && estimate.replications == 30)
        #expect(abs(try #require(estimate.value) - 0.100_508_709_727_146_6) < 1e-15)
        #expect(abs(try #require(estimate.standardError) / 0.002_093_280_901_400_453_3 - 1) < 1e-12)
        let test = try #require(batchMeans.independence)
        #expect(abs(test.statistic - 0.057_249_325_752_050_41) < 1e-12)
        #expect(abs(test.lag1Correlation - 0.057_144_511_134_147_55) < 1e-12)
    }

    @Test func tooShortAStreamHasNoInterval() {
        var batchMeans = BatchMeans()
        #expect(batchMeans.estimate.value == nil && batchMeans.independence == nil)
        for number in 1...19 { batchMeans.add(Double(number)) }
        #expect(batchMeans.estimate.value == 10)
        #expect(batchMeans.estimate.interval() == nil && batchMeans.independence == nil)
        batchMeans.add(20)
        #expect(batchMeans.estimate.interval() != nil)
    }

    @Test func aConstantStreamHasNothingToTest() {
        var batchMeans = BatchMeans()
        for _ in 0..<1000 { batchMeans.add(RatioObservation(numerator: 0, denominator: 1)) }
        #expect(batchMeans.independence == nil)
        #expect(batchMeans.estimate.interval() == ConfidenceInterval(lower: 0, upper: 0))
    }

    @Test func memoryIsConstant() {
        var batchMeans = BatchMeans()
        for number in 1...20_000 {
            batchMeans.add(1)
            #expect(batchMeans.batches.count < 40)
            if number >= 20 && batchMeans.batches.count < 20 { Issue.record("too few batches at \(number)") }
        }
    }

    /// The interval of a strongly correlated stream covers its mean about as often as it says.
    @Test func covers() throws {
        var covered = 0
        let rounds = 300
        for seed in 0..<rounds {
            var stream = AutoregressiveStream(seed: UInt64(1000 + seed), phi: 0.8)
            var batchMeans = BatchMeans()
            for _ in 0..<2000 { batchMeans.add(stream.next()) }
            if try #require(batchMeans.estimate.interval()).contains(0) { covered += 1 }
        }
        #expect(abs(Double(covered) / Double(rounds) - 0.95) < 0.05, "\(covered)")
    }
}

@Suite("VonNeumannTest", .timeLimit(.minutes(15)))
struct VonNeumannTestTests {
    @Test func extremes() throws {
        #expect(VonNeumannTest([1, 2, 3, 4, 5, 6, 7]) == nil)
        #expect(VonNeumannTest([Double](repeating: 0.1, count: 20)) == nil)
        let rising = try #require(VonNeumannTest((1...20).map(Double.init)))
        #expect(rising.lag1Correlation == 0.85 && rising.pValue < 1e-4 && !rising.acceptsIndependence())
        let alternating = try #require(VonNeumannTest((1...20).map { Double($0 % 2) }))
        #expect(abs(alternating.lag1Correlation + 0.95) < 1e-14 && alternating.acceptsIndependence())
    }

    /// Without correlation, one in twenty tests rejects.
    @Test func keepsItsLevel() throws {
        var generator = SplitMix64(seed: 5)
        var rejected = 0
        for _ in 0..<4000 {
            let series = (0..<25).map { _ in generator.uniform() }
            if !(try #require(VonNeumannTest(series)).acceptsIndependence()) { rejected += 1 }
        }
        #expect(abs(Double(rejected) / 4000 - 0.05) < 0.014, "\(rejected)")
    }
}
