package import DialerEngine
package import ExactJSON

/// A working day of the records on which there was an attempt.
///
/// It begins in the middle of the longest quiet time of the clock (``CallSummary/startOfDay``), so that a shift over midnight is
/// one day.
package struct RecordedDay: Hashable, Sendable {
    /// The date of its first attempt.
    package var date: CalendarDate
    /// The instant of its first attempt.
    package var first: Timestamp
    /// The instant of its last attempt.
    package var last: Timestamp
    /// When the first attempt was made, in seconds of the clock since the working day began.
    package var begins: Double
    /// When the last attempt was made, in seconds of the clock since the working day began.
    package var ends: Double
    package var attempts = 0
    /// The calls that a person answered, abandoned ones included.
    package var answered = 0
    package var abandoned = 0
    /// The calls that an agent took.
    package var connected = 0
    /// The conversations of the day's attempts.
    package var talkSeconds = 0.0
    /// The work after the day's calls.
    package var wrapSeconds = 0.0
    /// The time that agents were on duty, breaks above ten minutes left out; nil without an agents' log.
    package var dutySeconds: Double?
    /// The time that agents talked and worked after calls; nil without an agents' log.
    package var busySeconds: Double?
    /// Whether it is the first or the last day, and begins or ends more than an hour inside the median day.
    package var partial = false

    package init(date: CalendarDate, first: Timestamp, last: Timestamp, begins: Double, ends: Double) {
        self.date = date
        self.first = first
        self.last = last
        self.begins = begins
        self.ends = ends
    }
}

/// The days of one agent, in order.
package struct AgentDays: Hashable, Sendable {
    package var days: [AgentDay]

    package init(days: [AgentDay]) { self.days = days }
}

/// When an agent worked on one day: times are seconds of the clock since the working day began.
package struct AgentDay: Hashable, Sendable {
    /// A place where the agent did nothing for more than ten minutes.
    package struct Gap: Hashable, Sendable {
        package var from: Double
        /// No earlier than ``from``, also where the clock goes back meanwhile.
        package var to: Double
        /// How long it lasted, in seconds: the clock may have changed meanwhile.
        package var length: Double

        /// Creates a gap that lasts as long as the clock says, unless its length is given.
        package init(from: Double, to: Double, length: Double? = nil) {
            (self.from, self.to, self.length) = (from, max(from, to), length ?? to - from)
        }
    }

    /// The place of the day in ``CallSummary/days``.
    package var day: Int
    package var first: Double
    package var last: Double
    /// The gaps between first and last, in order.
    package var gaps: [Gap]

    package init(day: Int, first: Double, last: Double, gaps: [Gap] = []) {
        (self.day, self.first, self.last, self.gaps) = (day, first, last, gaps)
    }
}
