import ArgumentParser
package import CallRecords
import Foundation
import RingbackHome
import RunReport

/// How call records are read: the options that `fit` and `backtest` share.
struct RecordOptions: ParsableArguments {
    @Option(
        help: .value(
            "auto|vicidial|columns",
            "What the columns are: those of VICIdial's reports and tables, or one row for an attempt."
        )
    )
    var format = RecordFormat.auto

    @Option(
        parsing: .singleValue,
        help: .value(
            "field=name",
            "The column that holds a field; repeatable.",
            "Fields: \(RecordField.named.map(\.name).joined(separator: ", "))"
        )
    )
    var columns: [ColumnChoice] = []

    @Option(
        parsing: .singleValue,
        help: .value(
            "word=outcome",
            "What a word for an outcome means; repeatable.",
            "Outcomes: \(RecordedOutcome.words.map(\.word).joined(separator: ", "))"
        )
    )
    var outcomes: [OutcomeChoice] = []

    @Option(
        help: .value("file", "The log of agents: when they idle, talk, wrap up and take breaks."),
        completion: .file()
    )
    var agentLog: String?

    @Option(
        help: .value(
            "zone",
            "The zone of times without one, and of hours and days.",
            "A name such as Europe/Berlin; default: UTC"
        )
    )
    var timeZone: ZoneArgument?

    @Option(
        help: .value(
            "format",
            "How the files write times, such as \"DD/MM/YYYY HH:mm:ss\".",
            "Default: RFC 3339, \"YYYY-MM-DD HH:MM:SS\" or Unix seconds"
        )
    )
    var timeFormat: TimeFormat?

    @Option(help: .value("utf-8|latin-1", "The encoding of files without a byte order mark."))
    var encoding = TextEncoding.utf8

    @Option(
        help: .value("file", "List the rows that were left out here: file, row and reason, nothing of their text."),
        completion: .file()
    )
    var skipped: String?

    /// Refuses a command that reads standard input more than once: the second time, nothing would be left.
    func checkStandardInput(_ inputs: [String?]) throws {
        let uses = (inputs + [agentLog]).count { $0 == "-" }
        guard uses <= 1 else {
            throw ValidationError("only one input can come from standard input, and - stands for \(uses); name files")
        }
    }

    /// Reads the files and says what their rows say together; writes the list of `--skipped`.
    ///
    /// - Parameter line: Shows how far reading has come.
    func read(_ calls: [String], seed: UInt32, _ line: MovingLine) throws -> CallSummary {
        var input = RecordInput(calls: calls)
        input.format = format
        input.columns = columns
        input.outcomes = outcomes
        input.agentLog = agentLog
        input.zone = timeZone?.zone ?? .utc
        input.timeFormat = timeFormat
        input.encoding = encoding
        input.seed = UInt64(seed)
        input.listsSkipped = skipped != nil
        defer { line.clear() }
        // Opened once there is something to write: what cannot be read leaves an earlier list as it is.
        var list: Int32?
        defer { if let list { FileSystem.close(list) } }
        let summary: CallSummary
        do throws(RecordsError) {
            summary = try input.read(
                progress: { progress in
                    let file =
                        progress.path.map { "reading \(CommandLineText.quoted([$0]))" } ?? "putting rows together"
                    line.draw("  \(file): \(NumberText.count(progress.rows, "row"))")
                },
                skipped: { rows throws(RecordsError) in
                    guard let skipped else { return }
                    do throws(FileError) {
                        if list == nil { list = try FileSystem.openNamed(skipped) }
                        if let list { try FileSystem.write(rows, to: list, path: skipped) }
                    } catch {
                        throw RecordsError(.output, "--skipped: \(error)")
                    }
                }
            )
        } catch {
            if error.code == .interrupted {
                throw CommandFailure(code: .timedOut, message: "interrupted; nothing was written")
            }
            throw CommandFailure.usage(error.message)
        }
        return summary
    }
}

extension RecordOptions {
    /// The options as arguments of a command that reads the same files alike.
    var arguments: [String] {
        var words = format == .auto ? [] : ["--format", format.rawValue]
        words += columns.flatMap { ["--columns", "\($0.field.name)=\($0.column)"] }
        words += outcomes.flatMap { choice in
            let word = RecordedOutcome.words.first { $0.outcome == choice.outcome }?.word ?? ""
            return ["--outcomes", "\(choice.word)=\(word)"]
        }
        words += agentLog.map { ["--agent-log", $0] } ?? []
        words += timeZone.map { ["--time-zone", $0.zone.identifier] } ?? []
        words += timeFormat.map { ["--time-format", $0.text] } ?? []
        return words + (encoding == .utf8 ? [] : ["--encoding", encoding.rawValue])
    }
}

/// A time zone of the IANA's database.
struct ZoneArgument: ExpressibleByArgument {
    var zone: ClockZone

    init?(argument: String) {
        guard let zone = ClockZone(argument) else { return nil }
        self.zone = zone
    }
}

extension RecordFormat: ExpressibleByArgument {}

extension TextEncoding: ExpressibleByArgument {}

extension ColumnChoice: ExpressibleByArgument {
    package init?(argument: String) { self.init(argument) }
}

extension OutcomeChoice: ExpressibleByArgument {
    package init?(argument: String) { self.init(argument) }
}

extension TimeFormat: ExpressibleByArgument {
    package init?(argument: String) { self.init(argument) }
}
