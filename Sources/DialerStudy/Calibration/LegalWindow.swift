package import DialerEngine

/// One whole legal window of a rule, simulated as a replication of its own: it starts with an empty centre and a fresh list.
package struct LegalWindow: Hashable, Sendable {
    /// What a window showed.
    package struct Outcome: Hashable, Sendable {
        package var isBreached: Bool
        /// Whether no call counted, so that nothing can be said.
        package var isEmpty: Bool
        package var calls: Int
        package var abandoned: Int
        package var measures: Measures
    }

    /// The experiment of a window: its days, and the one rule.
    package let experiment: Experiment

    /// Nil if the experiment has no shifts, or the rule judges no share or sets no limit.
    ///
    /// - Parameter profile: A day for a calendar day and for rolling hours, 30 days for a block of a campaign, and the days of
    ///   the month of the first shift for a month, 30 without a date.
    package init?(_ experiment: Experiment, of profile: ComplianceProfile) {
        guard let shift = experiment.shift, profile.limit != nil, profile.attemptLimit == nil else { return nil }
        var window = experiment
        var days = 30
        switch profile.window {
        case .campaign30DayBlocks: break
        case .calendarDay, .rollingHours:
            days = 1
            // A day is a day with a shift.
            window.calendar.weekdays = Set(Weekday.allCases)
        case .calendarMonth:
            if let date = experiment.calendar.date {
                let first = CalendarDate(daysSince1970: date.daysSince1970 - date.day + 1)
                window.calendar.date = first
                days = first.startOfNextMonth.daysSince1970 - first.daysSince1970
            }
        }
        window.length = .shifts(seconds: shift, days: days)
        window.callLimit = nil
        window.compliance = [profile]
        window.gauges = []
        window.sampling = .none
        window.courseInterval = nil
        self.experiment = window
    }

    /// Simulates windows with these numbers, in their order; the result does not depend on the number of threads.
    package func simulate(_ numbers: Range<UInt32>, threads: Int) async throws -> [Outcome] {
        try await Replications.run(
            experiment,
            numbers: numbers,
            threads: threads,
            summarize: { result in
                let count = result.compliance.first
                return Outcome(
                    isBreached: (count?.breachedWindows ?? 0) > 0,
                    isEmpty: (count?.judgedWindows ?? 0) == 0,
                    calls: count?.calls ?? 0,
                    abandoned: count?.abandoned ?? 0,
                    measures: result.measures
                )
            }
        )
    }
}
