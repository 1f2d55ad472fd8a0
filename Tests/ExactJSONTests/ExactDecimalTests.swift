import ExactJSON
import Statistics
import Testing

@Suite("ExactDecimal", .timeLimit(.minutes(5)))
struct ExactDecimalTests {
    @Test(
        arguments: [
            ("0", "0"), ("-0", "0"), ("0.000", "0"), ("0e5", "0"), ("1", "1"), ("+1", "1"), ("01", "1"),
            ("-12.50", "-12.5"), ("-12.5e-3", "-0.0125"), ("1e3", "1000"), ("1E+3", "1000"), ("1.5E-2", "0.015"),
            (".5", "0.5"), ("1.", "1"), ("100", "100"), ("0.10", "0.1"), ("1e40", "0.1e41"), ("1e-42", "0.1e-41"),
            ("1e-41", "0." + String(repeating: "0", count: 40) + "1"),
            ("1e39", "1" + String(repeating: "0", count: 39)),
            ("123456789012345678901234567890.123456789", "123456789012345678901234567890.123456789"),
            ("1e99999999999999999999", "0.1e20000"), ("1e-99999999999999999999", "0.1e-20000"),
            ("1e20000", "0.1e20000"), ("-1e20000", "-0.1e20000"),
        ])
    func literalIsRead(literal: String, description: String) throws {
        let number = try #require(ExactDecimal(literal))
        #expect(number.description == description)
        #expect(ExactDecimal(number.description) == number)
        #expect(throws: Never.self) { try JSONReader.read(number.description) }
    }

    @Test(
        arguments: [
            "", " ", "-", "+", ".", "-.", "e5", ".e5", "1e", "1e+", "1e-", "1e+-5", "1e-+5", "1e--5", "1e1e1", "1e1E1",
            "1E1e1", "1e1.5", "1.2.3", "--1", "+-1", "1 ", " 1", "1,5", "1_000", "0x10", "NaN", ".nan", ".inf", "inf",
            "Infinity", "١", "１", "1\u{301}", "1e\u{661}", "½",
        ])
    func otherTextIsNoDecimal(text: String) {
        #expect(ExactDecimal(text) == nil)
    }

    @Test func zerosThatAnExponentTakesBackAreExact() throws {
        let zeros = String(repeating: "0", count: 30_000)
        #expect(ExactDecimal("1\(zeros)e-30000") == .one)
        #expect(ExactDecimal("0.\(zeros)1e30001") == .one)
        #expect(try #require(ExactDecimal("1\(zeros)")) > .one)
        #expect(try #require(ExactDecimal("0.\(zeros)1")) > .zero)
    }

