import Addresses
import DialerEngine
import ExactJSON
import Statistics

/// Puts rows together: attempts, durations, days, agents and contacts.
final class RecordSummarizer {
    let reader: RecordReader
    let zone: ClockZone
    var warnings: [RecordWarning]

    // What is counted attempt by attempt.
    var outcomes: [AttemptOutcome: Int] = [:]
    var abandoned = 0
    var hours = [[AttemptOutcome: Int]](repeating: [:], count: 24)
    var times: [TimeQuantity: Reservoir] = [:]
    var abandonedWaits: Reservoir
    var connectedWaits: Reservoir
    /// The seconds of the clock at which anybody was called, a bit for each.
    var clock = [UInt64](repeating: 0, count: 86_400 / 64)
    /// The instants of the first and the last attempt, in milliseconds since 1970.
    var first = Int64.max
    var last = Int64.min
    var legs = 0
    /// Conversations in the log of agents that belong to no call.
    var strangeConversations = 0
    /// What is drawn at random, with the number of all values.
    var fullReservoirs: [(String, Int)] = []
    var contactColumn = (rows: 0, unusable: 0)
    var values = ValueAccount()
    let dayRows = RecordSpool<DayRow>()
    let contactSpans = RecordSorter<ContactSpan>(bytes: 4 << 20)
    private var seenOffset = (quarter: Int64.min, offset: 0)

    init(_ reader: RecordReader) {
        self.reader = reader
        zone = reader.input.zone
        warnings = reader.warnings
        abandonedWaits = Reservoir(seed: reader.input.seed ^ 101)
        connectedWaits = Reservoir(seed: reader.input.seed ^ 102)
    }

    /// The seconds that the clock is ahead, at an instant in milliseconds.
    func offset(at milliseconds: Int64) -> Int {
        // Offsets change at whole quarters of an hour.
        let quarter = milliseconds.dividedDown(by: 900_000)
        if seenOffset.quarter != quarter {
            seenOffset = (quarter, zone.offset(at: Int(quarter * 900)))
        }
        return seenOffset.offset
    }

    /// What the clock shows, in milliseconds since 1970 as if it were universal time.
    func clock(_ milliseconds: Int64) -> Int64 { milliseconds + Int64(offset(at: milliseconds)) * 1000 }

    func summary() throws(RecordsError) -> CallSummary {
        var join = AttemptJoin(meanings: try meanings(), files: reader.files)
        reader.progress(RecordProgress(path: nil, rows: reader.account.read))
        try reader.rows.forEach { row throws(RecordsError) in
            try join.add(row) { result throws(RecordsError) in try take(result) }
        }
        try join.finish { result throws(RecordsError) in try take(result) }
        guard reader.account.used > 0 else { throw nothing() }
        let startOfDay = quietMiddle()
        var days = try countDays(startOfDay)
        let agents = try countAgents(startOfDay, &days)
        let contacts = try countContacts()
        days.markPartial()
        warn(days)
        return CallSummary(
            rows: reader.account,
            agentRows: reader.agentAccount,
            warnings: warnings,
            zone: zone,
            span: RecordSpan(
                from: .init(milliseconds: first),
                to: .init(milliseconds: last),
                days: days.days.count
            ),
            outcomes: outcomes,
            abandoned: abandoned,
            hours: hours,
            times: times.mapValues(\.sample),
            patience: PatienceSamples(abandoned: abandonedWaits.sample, connected: connectedWaits.sample),
            agents: agents,
            contacts: contacts,
            missing: missingFields,
            startOfDay: Double(startOfDay),
            days: days.days
        )
    }

    private func take(_ result: AttemptJoin.RowFate) throws(RecordsError) {
        switch result {
        case .attempt(let attempt): try take(attempt)
        case .skipped(let row, let reason):
            try reader.skip(reason, file: row.file, line: Int(row.line))
        case .leg(let row):
            legs += 1
            try reader.skip(.leg, file: row.file, line: Int(row.line))
            try addSpan(row)
        case .conversation(let row): try takeConversation(row)
        case .strange: strangeConversations += 1
        }
    }

