import CallRecords
import DialerEngine
import ExactJSON
import RingbackTestKit
import RunReport
import Statistics
import Testing

/// The page of a fit.
@Suite(.timeLimit(.minutes(5)))
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
