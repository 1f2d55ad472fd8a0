import Addresses
import DialerEngine

/// The rows of one file on their way to numbers.
struct FileReading {
    private let records: RecordReader
    private let reader: RowReader
    private let layout: RecordLayout
    private let header: [[UInt8]]
    private let number: UInt16
    private let isAgentLog: Bool
    private var times: TimeReader
    private var durations: [DurationColumn]
    private(set) var firstOpenQuote: Int?
    /// Values of a log of agents that are left out.
    private(set) var unusableValues = 0
    /// Pauses and waits of a log of agents, by the days of the clock since 1970.
    private var logDays: [Int64: (pause: ValueRange, wait: ValueRange)] = [:]
    private var states: [(cell: [UInt8], state: AgentState)] = []
    private var unknownStates = UnknownWords()
    /// Names of agents, contacts and calls that are not UTF-8, and the line of the first.
    private(set) var foreignNames: (count: Int, line: Int) = (0, 0)

    /// How many accidents with quotation marks a file may have: each costs a second look at up to 64 KiB.
    private static let mostOpenQuotes = 1000

    init(
        _ records: RecordReader,
        _ reader: RowReader,
        _ found: HeaderSearch.FoundHeader,
        number: UInt16,
        isAgentLog: Bool
    ) {
        self.records = records
        self.reader = reader
        self.number = number
        self.isAgentLog = isAgentLog
        layout = found.layout
        header = found.header
        times = TimeReader(records.input.zone, records.input.timeFormat)
        let column = DurationColumn(hasDecimalCommas: found.hasDecimalCommas)
        durations = Array(repeating: column, count: RecordField.allCases.count)
    }

    mutating func readRows() throws(RecordsError) {
        var count = 0
        var openQuotes = 0
        while true {
            let step = try reader.next()
            guard step != .end else { break }
            count += 1
            if count.isMultiple(of: 65_536) {
                records.progress(RecordProgress(path: reader.path, rows: records.account.read))
            }
            if layout.kind == .vicidialStatuses {
                if step == .row { try readStatus() }
                continue
            }
            if isAgentLog { records.agentAccount?.read += 1 } else { records.account.read += 1 }
            switch step {
            case .skipped(let reason):
                if reason == .quoteOpen {
                    firstOpenQuote = firstOpenQuote ?? reader.line
                    openQuotes += 1
                    if openQuotes > Self.mostOpenQuotes {
                        throw RecordsError(
                            .form,
                            "\(reader.place(reader.line)): more than \(Self.mostOpenQuotes) quotation marks are never closed. "
                                + "Export the file with doubled quotation marks inside of cells (RFC 4180)."
                        )
                    }
                }
                try skip(reason)
            case .row, .end: try readRow()
            }
        }
        guard unknownStates.isEmpty else {
            throw RecordsError(
                .words,
                """
                \(PrintableText.excerpt(reader.path, to: 300)) has states of agents that are not known:
                \(unknownStates.list)
                A state is idle, talk, wrap or break.
                """
            )
        }
    }

    /// The columns of a log of agents that hold one value on a whole day, with the number of such days.
    var constantColumns: [(name: String, days: Int)] {
        let pauses = logDays.values.count { $0.pause.isConstantDay }
        let waits = logDays.values.count { $0.wait.isConstantDay }
        return [("pause_sec", pauses), ("wait_sec", waits)].filter { $0.1 > 0 }
    }

    private func skip(_ reason: SkipReason) throws(RecordsError) {
        try records.skip(reason, file: number, line: reader.line, isAgentLog: isAgentLog)
    }

    private func cell(_ field: RecordField) -> UnsafeBufferPointer<UInt8> {
        let place = layout[field]
        return place < 0 ? UnsafeBufferPointer(start: nil, count: 0) : reader.cell(place)
    }

    /// A cell that tells agents, contacts or calls apart.
    private mutating func name(_ field: RecordField) -> UnsafeBufferPointer<UInt8> {
        let cell = cell(field)
        if !cell.isUTF8 {
            foreignNames = (foreignNames.count + 1, foreignNames.count == 0 ? reader.line : foreignNames.line)
        }
        return cell
    }

    private mutating func duration(_ field: RecordField) -> CellDuration {
        durations[field.rawValue].read(cell(field))
    }

    private mutating func readRow() throws(RecordsError) {
        let timeField: RecordField = isAgentLog ? .from : .dialedAt
        let timeCell = cell(timeField)
        if isHeader(timeCell, layout[timeField]) { return try skip(.headerRepeated) }
        guard let time = try instant(timeCell) else { return }
        if !header.isEmpty, reader.cellCount > header.count, reader.hasCells(from: header.count) {
            return try skip(.cellsTooMany)
        }
        switch layout.kind {
        case .attempts: try readAttempt(time)
        case .vicidialCalls: try readVicidialCall(time)
        case .vicidialCarrier: try readCarrier(time)
        case .agentStates: try readState(time)
        case .vicidialAgents: try readVicidialAgent(time)
        case .vicidialStatuses: break
        }
    }