    /// Takes a conversation, or the work after one, that only a log of agents knows.
    private func takeConversation(_ row: RecordRow) throws(RecordsError) {
        var row = row
        // What the calls say themselves is not counted twice.
        let callsHaveLength = row.kind == .agentState && reader.files.contains { $0.layout.has(.lengthInSec) }
        if hasColumn(.talkSeconds) || callsHaveLength { row.talk = .missing }
        if hasColumn(.wrapSeconds) { row.wrap = .missing }
        guard row.talk != .missing || row.wrap != .missing else { return }
        add(row.talk, .talkSeconds, to: .talk)
        add(row.wrap, .wrapSeconds, to: .wrap)
        try dayRows.add(DayRow(conversation: row))
    }

    /// Whether a file of calls has a column.
    func hasColumn(_ field: RecordField) -> Bool {
        reader.files.contains { $0.kind == .attempts && $0.layout.has(field) }
    }

    /// The fields that no file has.
    private var missingFields: Set<RecordField> {
        Set(RecordField.named.filter { field in !reader.files.contains { $0.layout.has(field) } })
    }

    private func take(_ attempt: JoinedAttempt) throws(RecordsError) {
        let row = attempt.row
        let isConnected = attempt.outcome == .answered && !attempt.isAbandoned
        reader.account.used += 1
        outcomes[attempt.outcome, default: 0] += 1
        if attempt.isAbandoned { abandoned += 1 }
        first = min(first, row.time)
        last = max(last, row.time)
        let shown = clock(row.time)
        let second = Int(shown.remainderDown(by: 86_400_000) / 1000)
        hours[second / 3600][attempt.outcome, default: 0] += 1
        clock[second / 64] |= 1 << UInt64(second % 64)

        add(row.ring, .ringSeconds, to: .ringing(attempt.outcome))
        if attempt.outcome == .answered {
            values.count(row.wait, .waitSeconds)
            if let wait = row.wait.milliseconds {
                if attempt.isAbandoned { abandonedWaits.add(wait) } else { connectedWaits.add(wait) }
            }
        }
        if isConnected {
            add(row.talk, .talkSeconds, to: .talk)
            add(row.wrap, .wrapSeconds, to: .wrap)
        }
        try dayRows.add(DayRow(attempt, isConnected: isConnected))
        try addSpan(row)
        try addContact(attempt, isConnected: isConnected)
    }

    private func add(_ value: CellDuration, _ field: RecordField, to quantity: TimeQuantity) {
        values.count(value, field)
        guard let milliseconds = value.milliseconds else { return }
        if times[quantity] == nil { times[quantity] = Reservoir(seed: reader.input.seed ^ quantity.seed) }
        times[quantity]?.add(milliseconds)
    }

    /// What the agent of a row did; beside a log of agents, the conversation alone is of use.
    private func addSpan(_ row: RecordRow) throws(RecordsError) {
        guard row.agent > 0, reader.input.agentLog == nil || row.talk.milliseconds != nil else { return }
        let toTalk = (row.ring.milliseconds ?? 0) + (row.wait.milliseconds ?? 0)
        let length = toTalk + (row.talk.milliseconds ?? 0) + (row.wrap.milliseconds ?? 0)
        var span = AgentSpan(agent: row.agent, start: row.time, length: UInt32(length), kind: .call)
        span.talkFrom = UInt32(toTalk)
        span.talk = row.talk
        span.hasRing = row.ring.milliseconds != nil
        try reader.spans.add(span)
    }

    private func addContact(_ attempt: JoinedAttempt, isConnected: Bool) throws(RecordsError) {
        let row = attempt.row
        guard reader.files[Int(row.file)].layout.has(.contact) else { return }
        contactColumn.rows += 1
        guard row.contact > KeyHash.unusable else {
            contactColumn.unusable += 1
            return
        }
        let ending: ContactList.Ending? =
            switch attempt.outcome {
            case .busy: .busySignal
            case .noAnswer: .noAnswer
            case .voicemail: .voicemail
            case .dialTone: .dialTone
            case .answered: isConnected ? nil : .abandoned
            }
        let length = (row.ring.milliseconds ?? 0) + (isConnected ? 0 : row.wait.milliseconds ?? 0)
        let place = ending.flatMap { ContactList.Ending.allCases.firstIndex(of: $0) } ?? 255
        try contactSpans.add(
            ContactSpan(contact: row.contact, start: row.time, length: UInt32(length), ending: UInt8(place))
        )
    }

