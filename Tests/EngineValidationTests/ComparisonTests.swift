import Statistics
import Testing

@testable import EngineValidation

/// The rules by which a comparison fails, and how it is printed.
@Suite("Comparison", .timeLimit(.minutes(5)))
struct ComparisonTests {
    /// Eight values around 10 with a standard error of 0.189.
    static let estimate = MeanEstimate([9.5, 10.5, 9.5, 10.5, 9.5, 10.5, 9.5, 10.5])

    static func comparison(exact: Double) -> Comparison {
        Comparison("model", "n = 1", "wait", exact: exact, estimate: estimate, source: "a book")
    }

    @Test(arguments: [(10.0, false), (10.8, false), (10.9, true), (9.1, true), (.nan, true), (.infinity, true)])
    func anEstimateFailsBeyondFourAndAHalfStandardErrors(exact: Double, fails: Bool) {
        #expect(Self.comparison(exact: exact).fails == fails)
    }

    @Test(arguments: [(0.0, false), (4.4, false), (4.6, true), (-99, false), (.nan, true)])
    func onlyValuesAboveACeilingFail(standardErrors: Double, fails: Bool) {
        var comparison = Self.comparison(exact: 10)
        comparison.test = .ceiling(standardErrors: standardErrors)
        #expect(comparison.fails == fails)
    }

    @Test func identitiesFailBeyondTheirTolerance() {
        func identity(_ exact: Double, _ found: Double, _ tolerance: Double) -> Comparison {
            Comparison("m", "p", "q", exact: exact, found: found, tolerance: tolerance, source: "s")
        }
        #expect(!identity(3, 3, 0).fails && !identity(0, 0, 0).fails && !identity(1, 1 + 1e-10, 1e-9).fails)
        #expect(identity(3, 4, 0).fails && identity(1, 1 + 1e-8, 1e-9).fails && identity(1, .nan, 1).fails)
    }

    @Test func replicationsThatAgreeAreAnIdentity() {
        let zeros = MeanEstimate([0, 0, 0])
        #expect(!Comparison("m", "p", "q", exact: 0, estimate: zeros, source: "s").fails)
        #expect(Comparison("m", "p", "q", exact: 0.01, estimate: zeros, source: "s").fails)
    }

    @Test func aFalseComparisonIsMarkedAndCounted() {
        let rows = [Self.comparison(exact: 10), Self.comparison(exact: 10.5), Self.comparison(exact: 11)]
        let page = Page(families: [Family(title: "Waits", introduction: "Why.", comparisons: rows)])
        #expect(page.failures == ["Waits: model, n = 1, wait: 11, not 10 (−5.29)"])
        let lines = page.markdown.split(separator: "\n").filter { $0.hasPrefix("| model ") }
        #expect(
            lines == [
                "| model | n = 1 | wait | 10 | 10 | 9.55313 … 10.4469 | +0.00 | a book |",
                "| model | n = 1 | wait | 10.5 | 10 | 9.55313 … 10.4469 | −2.65 † | a book |",
                "| model | n = 1 | wait | 11 | 10 | 9.55313 … 10.4469 | −5.29 ✗ | a book |",
            ]
        )
        #expect(page.markdown.contains("- 3 comparisons of an estimate with an exact value; 2 lie outside"))
        #expect(page.markdown.contains("**1 fail:** Waits"))
        let sound = Page(families: [Family(title: "Waits", introduction: "Why.", comparisons: [rows[0]])])
        #expect(sound.failures.isEmpty && sound.markdown.contains("No comparison fails."))
    }

    /// The 5 % point of Kolmogorov's distribution.
    @Test func kolmogorovsDistribution() {
        #expect(abs(Sample.kolmogorovTail(1.3581) - 0.05) < 1e-5 && Sample.kolmogorovTail(0) == 1)
    }

    /// 1 − 0.95¹⁰ and 0.05².
    @Test func chanceOfMisses() {
        #expect(abs(Page.chance(of: 1, in: 10) - 0.401_263_060_761_6) < 1e-12)
        #expect(abs(Page.chance(of: 2, in: 2) - 0.0025) < 1e-15 && Page.chance(of: 0, in: 5) == 1)
    }

    @Test func theCommandLine() {
        #expect(Options([]) == Options(["--scale", "1"]))
        #expect(Options(["--only", "power", "--scale", "2"])?.scale == 2)
        for wrong in [["--scale"], ["--scale", "0"], ["--scale", "x"], ["--fast", "1"]] {
            #expect(Options(wrong) == nil)
        }
    }
}
