import Addresses
import DialerEngine

/// Reads files of records into rows of numbers, and accounts for each row.
///
/// Names of persons end here: what goes on are numbers that tell them apart.
final class RecordReader {
    /// What a file of call records holds.
    struct File {
        var path: String
        var kind: RecordLayout.FileKind
        var layout: RecordLayout
        /// The columns that stand for no field.
        var unread: [String] = []
        /// The instants of the first and the last row that nothing tells apart from its copies, in milliseconds since 1970.
        var anonymous: ClosedRange<Int64>?
    }

    let input: RecordInput
    let progress: (RecordProgress) -> Void
    let hash: KeyHash
    /// The rows of calls, and those of VICIdial's log of agents that belong to calls.
    let rows = RecordSorter<RecordRow>()
    /// What a log of agents says.
    let spans = RecordSorter<AgentSpan>()
    let skippedRows = RecordSorter<SkippedRow>(bytes: 1 << 20)
    var account = RowAccount()
    var agentAccount: RowAccount?
    var files: [File] = []
    var warnings: [RecordWarning] = []
    /// The words of rows in columns, of VICIdial's calls, its carriers and its log of agents, by the row's kind.
    var words = [WordTable(), WordTable(), WordTable(), WordTable()]
    /// The statuses of a house: what `vicidial_statuses` says of them.
    var statuses: [String: RecordedOutcome] = [:]
    /// The number of each agent, from 1.
    var agents: [UInt64: UInt32] = [:]
    /// Identities that a spreadsheet rounded.
    var unusableIdentities = 0
    /// Values of the log of agents that were not measured.
    var unmeasuredLogValues = 0
    private var lastAgent: (hash: UInt64, number: UInt32)?

    init(_ input: RecordInput, progress: @escaping (RecordProgress) -> Void) {
        (self.input, self.progress) = (input, progress)
        hash = KeyHash(seed: input.seed)
    }

    func read() throws(RecordsError) {
        guard input.calls.count <= Int(UInt16.max) else {
            throw RecordsError(.form, "More than 65,535 files cannot be read at once; join some of them.")
        }
        for path in input.calls { try read(path, isAgentLog: false) }
        if let log = input.agentLog {
            agentAccount = RowAccount()
            try read(log, isAgentLog: true)
        }
    }

    /// The number of an agent; 0 if the cell names none.
    func agent(_ cell: UnsafeBufferPointer<UInt8>) -> UInt32 {
        let key = hash(cell)
        guard key != KeyHash.none else { return 0 }
        if let lastAgent, lastAgent.hash == key { return lastAgent.number }
        let number = agents[key] ?? UInt32(agents.count + 1)
        agents[key] = number
        lastAgent = (key, number)
        return number
    }

    func skip(_ reason: SkipReason, file: UInt16, line: Int, isAgentLog: Bool = false) throws(RecordsError) {
        if isAgentLog {
            agentAccount?.skipped[reason, default: 0] += 1
        } else {
            account.skipped[reason, default: 0] += 1
        }
        guard input.listsSkipped else { return }
        let place = SkipReason.allCases.firstIndex(of: reason) ?? 0
        try skippedRows.add(SkippedRow(file: file, line: UInt32(clamping: line), reason: UInt8(place)))
    }

    private func read(_ path: String, isAgentLog: Bool) throws(RecordsError) {
        let reader = try RowReader(path, encoding: input.encoding)
        var search = HeaderSearch(format: input.format, choices: input.columns)
        search.isAgentLog = isAgentLog
        let name = PrintableText.excerpt(path, to: 300)
        guard let found = try search.find(reader) else {
            warnings.append(RecordWarning("file.empty", "\(name) is empty."))
            files.append(File(path: path, kind: .attempts, layout: RecordLayout(.attempts)))
            return
        }
        if found.linesAbove > 0 {
            let lines = found.linesAbove
            let (what, verb) = lines == 1 ? ("The line", "is") : ("The \(lines) lines", "are")
            warnings.append(RecordWarning("header.above", "\(what) above the header of \(name) \(verb) left out."))
        }
        files.append(File(path: path, kind: found.layout.kind, layout: found.layout, unread: found.unread))
        var file = FileReading(self, reader, found, number: UInt16(files.count - 1), isAgentLog: isAgentLog)
        try file.readRows()
        try search.checkChoices(reader, found)
        // A file of JSON has the columns that any of its objects had.
        if let fields = reader.fields { files[files.count - 1].layout = found.layout.keeping(where: fields.has) }
        if let line = file.firstOpenQuote {
            warnings.append(
                RecordWarning("quote.open", "A quotation mark is never closed; the first is in \(reader.place(line)).")
            )
        }
        if file.foreignNames.count > 0 {
            let count = file.foreignNames.count
            let place = reader.place(file.foreignNames.line)
            let what =
                count == 1
                ? "1 name of agents, contacts or calls is not UTF-8, in \(place). It differs from the same name"
                : "\(count) names of agents, contacts or calls are not UTF-8; the first is in \(place). They differ from the same names"
            warnings.append(
                RecordWarning(
                    "text.encoding",
                    "\(what) in other files. Read the files with `--encoding latin-1`, or save them as UTF-8."
                )
            )
        }
        for (column, days) in file.constantColumns {
            let when = days == 1 ? "on 1 day" : "on \(days) days"
            warnings.append(
                RecordWarning(
                    "column.constant",
                    "All values of \(column) in \(name) are the same \(when): some versions of VICIdial overwrite them."
                )
            )
        }
        if file.unusableValues > 0 { unmeasuredLogValues += file.unusableValues }
    }
}