    /// The middle of the longest time of the clock in which nobody is ever called, in seconds after midnight.
    private func quietMiddle() -> Int {
        let seconds = (0..<86_400).filter { clock[$0 / 64] >> UInt64($0 % 64) & 1 == 1 }
        guard let first = seconds.first else { return 0 }
        var longest = (from: 0, length: 0)
        for (from, to) in zip(seconds, seconds.dropFirst() + [first + 86_400]) where to - from > longest.length {
            longest = (from, to - from)
        }
        return (longest.from + (longest.length + 1) / 2) % 86_400
    }

    private func nothing() -> RecordsError {
        let reasons = reader.account.skipped.sorted { $0.key.rawValue < $1.key.rawValue }
            .map { "\($0.key.rawValue) \($0.value)" }.joined(separator: ", ")
        let read = reader.account.read
        return RecordsError(
            .empty,
            read == 0
                ? "The files hold no row below a header, so there is nothing to learn from them."
                : "None of \(read) rows is an attempt (\(reasons)), so there is nothing to learn from them."
        )
    }
}

extension TimeQuantity {
    /// A number of its own for the random numbers of a reservoir.
    fileprivate var seed: UInt64 {
        switch self {
        case .ringing(let outcome): 1 + UInt64(outcome.rawValue)
        case .talk: 11
        case .wrap: 12
        }
    }
}

// What words mean.
extension RecordSummarizer {
    /// The meaning of each word of each table.
    private func meanings() throws(RecordsError) -> [[RecordedOutcome]] {
        var unknown = UnknownWords()
        let choices = reader.input.outcomes.map {
            (word: RecordSummarizer.plain(WordTable.text(Array($0.word.utf8))), outcome: $0.outcome)
        }
        let meanings = reader.words.enumerated().map { table, words in
            zip(words.words, words.counts).map { word, count -> RecordedOutcome in
                let plain = RecordSummarizer.plain(word)
                if let choice = choices.last(where: { $0.word == plain }) { return choice.outcome }
                if let known = meaning(of: word, table: table) { return known }
                if table == Int(RecordRow.Kind.vicidialAgent.rawValue) { return .attempt(.answered) }
                unknown.add(word, count)
                return .skip
            }
        }
        guard unknown.isEmpty else {
            let many = unknown.count > 1
            throw RecordsError(
                .words,
                """
                \(unknown.count) \(many ? "words" : "word") for outcomes \(many ? "are" : "is") not known (with the number of rows):
                \(unknown.list)
                Say what each stands for with `--outcomes "\(unknown.first)=OUTCOME"`; \
                OUTCOME is \(RecordedOutcome.list).
                """
            )
        }
        return meanings
    }

    private static func plain(_ word: String) -> String {
        String(word.lowercased().split { $0.isWhitespace }.joined(separator: " "))
    }

    private func meaning(of word: String, table: Int) -> RecordedOutcome? {
        switch RecordRow.Kind(rawValue: UInt8(table)) {
        case .vicidialCall, .vicidialAgent:
            VicidialWords.outcome(word) ?? reader.statuses[word.uppercased()] ?? RecordedOutcome(word: word)
        case .vicidialCarrier:
            switch word.withUTF8Copy(VicidialWords.cause) {
            case .answer: .attempt(.answered)
            case .busy: .attempt(.busy)
            case .noAnswer: .attempt(.noAnswer)
            case .failed: .attempt(.dialTone)
            case .unknown: nil
            }
        default: RecordedOutcome(word: word)
        }
    }
}

extension String {
    fileprivate func withUTF8Copy<Result>(_ body: (UnsafeBufferPointer<UInt8>) -> Result) -> Result {
        var copy = self
        return copy.withUTF8(body)
    }
}