    /// Whether the row is the header once more.
    private func isHeader(_ timeCell: UnsafeBufferPointer<UInt8>, _ place: Int) -> Bool {
        guard place < header.count, timeCell.elementsEqual(header[place]), reader.cellCount == header.count else {
            return false
        }
        return header.indices.allSatisfy { reader.cell($0).elementsEqual(header[$0]) }
    }

    /// The instant of a row; nil if the row is left out for it.
    private mutating func instant(_ cell: UnsafeBufferPointer<UInt8>) throws(RecordsError) -> Int64? {
        switch times.read(cell) {
        case .instant(let time): return time
        case .unreadable: try skip(.timeUnreadable)
        case .nonexistent: try skip(.timeNonexistent)
        case .otherForm:
            let shown = PrintableText.excerpt(String(decoding: cell, as: UTF8.self), to: 40)
            let advice = TimeFormat.advice(for: cell, given: records.input.timeFormat)
            throw RecordsError(
                .time,
                "\(reader.place(reader.line)): the time \(shown) is in a form that is not read without its name. \(advice)"
            )
        }
        return nil
    }

    private mutating func readAttempt(_ time: Int64) throws(RecordsError) {
        var row = RecordRow(kind: .attempt, time: time, file: number, line: UInt32(clamping: reader.line))
        guard try takeWord(cell(.outcome), &row) else { return }
        row.ring = duration(.ringSeconds)
        row.wait = duration(.waitSeconds)
        row.talk = duration(.talkSeconds)
        row.wrap = duration(.wrapSeconds)
        row.agent = records.agent(name(.agent))
        try add(row, isNumber: true)
    }

    private mutating func readVicidialCall(_ time: Int64) throws(RecordsError) {
        var row = RecordRow(kind: .vicidialCall, time: time, file: number, line: UInt32(clamping: reader.line))
        // In the report, calls to the centre have their seconds in the queue where others have the kind of number.
        let alternative = cell(.altDial)
        if alternative.count > 0, alternative.allSatisfy({ (0x30...0x39).contains($0) }) { return try skip(.inbound) }
        if cell(.comments).elementsEqual("MANUAL".utf8) { return try skip(.manual) }
        guard try takeWord(cell(.outcome), &row) else { return }
        row.talk = duration(.lengthInSec)
        takeRinging(&row)
        let user = name(.agent)
        row.agent = VicidialWords.isAgent(user) ? records.agent(user) : 0
        try add(row, isNumber: false)
    }

    private mutating func readCarrier(_ time: Int64) throws(RecordsError) {
        var row = RecordRow(kind: .vicidialCarrier, time: time, file: number, line: UInt32(clamping: reader.line))
        guard try takeWord(cell(.dialStatus), &row) else { return }
        takeRinging(&row)
        try add(row, isNumber: false)
    }

    /// Dialling to hang-up less answer to hang-up is the ringing.
    private mutating func takeRinging(_ row: inout RecordRow) {
        row.cause = VicidialWords.cause(cell(.dialStatus))
        let (dialled, answered) = (duration(.dialTime), duration(.answeredTime))
        // Without the second number an answered call says nothing about its ringing.
        row.ring = row.cause == .answer && answered == .missing ? .missing : .difference(dialled, answered)
    }

    /// Gives a row its word; returns false if it has none and is left out.
    private func takeWord(_ cell: UnsafeBufferPointer<UInt8>, _ row: inout RecordRow) throws(RecordsError) -> Bool {
        guard !MissingWord.isMissing(cell) else {
            try skip(.outcomeMissing)
            return false
        }
        try setWord(cell, &row)
        return true
    }

    private func setWord(_ cell: UnsafeBufferPointer<UInt8>, _ row: inout RecordRow) throws(RecordsError) {
        let table = Int(row.kind.rawValue)
        let known = records.words[table].words.count
        row.word = records.words[table].place(cell, records.hash)
        // Each word is looked at once.
        if records.words[table].words.count > known { try check(cell, "the word for the outcome") }
        guard !records.words[table].isFull else {
            // The columns of VICIdial's log of agents cannot be chosen.
            let advice =
                row.kind == .vicidialAgent
                ? "Export the table again." : "Name the right one with `--columns outcome=NAME`."
            throw RecordsError(
                .words,
                "\(reader.place(reader.line)): the column for the outcome holds more than \(WordTable.most) different words. "
                    + advice
            )
        }
    }

    private func check(_ cell: UnsafeBufferPointer<UInt8>, _ what: String) throws(RecordsError) {
        guard cell.isUTF8 else { throw .notUTF8(what, cell, at: reader.place(reader.line)) }
    }

