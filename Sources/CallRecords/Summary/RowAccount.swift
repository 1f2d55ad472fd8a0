/// What became of the rows of call records: `read` is `used` and the sum of all `skipped`.
package struct RowAccount: Hashable, Sendable {
    /// The rows below the headers, without blank lines.
    package var read = 0
    /// The rows that are an attempt.
    package var used = 0
    /// The rows that are left out, by reason.
    package var skipped: [SkipReason: Int] = [:]

    package init() {}
}

/// Why a row of call records is left out.
package enum SkipReason: String, Hashable, Sendable, CaseIterable {
    /// The row is the header once more.
    case headerRepeated = "header.repeated"
    /// The row's time is missing or no time; a row of totals is the usual case.
    case timeUnreadable = "dialedAt.unreadable"
    /// The clock of the time zone skipped this time in spring.
    case timeNonexistent = "dialedAt.nonexistent"
    /// The row has no word for the outcome.
    case outcomeMissing = "outcome.missing"
    /// The word for the outcome stands for `skip`: the row says something other than an attempt.
    case outcomeSkipped = "outcome.skip"
    /// The row has more cells than the header.
    case cellsTooMany = "row.cells"
    /// The line is something other than an object of JSON.
    case notJSON = "row.json"
    /// A quotation mark in the row is never closed.
    case quoteOpen = "row.quote"
    /// The row is longer than a row may be.
    case tooLong = "row.length"
    /// The row is a call that somebody made to the centre.
    case inbound = "row.inbound"
    /// An agent dialled by hand.
    case manual = "row.manual"
    /// Another row has the same identity, time and outcome.
    case duplicate = "row.duplicate"
    /// Another row of the same call is its attempt.
    case leg = "row.leg"
    /// The row's values are taken into another row of the same call.
    case joined = "row.joined"
    /// The row of a carrier log or agents' log belongs to no call of the records.
    case unmatched = "row.unmatched"
    /// A row of a log of agents says no end, or one before its start.
    case endUnreadable = "to.unreadable"
    /// A row of a log of agents names no agent.
    case agentMissing = "agent.missing"
    /// The state of an agent is missing or none of the known words.
    case stateUnknown = "state.unknown"
}
