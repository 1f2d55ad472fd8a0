package import ExactJSON

/// The records of abandonment that 16 CFR 310.4(b)(4)(iv) and 47 CFR 64.1200(a)(7) ask for, taken from verdicts.
///
/// The blocks of a campaign are the successive periods of 30 days from its first run on. A run belongs to the block in
/// which its verdict was written.
package struct AbandonmentRecords: Sendable {
    /// One block of one campaign.
    package struct Block: Hashable, Sendable {
        package var campaignID: String
        package var start: Timestamp
        /// When the block ends, which may lie in the future.
        package var end: Timestamp
        /// Whether one of its runs lies in the requested period.
        fileprivate var isWanted = false
        package private(set) var runs: [String] = []
        /// The same, to find one among very many.
        private var members: Set<String> = []
        /// Calls that a person answered.
        package var liveAnswers = 0
        /// Answered calls that were connected to an agent.
        package var connected = 0
        /// Answered calls that were abandoned.
        package var abandoned = 0
        /// Answered calls that were connected after more than two seconds, as far as events show it.
        package var connectedLate = 0

        /// The share of the answered calls that were abandoned or connected late, 0…1; nil without answered calls.
        package var rate: Double? {
            liveAnswers == 0 ? nil : Double(abandoned + connectedLate) / Double(liveAnswers)
        }

        fileprivate init(campaignID: String, start: Timestamp, end: Timestamp) {
            self.campaignID = campaignID
            self.start = start
            self.end = end
        }

        /// Adds the calls of a run, unless the block has the run already.
        fileprivate mutating func add(_ calls: Calls, of run: String?, isInPeriod: Bool) -> Bool {
            if let run {
                // A run that was resumed after its verdict has two verdicts.
                guard members.insert(run).inserted else { return false }
                runs.append(run)
            }
            isWanted = isWanted || isInPeriod
            liveAnswers += calls.liveAnswers
            connected += calls.connected
            abandoned += calls.abandoned
            connectedLate += calls.connectedLate
            return true
        }
    }

    /// The calls of one run, as its verdict has them.
    fileprivate struct Calls {
        var campaignID: String
        var liveAnswers: Int
        var connected: Int
        var abandoned: Int
        var connectedLate: Int

        /// Returns `nil` if the campaign is missing, or if a number is missing, negative or above 2⁴⁰.
        init?(_ json: JSONValue?) {
            guard let json, let campaign = json["campaignId"]?.string,
                let answers = Self.count(json["liveAnswers"]), let connected = Self.count(json["connected"]),
                let abandoned = Self.count(json["abandoned"]), let late = Self.count(json["connectedLate"])
            else { return nil }
            campaignID = campaign
            liveAnswers = answers
            self.connected = connected
            self.abandoned = abandoned
            connectedLate = late
        }

        /// The number, if it is a plausible number of calls of one run.
        private static func count(_ value: JSONValue?) -> Int? {
            value?.integer.flatMap { (0...(1 << 40)).contains($0) ? $0 : nil }
        }
    }

    /// A run that may have called people but has no figures in the log, so that no rate includes it.
    package struct OpenRun: Hashable, Sendable {
        package var runID: String
        /// Its campaign, if the log names it.
        package var campaignID: String?
        /// When it announced the create of its simulation.
        package var since: Timestamp
        package var reason: String
        fileprivate var isInPeriod: Bool
        /// Whether its process died when the simulation may have existed: a later failure does not disprove it.
        fileprivate var isDoubtful = false
    }

    private static let span: Int64 = 30 * 86_400_000
    private var blocks: [String: [Int64: Block]] = [:]
    private var beginnings: [String: Timestamp] = [:]
    private var open: [String: OpenRun] = [:]

    package init() {}

    /// Takes an entry, in the order of the log.
    ///
    /// - Parameter isInPeriod: whether its block is requested. A block is always whole: its rate is that of all its runs.
    package mutating func take(_ record: AuditRecord, isInPeriod: Bool) {
        switch record.type.flatMap({ AuditEntry.EventType(rawValue: $0) }) {
        case .dispatchIntent: begin(record, isInPeriod: isInPeriod)
        case .recovered: if let run = record.runID { open[run]?.isDoubtful = true }
        case .dispatch:
            // No simulation was created, so no call was made.
            if record.result == "failed", let run = record.runID, open[run]?.isDoubtful == false { open[run] = nil }
        case .verdict: count(record, isInPeriod: isInPeriod)
        default: break
        }
    }

    private mutating func begin(_ record: AuditRecord, isInPeriod: Bool) {
        // A resumed run announces its create once more.
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
        guard let time = record.timestamp, let calls = Calls(record.payload?["abandonment"]) else { return }
        let beginning = beginnings[calls.campaignID] ?? time
        beginnings[calls.campaignID] = beginning
        let number = max(0, (time.milliseconds - beginning.milliseconds) / Self.span)
        let start = beginning.adding(milliseconds: number * Self.span)
        let empty = Block(campaignID: calls.campaignID, start: start, end: start.adding(milliseconds: Self.span))
        // In place: to copy a block of very many runs for each of them would take longer than to read the log.
        let isNew = blocks[calls.campaignID, default: [:]][number, default: empty]
            .add(calls, of: record.runID, isInPeriod: isInPeriod)
        if isNew, let run = record.runID { open[run] = nil }
    }

    /// The runs without figures in the period or in one of its blocks, in the order in which they began.
    package var runsWithoutFigures: [OpenRun] {
        let blocks = all
        return open.values.filter { run in
            run.isInPeriod
                || blocks.contains { $0.campaignID == run.campaignID && $0.start <= run.since && run.since < $0.end }
        }.sorted { ($0.since, $0.runID) < ($1.since, $1.runID) }
    }

    /// The blocks by campaign and time.
    package var all: [Block] {
        let wanted = blocks.values.flatMap(\.values).filter(\.isWanted)
        return wanted.sorted { ($0.campaignID, $0.start) < ($1.campaignID, $1.start) }
    }
}
