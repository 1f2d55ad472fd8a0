import ArgumentParser
import CallRecords
import DialerStudy
import ExactJSON
import RingbackHome
import RunReport
import RunStore

/// `ringback report`: the report of a finished run or simulation again.
struct ReportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "report",
        abstract: "Render the report of a finished run, simulation, calibration, back-test, odds or explanation again.",
        discussion: """
            The source is a run of the home, a folder that has a result.json, or such a file.

              html   the folder's report.html; without one a page made from the result,
                     which names the pictures that it cannot give
              md     a comment for a pull request: the verdict first, at most 60 lines
              csv    every series behind a picture, one figure a line
              junit  test cases for a CI server

            Examples:
              ringback report build/dialer --format md
              ringback report 01M821QA56X5ZM5PW62SPXZAGX --format junit --out junit.xml
            """
    )

    /// The kinds of report.
    enum Format: String, CaseIterable, ExpressibleByArgument {
        case html, md, csv, junit
    }

    @OptionGroup var common: CommonOptions

    @Option(help: .value("html|md|csv|junit", "The kind of report."))
    var format = Format.html

    @Option(help: .value("file", "Write it here.", "Default: standard output"), completion: .file())
    var out: String?

    @Option(help: .value("failure|skipped", "What an inconclusive assertion is in JUnit."))
    var junitInconclusive = JUnitDocument.Inconclusive.skipped

    @Argument(help: .value("run-id|dir", "What the report is of."), completion: .directory)
    var source: String

    func run() async throws {
        let (source, home, format) = (source, common.homePath, format)
        let text = try await CommandFailure.catching {
            let found = try ResultSource(source, home: home)
            let json = try await found.document()
            let kind = json["kind"]?.string ?? ""
            let document = kind == "backtest" ? nil : ResultDocument(json)
            guard document != nil || ["odds", "explain", "backtest"].contains(kind) else {
                throw CommandFailure.usage(
                    "\(source) holds no result of a run, simulation, calibration, back-test, odds or explanation"
                )
            }
            if format == .csv { return SeriesTable(json).text }
            if format == .html, let page = try await found.page(of: json) ?? Self.page(of: json) { return page }
            guard let document else {
                let why = kind == "backtest" ? "has no assertions" : "judges nothing"
                throw CommandFailure.usage(
                    "\(source) is a result of \(kind), which \(why): it has --format html and csv, not \(format)"
                )
            }
            return switch format {
            case .md: MarkdownSummary(document).text
            case .junit: JUnitDocument(document, inconclusive: junitInconclusive).text
            case .html, .csv: try StoredReport.html(document)
            }
        }
        guard let out else { return Console.outputRaw(text) }
        do { try FileSystem.writeNamed(out, Array(text.utf8)) } catch {
            throw CommandFailure.usage("cannot write the report: \(error)")
        }
        if common.json {
            Console.output(["version": 1, "format": .string(format.rawValue), "path": .string(out)])
        } else if !common.quiet {
            Console.output("wrote \(out)")
        }
    }

    /// The page of a result that is kept without its page; nil for one of another kind.
    private static func page(of json: JSONValue) throws -> String? {
        if let result = BacktestResult(json) { return try BacktestReport(result, command: nil).text() }
        return try StoredStudy.html(json)
    }

    func validate() throws {
        if common.json, out == nil {
            throw ValidationError("--json needs --out: the report itself goes to standard output")
        }
    }
}

extension ResultSource {
    /// The page with pictures beside the result, if it is of that result; nil without one.
    func page(of document: JSONValue) async throws -> String? {
        guard let folder = try await folder() else { return nil }
        let path = "\(folder)/report.html"
        guard try FileSystem.inspect(path) != nil, (try? Self.read("\(folder)/result.json")) == document else {
            return nil
        }
        return String(decoding: try FileSystem.readPlain(path, upTo: 1 << 28), as: UTF8.self)
    }

    /// The folder of the result's files; nil if it is not known.
    private func folder() async throws -> String? {
        switch place {
        case .file(let path):
            return path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
        case .run(let id, let home):
            return try await StoredHome.reading(home, "the run \(id) cannot be read") {
                try await $0.run(id: id)?.folder
            }
        }
    }
}
