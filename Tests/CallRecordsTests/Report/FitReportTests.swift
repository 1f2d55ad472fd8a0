import DialerEngine
import DiscreteEvents
import ExactJSON
import Foundation
import RingbackTestKit
import RunReport
import Statistics
import Testing

@testable import CallRecords

/// The page of a fit.
@Suite(.timeLimit(.minutes(15)))
struct FitReportTests {
    private static func page(_ name: String = "spring") throws -> String {
        let fit = CentreFit(try InventedSummary.summary(), name: name)
        return try FitReport(fit, scenario: fit.scenario, command: "ringback fit calls.csv").text()
    }

    @Test func everyPartStandsInTheFirstTable() throws {
        let page = try Self.page()
        for words in [
            "4 of 6 recorded durations explained", "4271 of 4305 rows used, 5 days from 2026-03-02 to 2026-03-06",
            "lognormal explains 983 conversations", "calls without an answer have one value, 25 s",
            "12 busy calls with a value are too few for a family",
            "no family explains 1319 calls to voicemail (the best is weibull)",
            "the records do not say how long it takes",
            "12 agents in", "2400 contacts, at most 3 attempts each", "records cannot show contactCenter.lines",
            "pacing, compliance; check them",
            "an inbound call", "column.missing", "Fit it again",
        ] { #expect(page.contains(words), "\(words)") }
    }

    @Test func everyPictureHasATitleADescriptionAndFiguresBehindIt() throws {
        let page = try Self.page()
        let pictures = page.split(separator: "<figure").count - 1
        #expect(pictures == 2 + 10 + 2, "outcomes, hours, durations and quantiles, patience, roster: \(pictures)")
        #expect(page.split(separator: "<svg role=\"img\"").count - 1 == pictures)
        // The table of outcomes stands beside its picture; the others are folded away below theirs.
        #expect(page.split(separator: "The figures of this picture").count - 1 == pictures - 1)
        let ids = page.matches(of: /id="([^"]+)"/).map { String($0.1) }
        #expect(Set(ids).count == ids.count)
    }

    @Test func pageDocumentAndScenarioAreGolden() throws {
        let fit = CentreFit(try InventedSummary.summary(), name: "spring")
        try Golden.expect(try Self.page(), "fit.html")
        try Golden.expect(fit.json.prettyText + "\n", "fit.json")
        try Golden.expect(fit.scenario.text, "fit.yaml")
    }

    @Test func abandonedCallsStandDirectlyBelowTheAnswered() throws {
        let fit = CentreFit(try InventedSummary.summary(), name: "spring")
        let lines = fit.text().split(separator: "\n")
        let answered = try #require(lines.firstIndex { $0.contains("  answered ") })
        #expect(lines[answered + 1].contains("  abandoned "), "\(fit.text())")
        let page = try #require(Self.page().components(separatedBy: "<caption>Outcomes of the attempts").last)
        let parts = ["answered by a person</bdi>", "of the answered: abandoned</bdi>", "voicemail</bdi>"]
        let places = parts.compactMap { page.range(of: $0)?.lowerBound }
        #expect(places.count == 3 && places == places.sorted())
    }

    /// A mean beside a shift would read as the mean of both.
    @Test func aShiftStandsInFrontOfItsFamily() {
        let shifted = Distribution(.gamma(mean: 9.818, sd: 5.12), shift: 1.174)
        #expect(shifted.words == "1.17 + gamma, mean 9.82, sd 5.12")
        #expect(Distribution(.lognormal(mean: 179.31, sd: 238)).words == "lognormal, mean 179.3, sd 238")
    }

    @Test func patienceIsExplainedWhereAFamilyFitsIt() throws {
        func state(_ seconds: [Int]) throws -> FitFinding? {
            var summary = try InventedSummary.summary()
            let waits = RoundedSample(milliseconds: seconds.map { $0 * 1000 })
            summary.patience = PatienceSamples(abandoned: waits, connected: RoundedSample(milliseconds: []))
            let fit = CentreFit(summary)
            return FitFinding.all(of: fit, fit.scenario).first { $0.part == "Patience" }
        }
        #expect(try state(Array(repeating: 5, count: 60))?.state == .setting)
        #expect(try state(Array(repeating: 5, count: 20))?.state == .assumed)
        #expect(try state((0..<60).map { 1 + $0 % 20 })?.state == .explained)
    }

    /// Steps of an axis have one unit: `75 s` instead of `1 min 15 s`.
    @Test(arguments: [
        (90.0, ["0", "15 s", "30 s", "45 s", "60 s", "75 s", "90 s"]), (2.0, ["0", "0.5 s", "1 s", "1.5 s", "2 s"]),
        (400.0, ["0", "2 min", "4 min", "6 min"]), (9000.0, ["0", "30 min", "60 min", "90 min", "120 min", "150 min"]),
        (20_000.0, ["0", "1 h", "2 h", "3 h", "4 h", "5 h"]),
    ])
    func axesHaveOneUnit(end: Double, labels: [String]) {
        let scale = AxisScale(seconds: end, steps: 6)
        #expect(scale.marks.map { scale.timeText($0) } == labels)
    }

    @Test func aHostileNameIsText() throws {
        let page = try Self.page("</h1><script>alert('1')</script>")
        #expect(!page.contains("<script") && page.contains("&lt;script&gt;"))
    }

    /// Without agents, contacts, abandoned calls and durations there is still a page.
    @Test func recordsThatSayLittleHaveAPage() throws {
        var summary = try InventedSummary.summary()
        let none = RoundedSample(milliseconds: [])
        (summary.times, summary.agents, summary.contacts) = ([:], [], nil)
        summary.patience = PatienceSamples(abandoned: none, connected: none)
        let fit = CentreFit(summary)
        let page = try FitReport(fit, scenario: fit.scenario, command: nil).text()
        for words in [
            "The records have no durations", "the records name no agents", "the records name no contacts",
            "0 abandoned calls with a wait are too few",
        ] { #expect(page.contains(words), "\(words)") }
    }
}