    private mutating func add(_ row: RecordRow, isNumber: Bool) throws(RecordsError) {
        var row = row
        row.contact = records.hash.contact(name(.contact), isNumber: isNumber)
        row.identity = records.hash.identity(name(.id))
        if row.identity == KeyHash.unusable {
            records.unusableIdentities += 1
            row.identity = KeyHash.none
        }
        if row.identity == KeyHash.none, row.contact > KeyHash.unusable {
            row.identity = records.hash.combined(row.contact, UInt64(bitPattern: row.time))
        }
        if row.identity == KeyHash.none {
            let known = records.files[Int(number)].anonymous ?? row.time...row.time
            records.files[Int(number)].anonymous = min(known.lowerBound, row.time)...max(known.upperBound, row.time)
        }
        try records.rows.add(row)
    }

    private func readStatus() throws(RecordsError) {
        try check(cell(.outcome), "the status")
        let status = String(decoding: cell(.outcome), as: UTF8.self).uppercased()
        guard !status.isEmpty, records.statuses.count < 10_000 else { return }
        func says(_ field: RecordField) -> Bool { cell(field).first.map { $0 | 0x20 == UInt8(ascii: "y") } ?? false }
        if says(.answeringMachine) {
            records.statuses[status] = .attempt(.voicemail)
        } else if says(.humanAnswered) {
            records.statuses[status] = .attempt(.answered)
        }
    }
}

// The log of agents.
extension FileReading {
    private mutating func readState(_ from: Int64) throws(RecordsError) {
        let toCell = cell(.to)
        guard case .instant(let to) = times.read(toCell), to >= from else { return try skip(.endUnreadable) }
        guard let state = try state(cell(.state)) else { return try skip(.stateUnknown) }
        let agent = records.agent(name(.agent))
        guard agent > 0 else { return try skip(.agentMissing) }
        records.agentAccount?.used += 1
        guard state != .pause else { return }
        let length = CellDuration(milliseconds: Int(to - from))
        guard let milliseconds = length.milliseconds else {
            unusableValues += 1
            return
        }
        let kind: AgentSpan.Kind = state == .idle ? .idle : .busy
        try records.spans.add(AgentSpan(agent: agent, start: from, length: UInt32(milliseconds), kind: kind))
        guard state != .idle else { return }
        // For calls of which no column says how long their conversation and the work after it were.
        var row = RecordRow(kind: .agentState, time: from, file: number, line: UInt32(clamping: reader.line))
        if state == .talk { row.talk = length } else { row.wrap = length }
        try records.rows.add(row)
    }

    private mutating func state(_ cell: UnsafeBufferPointer<UInt8>) throws(RecordsError) -> AgentState? {
        if let known = states.first(where: { cell.elementsEqual($0.cell) }) { return known.state }
        try check(cell, "the state of the agent")
        let word = WordTable.text(cell)
        guard let state = AgentState(word: word) else {
            if cell.count > 0 { unknownStates.add(word, 1) }
            return nil
        }
        if states.count < 100 { states.append((Array(cell), state)) }
        return state
    }

    private mutating func readVicidialAgent(_ event: Int64) throws(RecordsError) {
        let agent = records.agent(name(.agent))
        guard agent > 0 else { return try skip(.agentMissing) }
        records.agentAccount?.used += 1
        let (pause, wait) = (duration(.pauseSec), duration(.waitSec))
        let (talk, dispo, dead) = (duration(.talkSec), duration(.dispoSec), duration(.deadSec))
        let day = records.input.zone.clock(event).dividedDown(by: 86_400_000)
        logDays[day, default: (ValueRange(), ValueRange())].pause.add(pause)
        logDays[day, default: (ValueRange(), ValueRange())].wait.add(wait)
        // Above 65,000 s the counter was cut off: how long it was is not known, nor what came after it.
        let parts = [pause, wait, talk, dispo]
        if parts.contains(where: { $0.milliseconds == nil && $0 != .missing }) {
            unusableValues += 1
        } else {
            let values = parts.map { $0.milliseconds ?? 0 }
            let duty = event + Int64(values[0])
            if values[1] > 0 {
                try records.spans.add(AgentSpan(agent: agent, start: duty, length: UInt32(values[1]), kind: .idle))
            }
            let busy = values[2] + values[3]
            if busy > 0 {
                let span = AgentSpan(agent: agent, start: duty + Int64(values[1]), length: UInt32(busy), kind: .busy)
                try records.spans.add(span)
            }
        }
        // Without a conversation a row is a pause, or time on duty.
        guard talk.milliseconds.map({ $0 > 0 }) ?? (talk != .missing) else { return }
        var row = RecordRow(kind: .vicidialAgent, time: event, file: number, line: UInt32(clamping: reader.line))
        let identity = records.hash.identity(name(.id))
        if identity > KeyHash.unusable { row.identity = identity }
        row.agent = agent
        row.talk = .difference(talk, dead)
        row.wrap = .sum(dispo, dead)
        try setWord(cell(.outcome), &row)
        try records.rows.add(row)
    }
}
