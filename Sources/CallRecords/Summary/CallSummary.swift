package import DialerEngine
package import ExactJSON
package import Statistics

/// What the rows of call records say together.
///
/// Nothing in it names a person: agents and contacts are counted, and their names are gone.
package struct CallSummary: Sendable {
    /// The rows of the files, each accounted for.
    package var rows: RowAccount
    /// The rows of the agents' log; nil without one.
    package var agentRows: RowAccount?
    /// What a reader of the result must know about the records.
    package var warnings: [RecordWarning]
    /// The clock by which hours and days are counted.
    package var zone: ClockZone
    /// The instants of the first and the last attempt.
    package var span: RecordSpan
    /// The attempts by outcome; ``AttemptOutcome/answered`` holds the abandoned calls.
    package var outcomes: [AttemptOutcome: Int]
    /// The calls that a person answered and that no agent took in time.
    package var abandoned: Int
    /// The attempts of each hour of the clock, from midnight: 24 tables.
    package var hours: [[AttemptOutcome: Int]]
    /// The durations; a quantity of which nothing was recorded has no entry.
    package var times: [TimeQuantity: RoundedSample]
    /// How long callers waited.
    package var patience: PatienceSamples
    /// The agents' days, an element for each agent, without a name.
    package var agents: [AgentDays]
    /// Who was called; nil if the records do not say.
    package var contacts: ContactSummary?
    /// The fields for which no file has a column.
    package var missing: Set<RecordField>
    /// When a working day begins: the middle of the longest quiet time of the clock, in seconds after midnight.
    package var startOfDay: Double
    /// The working days on which there was an attempt, in order.
    package var days: [RecordedDay]

    /// All attempts.
    package var attempts: Int { outcomes.values.reduce(0, +) }
    /// The calls that a person answered, abandoned ones included.
    package var answered: Int { outcomes[.answered] ?? 0 }

    package init(
        rows: RowAccount,
        agentRows: RowAccount? = nil,
        warnings: [RecordWarning] = [],
        zone: ClockZone,
        span: RecordSpan,
        outcomes: [AttemptOutcome: Int],
        abandoned: Int,
        hours: [[AttemptOutcome: Int]],
        times: [TimeQuantity: RoundedSample],
        patience: PatienceSamples,
        agents: [AgentDays] = [],
        contacts: ContactSummary? = nil,
        missing: Set<RecordField> = [],
        startOfDay: Double = 0,
        days: [RecordedDay]
    ) {
        self.rows = rows
        self.agentRows = agentRows
        self.warnings = warnings
        self.zone = zone
        self.span = span
        self.outcomes = outcomes
        self.abandoned = abandoned
        self.hours = hours
        self.times = times
        self.patience = patience
        self.agents = agents
        self.contacts = contacts
        self.missing = missing
        self.startOfDay = startOfDay
        self.days = days
    }
}

// Why a part of a centre is not known.
extension CallSummary {
    /// Why there is no roster.
    package var noAgents: String {
        missing.contains(.agent) ? "no column for agents was recognised" : "the records name no agents"
    }

    /// Why there is no list.
    package var noContacts: String {
        missing.contains(.contact) ? "no column for contacts was recognised" : "the records name no contacts"
    }
}

/// The first and the last attempt of records, and on how many working days there was one.
package struct RecordSpan: Hashable, Sendable {
    package var from: Timestamp
    package var to: Timestamp
    package var days: Int

    package init(from: Timestamp, to: Timestamp, days: Int) { (self.from, self.to, self.days) = (from, to, days) }
}

/// How long callers waited between the answer and an agent, or until they hung up.
package struct PatienceSamples: Hashable, Sendable {
    /// The waits of callers who hung up: their patience.
    package var abandoned: RoundedSample
    /// The waits of callers whom an agent took: their patience was at least that long.
    package var connected: RoundedSample

    package init(abandoned: RoundedSample, connected: RoundedSample) {
        (self.abandoned, self.connected) = (abandoned, connected)
    }
}
