import ArgumentParser
import AuditLog
import ExactJSON
import RingbackHome
import RunReport

/// `ringback audit export`: the entries of a period, for other programs.
struct AuditExportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export",
        abstract: "Write the entries of a period as CSV or JSON.",
        discussion: """
            In CSV, an apostrophe is put before a cell that a spreadsheet would take for
            a formula. An export is no proof; the log and its checkpoint are. The log is
            verified first: if it was altered, the first line of the CSV and
            `verification` of the JSON say so, and the exit code is 2.

            Examples:
              ringback audit export --from 2026-11-01 --format csv > november.csv
              ringback audit export --format json | jq '.entries | length'
            """
    )

    enum Format: String, ExpressibleByArgument, CaseIterable {
        case csv, json
    }

    @OptionGroup var common: CommonOptions
    @OptionGroup var folder: AuditFolder
    @OptionGroup var filter: AuditFilter

    @Option(help: "The format of the export.")
    var format = Format.json

    func run() async throws {
        let isJSON = format == .json || common.json
        let head = CSV.row(CSV.heads)
        let warning: @Sendable (String) -> String = { CSV.row(["# " + $0]) }
        try await AuditCommands.list(
            filter.query,
            in: folder.path(common),
            asJSON: isJSON,
            head: head,
            warning: warning
        ) { CSV.row(CSV.cells($0)) }
    }
}

/// Comma-separated values (RFC 4180) without formulas.
enum CSV {
    static let heads = [
        "seq", "timestamp", "eventType", "runId", "simulationId", "actor", "result", "error", "payload", "prev",
    ]

    static func cells(_ record: AuditRecord) -> [String] {
        [
            record.sequence.map { "\($0)" }, record.time, record.type, record.runID, record.simulationID, record.actor,
            record.result, record.error, record.payload?.text, record.json["prev"]?.string,
        ].map { $0 ?? "" }
    }

    static func row(_ cells: [String]) -> String { cells.map(CSVText.cell).joined(separator: ",") + "\r\n" }
}
