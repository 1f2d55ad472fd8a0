import ArgumentParser
import ExactJSON
import RingbackHome
import RunReport
import ScenarioFile
import SimulationAPI

extension JUnitDocument.Inconclusive: ExpressibleByArgument {}

/// `--github` and `--junit-inconclusive`, of the commands that a build runs.
struct WorkflowOptions: ParsableArguments {
    @Flag(
        help: ArgumentHelp(
            "Write for a GitHub workflow: annotations, and the summary.",
            discussion:
                "The summary goes to $GITHUB_STEP_SUMMARY, annotations to standard output (with --json to standard error)"
        )
    )
    var github = false

    @Option(help: .value("failure|skipped", "What an inconclusive assertion is in junit.xml."))
    var junitInconclusive = JUnitDocument.Inconclusive.skipped

    /// Writes the annotations of a result at the places of its scenario, and its summary.
    func report(_ document: ResultDocument, _ loaded: LoadedScenario?, path: String, _ common: CommonOptions) {
        guard github else { return }
        var lines = (loaded?.warnings ?? []).map { WorkflowReport.line(of: $0) }
        lines += WorkflowAnnotations.lines(of: document) { name in
            WorkflowReport.place(of: name, in: loaded?.document, path)
        }
        WorkflowReport.put(lines, isJSON: common.json)
        WorkflowReport.summarise(document)
    }
}

/// What a GitHub workflow reads.
enum WorkflowReport {
    /// The variable that names the file of the step's summary.
    static let variable = "GITHUB_STEP_SUMMARY"

    /// Writes why a command did not begin.
    static func refuse(_ run: UnfinishedRun, _ diagnostics: [Diagnostic], isJSON: Bool) {
        let lines =
            diagnostics.isEmpty
            ? [WorkflowAnnotations.line(.error, at: .init(file: run.scenario), run.reason)]
            : diagnostics.map { line(of: $0) }
        put(lines, isJSON: isJSON)
        if let document = ResultDocument(run.json) { summarise(document) }
    }

    static func line(of diagnostic: Diagnostic) -> String {
        WorkflowAnnotations.line(
            diagnostic.severity == .error ? .error : .warning,
            at: .init(file: diagnostic.file, line: diagnostic.line, column: diagnostic.column),
            title: diagnostic.code.rawValue,
            diagnostic.message
        )
    }

    static func put(_ lines: [String], isJSON: Bool) {
        for line in lines { if isJSON { Console.error(line) } else { Console.output(line) } }
    }

    /// Appends the summary to the step's; a file that cannot be written is a warning.
    static func summarise(_ document: ResultDocument) {
        guard let path = Environment.filled(variable) else { return }
        do {
            try FileSystem.append(Array((MarkdownSummary(document).text + "\n").utf8), to: path)
        } catch {
            Console.error("ringback: warning: the summary is not in \(variable): \(error)")
        }
    }

    /// Where the scenario demands what an assertion of this name judges.
    static func place(
        of name: String,
        in document: ScenarioDocument?,
        _ path: String
    ) -> WorkflowAnnotations.Place {
        let parts = name.split(separator: ".", maxSplits: 1).map(String.init)
        let tokens: [String]
        switch (parts.first, parts.last) {
        case ("threshold", .some(let metric)): tokens = ["thresholds", metric]
        case ("abandonment", _), ("attempts", _): tokens = ["compliance"]
        default: return .init(file: path)
        }
        guard let place = document?.place(of: JSONPointer(tokens: tokens)), place.file == document?.file else {
            return .init(file: path)
        }
        return .init(file: place.file, line: place.line, column: place.column)
    }
}
