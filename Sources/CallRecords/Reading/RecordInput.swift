import RunReport

/// Which call records are read, and how.
package struct RecordInput: Sendable {
    /// The files of call records; `-` is standard input.
    package var calls: [String]
    package var format = RecordFormat.auto
    package var columns: [ColumnChoice] = []
    package var outcomes: [OutcomeChoice] = []
    /// The log of agents.
    package var agentLog: String?
    package var zone = ClockZone.utc
    package var timeFormat: TimeFormat?
    package var encoding = TextEncoding.utf8
    package var seed: UInt64 = 1
    /// Whether the rows that are left out are listed.
    package var listsSkipped = false

    package init(calls: [String]) { self.calls = calls }
}

/// How far reading has come.
package struct RecordProgress: Hashable, Sendable {
    /// The file that is read; nil once all are read and the rows are put together.
    package var path: String?
    /// The rows so far, of all files.
    package var rows: Int
}

extension RecordInput {
    /// Reads the files and says what their rows say together.
    ///
    /// - Parameter progress: is called every 65,536 rows, and once all are read.
    package func summary(
        progress: @escaping (RecordProgress) -> Void = { _ in }
    ) throws(RecordsError) -> CallSummary {
        try read(progress: progress) { _ in }
    }

    /// Reads the files, says what their rows say together, and lists the rows that were left out.
    ///
    /// - Parameter skipped: is called with pieces of the list `file,row,reason` in order, with its header.
    package func read(
        progress: @escaping (RecordProgress) -> Void = { _ in },
        skipped: ([UInt8]) throws(RecordsError) -> Void
    ) throws(RecordsError) -> CallSummary {
        guard format != .vicidial || columns.isEmpty else {
            throw RecordsError(
                .form,
                "VICIdial's columns have names of their own, so `--columns` does not go with `--format vicidial`."
            )
        }
        let reader = RecordReader(self, progress: progress)
        try reader.read()
        let summary: CallSummary
        do throws(RecordsError) {
            summary = try RecordSummarizer(reader).summary()
        } catch {
            // The list of left-out rows is written also if every row is left out.
            if error.code == .empty, listsSkipped { try reader.listSkipped(skipped) }
            throw error
        }
        if listsSkipped { try reader.listSkipped(skipped) }
        return summary
    }
}

extension RecordReader {
    func listSkipped(_ write: ([UInt8]) throws(RecordsError) -> Void) throws(RecordsError) {
        var bytes = Array("file,row,reason\n".utf8)
        let names = files.map { Array(CSVText.quoted($0.path).utf8) }
        try skippedRows.forEach { row throws(RecordsError) in
            bytes += names[Int(row.file)]
            bytes += Array(",\(row.line),\(SkipReason.allCases[Int(row.reason)].rawValue)\n".utf8)
            if bytes.count >= 1 << 16 {
                try write(bytes)
                bytes.removeAll(keepingCapacity: true)
            }
        }
        try write(bytes)
    }
}
