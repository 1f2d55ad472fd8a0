import ExactJSON
import Testing

@testable import RunReport

@Suite(.timeLimit(.minutes(5)))
struct TextTests {
    @Test(arguments: [
        (0.0, 1, "0.0"), (0.05, 1, "0.1"), (-0.04, 1, "0.0"), (-1.25, 1, "-1.3"), (12.345, 0, "12"), (1e20, 2, "1e+20"),
        (.infinity, 1, "∞"), (.nan, 1, "not a number"), (2.0015, 3, "2.002"), (0.007, 2, "0.01"),
    ])
    func numbersHaveFixedDigits(_ value: Double, _ digits: Int, _ text: String) {
        #expect(NumberText.fixed(value, digits) == text)
    }

    @Test(arguments: [(0.0, "0 %"), (0.42, "42 %"), (0.4249, "42.5 %"), (1.0, "100 %"), (0.0004, "0 %")])
    func sharesArePercentages(_ share: Double, _ text: String) { #expect(NumberText.percent(share) == text) }

    @Test(arguments: [
        ("0.4", "40 %"), ("0.123456", "12.3456 %"), ("1", "100 %"), ("0", "0 %"), ("0.333333333333333", "≈ 33.3333 %"),
    ])
    func probabilitiesStayAsWritten(_ literal: String, _ text: String) throws {
        #expect(NumberText.percent(try #require(ExactDecimal(literal))) == text)
    }

    @Test(arguments: [
        (0.0, "0"), (1e-9, "< 0.000001"), (0.00021, "0.00021"), (0.0314, "0.031"), (0.55, "0.55"), (1.0, "1.00"),
    ])
    func pValuesHaveTwoDigits(_ value: Double, _ text: String) { #expect(NumberText.pValue(value) == text) }

    @Test(arguments: [(0, "0"), (9999, "9999"), (12_345, "12\u{202F}345"), (-1_234_567, "-1\u{202F}234\u{202F}567")])
    func countsAreGrouped(_ value: Int, _ text: String) { #expect(NumberText.count(value) == text) }

    @Test func longTextIsCut() {
        #expect(TextColumns.cut("呼び出し", to: 5) == "呼び…")
        #expect(TextColumns.width("e\u{301}呼👍") == 5)
    }

    @Test(arguments: [(0.57, 5, 0.2, 0.6), (0.4, 5, 0.1, 0.4), (7.0, 3, 5.0, 10.0), (0.0, 3, 1.0, 1.0)])
    func scalesHaveRoundSteps(_ most: Double, _ steps: Int, _ step: Double, _ end: Double) {
        let scale = AxisScale(upTo: most, steps: steps, least: most < 1 && most > 0 ? 0 : 1)
        #expect(abs(scale.step - step) < 1e-12 && abs(scale.end - end) < 1e-12)
        #expect(abs((scale.marks.last ?? 0) - end) < 1e-12)
    }
}
