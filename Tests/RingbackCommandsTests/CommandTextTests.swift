import ExactJSON
import RingbackTestKit
import RunPipeline
import RunReport
import Testing

@testable import RingbackCommands

/// Texts that commands write, and values that they read.
@Suite(.timeLimit(.minutes(5)))
struct CommandTextTests {
    /// OWASP, "CSV Injection": a spreadsheet must take no cell for a formula.
    @Test(arguments: [
        ("=1+1", "'=1+1"), ("+1", "'+1"), ("-1", "'-1"), ("@a", "'@a"), ("\t=1", "'\t=1"), ("a=1", "a=1"),
        ("a,b", "\"a,b\""), ("=\"x\"", "\"'=\"\"x\"\"\""), ("\r=1", "\"'\r=1\""), ("a\nb", "\"a\nb\""), ("", ""),
    ]) func noCellIsAFormula(_ text: String, _ cell: String) { #expect(CSVText.cell(text) == cell) }

    @Test func aRowOfCSVEndsInCRLF() { #expect(CSV.row(["a", "b,c", ""]) == "a,\"b,c\",\r\n") }

    @Test(arguments: [
        (["run", "scenario.yaml"], "run scenario.yaml"), (["run", "a b"], "run 'a b'"), (["run", ""], "run ''"),
        (["run", "it's"], "run 'it'\\''s'"), (["--set", "name=x;rm"], "--set 'name=x;rm'"),
        (["--set", "simulation.tag=a:b@c"], "--set simulation.tag=a:b@c"), (["$HOME"], "'$HOME'"),
    ]) func aShellReadsTheSameArguments(_ arguments: [String], _ text: String) {
        #expect(CommandLineText.quoted(["/usr/bin/ringback"] + arguments) == "ringback \(text)")
    }

    @Test func columnsAreAlignedAndLinesHaveNoSpacesAtTheEnd() {
        let table = TextColumns.table([["ID", "STATE", "X"], ["1", "日本", ""], ["100", "a", "b"]])
        #expect(table == "ID   STATE  X\n1    日本\n100  a      b\n")
    }

    @Test(arguments: [("max", nil), ("2", 2), ("2.5x", 2.5)] as [(String, Double?)])
    func aSpeedIsMaxOrAFactor(_ text: String, _ factor: Double?) throws {
        #expect(try #require(SpeedArgument(argument: text)).factor == factor)
    }

    @Test(arguments: ["", "0", "-1", "x", "inf", "nan", "2y"]) func otherSpeedsAreRefused(_ text: String) {
        #expect(SpeedArgument(argument: text) == nil)
    }

    @Test(arguments: [
        ("2026-11-01", "2026-11-01T00:00:00.000Z"), ("2026-11-01T12:30:00Z", "2026-11-01T12:30:00.000Z"),
    ]) func aMomentIsADayOrATime(_ text: String, _ time: String) throws {
        #expect(try #require(MomentArgument(argument: text)).timestamp.description == time)
    }

    @Test(arguments: ["", "yesterday", "2026-13-01", "2026-11-1"]) func otherMomentsAreRefused(_ text: String) {
        #expect(MomentArgument(argument: text) == nil)
    }

    @Test func aTimeMayBeADurationAgo() throws {
        let (now, hourAgo) = (TimeArgument(argument: "0s"), TimeArgument(argument: "1h"))
        let seconds = try #require(now).timestamp.milliseconds - #require(hourAgo).timestamp.milliseconds
        #expect(abs(seconds - 3_600_000) < 60_000)
        #expect(TimeArgument(argument: "soon") == nil)
    }

    @Test func anAnchorIsStandardOutputAFileOrAMonitor() throws {
        #expect(try #require(AnchorArgument(argument: "-")).place == nil)
        #expect(try #require(AnchorArgument(argument: "a.txt")).place == .file("a.txt"))
        #expect(try #require(AnchorArgument(argument: "monitor:qa")).place == .monitor("qa"))
        #expect(AnchorArgument(argument: "") == nil && AnchorArgument(argument: "monitor:") == nil)
    }
}
