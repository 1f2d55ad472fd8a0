import SimulationAPI
import Testing

@testable import RunReport

@Suite(.timeLimit(.minutes(5)))
struct TerminalTests {
    @Test(arguments: Specimen.allCases, [TextStyle.plain, .ansi])
    func hostileTextMovesNoCursor(_ specimen: Specimen, _ style: TextStyle) throws {
        let text = TerminalSummary(try specimen.result(), style: style).text
        let plain = Self.withoutColour(text)
        #expect(!plain.unicodeScalars.contains { $0 != "\n" && ($0.value < 0x20 || (0x7F..<0xA0).contains($0.value)) })
        #expect(!plain.split(separator: "\n").contains { $0.hasPrefix("FORGED") })
        #expect(plain == TerminalSummary(try specimen.result()).text)
    }

    /// The columns of the outcome table end at the same cell, however wide the numbers are.
    @Test(arguments: [1, 13, 999, 123_456, 7_654_321])
    func columnsAlign(_ factor: Int) throws {
        let result = RunResult(
            judging: try FactsFixture.facts {
                $0.calls.outcomes = $0.calls.outcomes.mapValues { $0 * factor }
                $0.calls.outcomes[.voicemail] = 1
            }
        )
        let lines = OutcomeTable(result).lines(width: 60, style: .plain)
        #expect(lines.count == 6)
        #expect(Set(lines.map { TextColumns.width($0) }).count == 1)
    }

    @Test(arguments: 1...120)
    func progressNeverExceedsTheWidth(_ width: Int) {
        for attempted in [0, 7, 50] {
            let progress = RunProgress(
                step: "dialling 呼",
                attempted: attempted,
                maxCalls: 50,
                events: 172,
                elapsedSeconds: 83.2
            )
            let line = ProgressLine.text(progress, width: width)
            #expect(TextColumns.width(line) <= width)
            #expect(Self.withoutColour(ProgressLine.text(progress, width: width, style: .ansi)) == line)
        }
    }

    @Test func progressHasCallsEventsBarAndTime() {
        let progress = RunProgress(
            step: "dialling",
            attempted: 7,
            maxCalls: 1_000_000,
            events: 12,
            elapsedSeconds: 0.91
        )
        #expect(
            ProgressLine.text(progress, width: 100)
                == "  dialling   calls         7/1\u{202F}000\u{202F}000   events 12   ──────────────────────────────    0 %   0.9 s"
        )
        #expect(
            ProgressLine.text(
                RunProgress(step: "", attempted: 999, maxCalls: 1000, events: 0, elapsedSeconds: 1),
                width: 90
            ).contains(" 99 % ")
        )
        let nothing = RunProgress(step: "", attempted: 0, maxCalls: 0, events: 0, elapsedSeconds: .nan)
        #expect(ProgressLine.text(nothing, width: 40) == "  calls 0/0   events 0   0 %   ?")
    }

    @Test func stepsStandInColumns() {
        let steps = ["scenario valid", "token", "slot 1 of 5", "dispatched  sim-7f3c"]
        #expect(
            StepsLine.text(steps, width: 120)
                == "  ✓ scenario valid        ✓ token                 ✓ slot 1 of 5           ✓ dispatched  sim-7f3c"
        )
        #expect(StepsLine.text(steps, width: 60).split(separator: "\n").count == 2)
        #expect(StepsLine.text(["evil\u{1B}[2J\nnext"], width: 60) == "  ✓ evil\\u{1b}[2J next")
        #expect(StepsLine.text([], width: 60).isEmpty)
    }

    @Test func colourIsTheOnlyDifference() throws {
        let result = try Specimen.fail.result()
        let coloured = TerminalSummary(result, style: .ansi).text
        #expect(coloured.contains("\u{1B}[31m FAIL\u{1B}[0m"))
        #expect(!TerminalSummary(result).text.contains("\u{1B}"))
    }

    @Test func bodyFollowsTheHeader() throws {
        let result = try Specimen.pass.result()
        let summary = TerminalSummary(result)
        #expect(TerminalSummary.header(result.facts) + "\n" + summary.body == summary.text)
    }

    private static func withoutColour(_ text: String) -> String {
        text.split(separator: "\u{1B}[", omittingEmptySubsequences: false).enumerated().map { index, part in
            index == 0 ? String(part) : String(part.drop { $0 != "m" }.dropFirst())
        }.joined()
    }
}
