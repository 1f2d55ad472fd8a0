package import ExactJSON

/// The records of abandonment that 16 CFR 310.4(b)(4)(iv) and 47 CFR 64.1200(a)(7) ask for, taken from verdicts.
///
/// A campaign's blocks are the successive 30 days from its first run on. A run belongs to the block in which its verdict
/// was written.
package struct AbandonmentRecords: Sendable {
    /// One block of one campaign.
    package struct Block: Hashable, Sendable {
        /// The campaign.
        package var campaignID: String
        /// When the block begins.
        package var start: Timestamp
        /// When it ends; the block is a portion of it while that lies ahead.
        package var end: Timestamp
        /// Whether a run of it lies in the period that was asked for.
        fileprivate var isWanted = false
        /// The runs.
        package var runs: [String] = []
        /// Calls that a person answered.
        package var liveAnswers = 0
        /// Those that were connected.
        package var connected = 0
        /// Those that were abandoned.
        package var abandoned = 0
        /// Those that were connected later than two seconds, as far as events tell.
        package var connectedLate = 0

        /// The share of the answered calls that were abandoned or connected late, 0…1; `nil` without any.
        package var rate: Double? {
            liveAnswers == 0 ? nil : Double(abandoned + connectedLate) / Double(liveAnswers)
        }
    }

    /// A run that may have called somebody, and of which the log has no figures: the rates are without it.
    package struct OpenRun: Hashable, Sendable {
        /// The run.
        package var runID: String
        /// Its campaign, where the log has it.
        package var campaignID: String?
        /// When it was about to create its simulation.
        package var since: Timestamp
        /// Why there are no figures.
        package var reason: String
        fileprivate var isInPeriod: Bool
        /// Whether its process died after it might have created its simulation: no later failure tells that it has not.
        fileprivate var isDoubtful = false
    }

    private static let span: Int64 = 30 * 86_400_000
    private var blocks: [String: [Int64: Block]] = [:]
    private var beginnings: [String: Timestamp] = [:]
    private var open: [String: OpenRun] = [:]

    /// No records yet.
    package init() {}

    /// Takes an entry, in the order of the log.
    ///
    /// - Parameter isInPeriod: whether its block is wanted; a block is always given whole, since its rate is that of all its runs.
    package mutating func take(_ record: AuditRecord, isInPeriod: Bool) {
        switch record.type.flatMap({ AuditEntry.EventType(rawValue: $0) }) {
        case .dispatchIntent: begin(record, isInPeriod: isInPeriod)
        case .recovered: if let run = record.runID { open[run]?.isDoubtful = true }
        case .dispatch:
            // Nothing was created, so nobody was called.
            if record.result == "failed", let run = record.runID, open[run]?.isDoubtful == false { open[run] = nil }
        case .verdict: count(record, isInPeriod: isInPeriod)
        default: break
        }
    }

    private mutating func begin(_ record: AuditRecord, isInPeriod: Bool) {
        // A run that is resumed announces its create once more.
        guard let run = record.runID, open[run] == nil, let since = record.timestamp else { return }
        open[run] = OpenRun(
            runID: run,
            campaignID: record.payload?["campaignId"]?.string,
            since: since,
            reason: "it has no verdict in the log",
            isInPeriod: isInPeriod
        )
    }

    private mutating func count(_ record: AuditRecord, isInPeriod: Bool) {
        if let run = record.runID { open[run]?.reason = "its verdict counts no call" }
        guard let time = record.timestamp, let calls = record.payload?["abandonment"],
            let campaign = calls["campaignId"]?.string,
            let answers = Self.count(calls["liveAnswers"]), let connected = Self.count(calls["connected"]),
            let abandoned = Self.count(calls["abandoned"]), let late = Self.count(calls["connectedLate"])
        else { return }
        let beginning = beginnings[campaign] ?? time
        beginnings[campaign] = beginning
        let number = max(0, (time.milliseconds - beginning.milliseconds) / Self.span)
        let start = beginning.adding(milliseconds: number * Self.span)
        var block =
            blocks[campaign]?[number]
            ?? Block(campaignID: campaign, start: start, end: start.adding(milliseconds: Self.span))
        if let run = record.runID {
            // A run that was resumed after its verdict has two.
            guard !block.runs.contains(run) else { return }
            block.runs.append(run)
            open[run] = nil
        }
        block.isWanted = block.isWanted || isInPeriod
        block.liveAnswers += answers
        block.connected += connected
        block.abandoned += abandoned
        block.connectedLate += late
        blocks[campaign, default: [:]][number] = block
    }

    /// The runs without figures, in the order in which they began: those of the period, and of the blocks that are given.
    package var runsWithoutFigures: [OpenRun] {
        let blocks = all
        return open.values.filter { run in
            run.isInPeriod
                || blocks.contains { $0.campaignID == run.campaignID && $0.start <= run.since && run.since < $0.end }
        }.sorted { ($0.since, $0.runID) < ($1.since, $1.runID) }
    }

    /// A number of calls that a run can have.
    private static func count(_ value: JSONValue?) -> Int? {
        value?.integer.flatMap { (0...(1 << 40)).contains($0) ? $0 : nil }
    }

    /// The blocks by campaign and time.
    package var all: [Block] {
        blocks.values.flatMap(\.values).filter(\.isWanted).sorted {
            ($0.campaignID, $0.start) < ($1.campaignID, $1.start)
        }
    }
}
