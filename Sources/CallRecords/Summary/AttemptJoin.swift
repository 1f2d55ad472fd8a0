import DialerEngine

/// An attempt as all rows of its call say it.
struct JoinedAttempt {
    var row: RecordRow
    var outcome: AttemptOutcome
    var isAbandoned: Bool
}

/// Makes one attempt of all rows of a call, and says what became of each row.
///
/// Rows come in the order of ``RecordRow``: those of one call beside each other, attempts before carriers before agents.
struct AttemptJoin {
    /// What became of a row.
    enum RowFate {
        case attempt(JoinedAttempt)
        case skipped(RecordRow, SkipReason)
        /// The row is left out, but its conversation counts for its agent.
        case leg(RecordRow)
        /// A conversation in a log of agents of a call that is not known.
        case conversation(RecordRow)
        /// A conversation in a log of agents whose call the records do not have.
        case strange(RecordRow)
    }

    /// What each word means, by the kind of row.
    let meanings: [[RecordedOutcome]]
    /// Whether there are rows that are calls; without them each row of a carrier log is an attempt.
    let hasCalls: Bool
    /// Whether VICIdial's log of agents says how long conversations were.
    let hasAgentLog: Bool
    /// Whether VICIdial's calls bear ids, so that a conversation with an id belongs to one of them or to none.
    let hasIdentities: Bool

    /// The call whose rows are being read.
    private struct JoinedCall {
        var row: RecordRow
        let outcome: RecordedOutcome
        /// The conversation as a log of agents says it.
        var conversation = CellDuration.missing
    }

    private var pending: JoinedCall?
    /// The rows of the call, without copies.
    private var seen: [(time: Int64, outcome: RecordedOutcome, agent: UInt32)] = []
    /// More legs than any call has.
    private static let mostSeen = 64
    private var hasCarrier = false
    private var hasAgentRow = false
    private var agentOfCall = false

    init(meanings: [[RecordedOutcome]], files: [RecordReader.File]) {
        self.meanings = meanings
        hasCalls = files.contains { $0.kind == .attempts || $0.kind == .vicidialCalls }
        hasAgentLog = files.contains { $0.kind == .vicidialAgents }
        hasIdentities = files.contains { $0.kind == .vicidialCalls && $0.layout.has(.id) }
    }

    /// Takes the next row.
    mutating func add(_ row: RecordRow, _ result: (RowFate) throws(RecordsError) -> Void) throws(RecordsError) {
        if let pending, pending.row.identity != row.identity || row.identity == KeyHash.none { try finish(result) }
        switch row.kind {
        case .attempt, .vicidialCall: try addCall(row, result)
        case .vicidialCarrier where hasCalls: try addCarrier(row, result)
        case .vicidialCarrier: try addCall(row, result)
        case .vicidialAgent: try addAgent(row, result)
        case .agentState: try result(.conversation(row))
        }
    }

    /// Ends the call whose rows came last.
    mutating func finish(_ result: (RowFate) throws(RecordsError) -> Void) throws(RecordsError) {
        guard var call = pending else { return }
        pending = nil
        let isAbandoned = call.outcome == .abandoned
        guard case .attempt(var ending) = isAbandoned ? .attempt(.answered) : call.outcome else { return }
        if call.row.kind == .vicidialCall { settle(&call, &ending, isAbandoned: isAbandoned) }
        try result(.attempt(JoinedAttempt(row: call.row, outcome: ending, isAbandoned: isAbandoned)))
    }

    private mutating func addCall(
        _ row: RecordRow,
        _ result: (RowFate) throws(RecordsError) -> Void
    ) throws(RecordsError) {
        let outcome = meanings[Int(row.kind.rawValue)][Int(row.word)]
        if outcome == .skip { return try result(.skipped(row, .outcomeSkipped)) }
        if pending != nil {
            // Copies of a leg are copies too. A row that names no agent may be any of them.
            let isCopy = seen.contains { other in
                other.time == row.time && other.outcome == outcome
                    && (other.agent == row.agent || other.agent == 0 || row.agent == 0)
            }
            if isCopy { return try result(.skipped(row, .duplicate)) }
            if seen.count < Self.mostSeen { seen.append((row.time, outcome, row.agent)) }
            return try result(.leg(row))
        }
        seen = [(row.time, outcome, row.agent)]
        pending = JoinedCall(row: row, outcome: outcome)
        hasCarrier = false
        hasAgentRow = false
        agentOfCall = false
    }

    private mutating func addCarrier(
        _ row: RecordRow,
        _ result: (RowFate) throws(RecordsError) -> Void
    ) throws(RecordsError) {
        guard pending != nil else { return try result(.skipped(row, .unmatched)) }
        guard !hasCarrier else { return try result(.skipped(row, .duplicate)) }
        hasCarrier = true
        if row.ring != .missing { pending?.row.ring = row.ring }
        if row.cause != .unknown { pending?.row.cause = row.cause }
        try result(.skipped(row, .joined))
    }

    private mutating func addAgent(
        _ row: RecordRow,
        _ result: (RowFate) throws(RecordsError) -> Void
    ) throws(RecordsError) {
        guard let call = pending?.row, call.kind == .vicidialCall else {
            if hasIdentities, row.identity != KeyHash.none { return try result(.strange(row)) }
            // Its own status says whether this was a person; a word of the house mostly stands for one.
            let outcome = meanings[Int(row.kind.rawValue)][Int(row.word)]
            return outcome == .attempt(.answered) ? try result(.conversation(row)) : ()
        }
        // Of several agents the one that the call names; else the first.
        let isOfCall = row.agent == call.agent
        guard !hasAgentRow || (isOfCall && !agentOfCall) else { return }
        hasAgentRow = true
        agentOfCall = isOfCall
        pending?.conversation = row.talk
        pending?.row.wrap = row.wrap
        if call.agent == 0 { pending?.row.agent = row.agent }
    }

    /// Tells waiting and talking apart, which VICIdial's log of calls counts together, and dialling from answering.
    private func settle(_ call: inout JoinedCall, _ ending: inout AttemptOutcome, isAbandoned: Bool) {
        let (length, talk) = (call.row.talk, call.conversation)
        call.row.wait = .missing
        if isAbandoned {
            (call.row.wait, call.row.talk) = (length, .missing)
        } else if hasAgentLog {
            call.row.talk = talk
            if ending == .answered, talk.milliseconds != nil { call.row.wait = .difference(length, talk) }
        }
        ending = VicidialWords.corrected(ending, by: call.row.cause)
        // Calls that were answered are written down when they reach the script that routes them.
        if ending == .answered || ending == .voicemail { call.row.time -= Int64(call.row.ring.milliseconds ?? 0) }
    }
}
