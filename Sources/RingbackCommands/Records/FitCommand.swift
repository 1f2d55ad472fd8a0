import Addresses
import ArgumentParser
import CallRecords
import ExactJSON
import RingbackHome
import RunReport
import ScenarioFile

/// `ringback fit`: from call records to a scenario.
struct FitCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "fit",
        abstract: "Turn call records into a scenario: outcomes, times, patience, roster and list. Sends nothing.",
        discussion: """
            Reads CSV, TSV or JSON lines, also as .gz, and fits what a scenario says of a
            centre: a family for each duration (or its quantiles, if no family explains
            it), outcomes by hour where the hours differ, who is on duty and when. A
            comment behind every number says from how many calls it comes. What records
            cannot say is listed under assumed. The scenario goes to --out, else to
            standard output. Names and numbers of people stand in no output.

            Examples:
              ringback fit calls.csv --out scenario.yaml
              ringback fit mon.csv.gz tue.csv.gz --time-zone Europe/Berlin --out s.yaml
              ringback fit export.csv --columns dialedAt=Start --columns outcome=Result \\
                --outcomes Connected=answered --outcomes Dropped=abandoned
              ringback fit calls.txt --agent-log agents.txt --out scenario.yaml
              ringback fit export.txt --pacing campaign.csv --out scenario.yaml
              ringback fit calls.csv --report fit.html --out scenario.yaml
              ringback fit calls.csv --time-format "DD/MM/YYYY HH:mm:ss"
              ringback fit calls.csv --json | jq .times.talk
              ringback backtest scenario.yaml calls.csv

            Exit codes:
              0  the scenario is written
              2  the records cannot be read, hold unknown words, lack columns, or no row is
                 an attempt
            """
    )

    @OptionGroup var common: CommonOptions
    @OptionGroup var records: RecordOptions

    @Option(help: .value("name", "The name of the scenario."))
    var name = CentreFit.usualName

    @Option(help: .value("file", "Where the scenario is written."), completion: .yaml)
    var out: String?

    @Option(
        help: .value(
            "file",
            "The dialer's own configuration: its pacing, rules, lines and retries take the place of what is assumed.",
            "As `ringback import` reads it; the dialer is recognised"
        ),
        completion: .file()
    )
    var pacing: String?

    @Option(help: .value("name", "Which campaign, by name or identifier, of a --pacing file that holds several."))
    var campaign: String?

    @Option(
        help: .value("file", "Write a page here that shows each part of the scenario beside its records."),
        completion: .file(extensions: ["html"])
    )
    var report: String?

    @Argument(help: .value("calls", "Files of call records, also as .gz; - is standard input."), completion: .file())
    var calls: [String]

    func validate() throws {
        if campaign != nil, pacing == nil { throw ValidationError("--campaign says which campaign --pacing means") }
        try records.checkStandardInput(calls + [pacing])
        let isBlank = name.allSatisfy(\.isWhitespace)
        guard !isBlank, name.count <= Scenario.maximumNameLength, PrintableText.escaped(name) == name else {
            throw ValidationError(
                "--name must have 1 to \(Scenario.maximumNameLength) characters, and no control characters"
            )
        }
    }

    func run() async throws {
        var settings = try pacing.map { try ImportCommand.recognize($0, option: "--pacing", campaign: campaign) }
        let fit = try await SignalWatch.cancelling {
            let line = MovingLine(common)
            defer { line.clear() }
            let summary = try records.read(calls, seed: common.seed, line)
            let fit = CentreFit(summary, name: name, seed: common.seed) { line.draw("  fitting \($0)") }
            if Task.isCancelled { throw CommandFailure(code: .timedOut, message: "interrupted; nothing was written") }
            return fit
        }
        var scenario = fit.scenario
        settings?.merge(into: &scenario)
        let text = scenario.text
        if let out {
            try await CommandFailure.catching({ .usage("--out: \($0)") }) {
                try FileSystem.writeNamed(out, Array(text.utf8))
            }
        }
        if let report {
            let page = try FitReport(fit, scenario: scenario, command: CommandLineText.quoted(CommandLine.arguments))
                .text()
            try await CommandFailure.catching({ .usage("--report: \($0)") }) {
                try FileSystem.writeNamed(report, Array(page.utf8))
            }
        }
        if common.json { return Console.output(fit.json(scenario: text, settings: settings?.settings)) }
        if out == nil { Console.output(text) }
        guard !common.quiet else { return }
        let style = out == nil ? Console.errorStyle : Console.outputStyle
        if let settings {
            let table = ImportView(settings, style: style).table(width: Console.width)
            if out == nil { Console.error(table + "\n") } else { Console.output(table + "\n") }
        }
        let view = fit.text(style: style, width: Console.width, next: next)
        if out == nil { Console.error(view) } else { Console.output(view) }
        guard let report else { return }
        if out == nil { Console.error("  report \(report)") } else { Console.output("  report \(report)") }
    }

    /// What to do with the scenario, as command lines.
    private var next: [String] {
        let scenario = out ?? "scenario.yaml"
        let commands = [
            ["validate", scenario], ["backtest", scenario] + calls + records.arguments, ["simulate", scenario],
        ]
        let first = out == nil ? ["the same command with --out scenario.yaml, then"] : []
        return first + commands.map { CommandLineText.quoted(["ringback"] + $0) }
    }
}