    @Test(
        arguments: [
            ("-1e300", "-2"), ("-2", "-1.999"), ("-1", "0"), ("-0.1", "-0.01"), ("0", "1e-500"), ("1e-500", "0.01"),
            ("0.1", "0.10000000000000000000000000000001"), ("0.99999999999999999999", "1"), ("1", "1.1"),
            ("1.09", "1.1"), ("9", "10"), ("99", "100.5"), ("100.5", "1e20000"),
        ])
    func orderIsThatOfTheValues(smaller: String, larger: String) throws {
        let (left, right) = (try #require(ExactDecimal(smaller)), try #require(ExactDecimal(larger)))
        #expect(left < right)
        #expect(!(right < left))
        #expect(left != right)
        #expect(left - right < .zero)
        #expect(right - left > .zero)
    }

    @Test(
        arguments: [
            ("0.1", "0.2", "0.3"), ("0.05", "0.95", "1"), ("-5", "5.5", "0.5"), ("5", "-5", "0"), ("-1", "-2", "-3"),
            ("1", "-0.999", "0.001"), ("999", "1", "1000"), ("1e20", "1", "100000000000000000001"),
            ("1", "1e-30", "1.000000000000000000000000000001"), ("0", "-7", "-7"), ("-7", "0", "-7"),
            ("0.5", "-1", "-0.5"),
        ])
    func sumIsExact(left: String, right: String, sum: String) throws {
        let (left, right) = (try #require(ExactDecimal(left)), try #require(ExactDecimal(right)))
        #expect((left + right).description == sum)
        #expect(left + right == right + left)
        #expect(left + right - right == left)
    }

    @Test func integersAgreeWithMachineArithmetic() throws {
        var random = SplitMix64(seed: 5)
        func draw() -> Int {
            Int(truncatingIfNeeded: random.next()) >> Int.random(in: 2..<64, using: &random)
        }
        for _ in 0..<5000 {
            let (left, right) = (draw(), draw())
            let (a, b) = (ExactDecimal(left), ExactDecimal(right))
            #expect((a + b).integerValue == left + right)
            #expect((a - b).integerValue == left - right)
            #expect((a < b) == (left < right))
            #expect((a == b) == (left == right))
            #expect(a.description == String(left))
            #expect(ExactDecimal(String(left)) == a)
        }
    }

    /// Fixed-point numbers of ten thousandths against integers.
    @Test func fractionsAgreeWithBasisPoints() throws {
        var random = SplitMix64(seed: 6)
        func literal(_ points: Int) -> String {
            let (whole, rest) = points.magnitude.quotientAndRemainder(dividingBy: 10_000)
            let fraction = String(repeating: "0", count: 4 - String(rest).count) + String(rest)
            return "\(points < 0 ? "-" : "")\(whole).\(fraction)"
        }
        for _ in 0..<3000 {
            let points = (0..<4).map { _ in Int.random(in: -20_000...20_000, using: &random) }
            let sum = try points.map { try #require(ExactDecimal(literal($0))) }.reduce(.zero, +)
            let total = points.reduce(0, +)
            #expect(sum == ExactDecimal(literal(total)))
            #expect((sum > .one) == (total > 10_000))
            #expect(sum.doubleValue == Double(literal(total)))
        }
    }

    /// All sets of four probabilities with two decimals that sum to 1, each in a random order.
    @Test func everyFourHundredthsThatSumToOneSumToOne() throws {
        var random = SplitMix64(seed: 7)
        let hundredths = try (0...100).map { points in
            try #require(ExactDecimal(points == 100 ? "1.00" : "0.\(points / 10)\(points % 10)"))
        }
        var (count, wrong) = (0, 0)
        for first in 0...25 {
            for second in first...50 {
                for third in second...100 where 100 - first - second - third >= third {
                    let points = [first, second, third, 100 - first - second - third].shuffled(using: &random)
                    count += 1
                    if points.map({ hundredths[$0] }).reduce(.zero, +) != .one { wrong += 1 }
                }
            }
        }
        #expect(count == 8037)
        #expect(wrong == 0)
    }

    @Test(
        arguments: [
            ("5", 5, true), ("-5", -5, true), ("5.0", 5, true), ("5.5", nil, false), ("0.5", nil, false),
            ("0", 0, true), ("1e18", 1_000_000_000_000_000_000, true), ("1e19", nil, true), ("1e20000", nil, true),
            ("9223372036854775807", .max, true), ("-9223372036854775808", .min, true),
            ("-9223372036854775809", nil, true),
        ] as [(String, Int?, Bool)]
    )
    func integersAreRecognised(literal: String, value: Int?, isIntegral: Bool) throws {
        let number = try #require(ExactDecimal(literal))
        #expect(number.integerValue == value)
        #expect(number.isIntegral == isIntegral)
    }

    @Test func doubleValueIsTheNearest() throws {
        #expect(ExactDecimal("0.1")?.doubleValue == 0.1)
        #expect(ExactDecimal("-2.5e-3")?.doubleValue == -0.0025)
        #expect(ExactDecimal("1e400")?.doubleValue == .infinity)
        #expect(ExactDecimal("-1e400")?.doubleValue == -.infinity)
        #expect(ExactDecimal("1e-400")?.doubleValue == 0)
    }

    @Test func equalValuesHashAlike() throws {
        let values = try ["1", "1.0", "10e-1", "0.1e1"].map { try #require(ExactDecimal($0)) }
        #expect(Set(values).count == 1)
    }
}
