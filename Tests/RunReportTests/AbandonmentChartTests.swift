import SimulationAPI
import Testing

@testable import RunReport

/// The picture of abandonment over virtual time.
struct AbandonmentChartTests {
    private static func timeline(_ bins: [(answered: Int, abandoned: Int)]) -> CallTimeline {
        var timeline = CallTimeline()
        timeline.binMs = 60_000
        timeline.callsUp = bins.map { _ in 1 }
        timeline.ended = bins.map { $0.answered == 0 ? [:] : [.answered: $0.answered] }
        timeline.abandoned = bins.map(\.abandoned)
        return timeline
    }

    private static func figures(_ section: ReportSection?) throws -> [[String]] {
        guard case .picture(let picture)? = section?.blocks.first else { return [] }
        return (picture.figures?.rows ?? []).map { row in
            row.cells.map { if case .text(let text) = $0 { text } else { "?" } }
        }
    }

    @Test func theShareIsThatOfAllCallsSoFar() throws {
        let chart = AbandonmentChart(
            Self.timeline([(0, 0), (10, 1), (0, 0), (90, 1)]),
            limit: .init(rule: "us-tsr", share: 0.03)
        )
        #expect(
            try Self.figures(chart?.section) == [
                ["1 min", "0", "0", "–"], ["2 min", "10", "1", "10 %"], ["3 min", "10", "1", "10 %"],
                ["4 min", "100", "2", "2 %"],
            ]
        )
        let section = try #require(chart?.section)
        let markup = try ReportSection.markup(of: [section])
        #expect(markup.contains("At the end 2 % of 100 answered calls were abandoned; us-tsr permits 3 %."))
        #expect(
            markup.contains("class=\"over\"") && markup.contains("class=\"rate\"") && markup.contains("class=\"limit\"")
        )
    }

    @Test func withoutARuleThereIsNoLimit() throws {
        let section = try #require(AbandonmentChart(Self.timeline([(5, 1)]), limit: nil)?.section)
        let markup = try ReportSection.markup(of: [section])
        #expect(markup.contains("no rule with a limit") && !markup.contains("class=\"limit\""))
    }

    @Test func whatHasNoSuchSeriesHasNoPicture() {
        #expect(AbandonmentChart(Self.timeline([(0, 0)]), limit: nil) == nil)
        #expect(AbandonmentChart(Self.timeline([(9, 0)]), limit: nil) == nil)
        #expect(AbandonmentChart(Self.timeline([(9, 0)]), limit: .init(rule: "house", share: 0.02)) != nil)
        #expect(AbandonmentChart(CallTimeline(), limit: nil) == nil)
        var old = Self.timeline([(5, 1)])
        old.abandoned = []
        #expect(AbandonmentChart(old, limit: nil) == nil)
    }
}
