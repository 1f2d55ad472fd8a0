package import DialerEngine
import ExactJSON
import RunReport
import Statistics

/// Why one legal window was as bad as it was: its abandonments in clusters, and what each trouble cost.
package struct Explanation: Sendable {
    /// Something that may cost abandonments.
    package enum Cause: String, CaseIterable, Hashable, Sendable {
        /// Agents go on breaks.
        case breaks
        /// Agents leave before the end of the shift.
        case roster
        /// Talks longer than 95 % of all talks.
        case longTalks
        /// The answer probability changes with the schedule, and answers come by chance.
        case answerRate
        /// Answering-machine detection errs.
        case detection
        /// The number of lines is limited.
        case lines
    }

    /// Abandonments that follow each other within a minute.
    package struct Cluster: Hashable, Sendable {
        /// Virtual seconds since the start of the window.
        package let from: Double
        package let to: Double
        package let abandonments: Int
        /// When it began, by the clock.
        package let clock: String
        let state: WindowTrace.State
    }

    /// A cause with what would not have happened without it.
    package struct Finding: Hashable, Sendable {
        package let cause: Cause
        /// Abandonments that would not have happened had this cause alone been absent: mean over windows.
        package let avoided: Estimate
        /// The same for the explained window alone.
        package let inWindow: Int
    }

    /// The number of windows over which the effect of a cause is averaged.
    package static let replications = 20
    /// Abandonments closer than this belong to one cluster, in seconds.
    static let gap = 60.0

    package let scenario: String
    package let seed: UInt32
    package let profile: String
    /// The highest rate that complies.
    package let limit: Double
    let denominator: ComplianceProfile.Denominator
    /// The window, from 1.
    package let window: Int
    package let abandonments: Int
    package let calls: Int
    package let clusters: [Cluster]
    /// The causes, the most costly first.
    package let causes: [Finding]
    /// The worst day of the window.
    let worstDay: WorstDay
    /// The abandonments of each day.
    let days: [Day]

    /// Explains a window.
    ///
    /// - Parameter number: The window, from 0.
    package init(
        _ window: LegalWindow,
        of profile: ComplianceProfile,
        number: UInt32,
        scenario: String,
        threads: Int,
        progress: (Cause) -> Void = { _ in }
    ) async throws {
        (self.scenario, seed, self.profile) = (scenario, window.experiment.seed, profile.name)
        (limit, denominator) = (profile.limit?.doubleValue ?? 0, profile.denominator)
        self.window = Int(number) + 1
        var trace = WindowTrace(window.experiment, profile)
        let result = try withoutActuallyEscaping({ (event: TraceEvent) in trace.add(event) }) { handle in
            try Replication.run(window.experiment, number: number, trace: TraceHandler(handle))
        }
        abandonments = trace.abandonments.count
        calls = result.compliance.first?.calls ?? 0
        clusters = Self.clusters(trace.abandonments, trace.course.clock)
        let days = Day.days(of: trace.course)
        self.days = days
        let worst = days.indices.max { days[$0].abandonments < days[$1].abandonments } ?? 0
        worstDay = WorstDay(trace.course, day: worst)
        // The window itself and those after it: the same customers with and without a cause.
        let numbers = number..<(number + UInt32(Self.replications))
        let base = try await window.simulate(numbers, threads: threads).map(\.abandoned)
        var findings: [Finding] = []
        for cause in Cause.allCases {
            progress(cause)
            guard let without = window.experiment.without(cause) else {
                findings.append(
                    Finding(
                        cause: cause,
                        avoided: Estimate(mean: 0, interval: ConfidenceInterval(lower: 0, upper: 0)),
                        inWindow: 0
                    )
                )
                continue
            }
            let counts = try await LegalWindow(simulating: without).simulate(numbers, threads: threads).map(\.abandoned)
            let avoided = zip(base, counts).map { Double($0 - $1) }
            findings.append(
                Finding(
                    cause: cause,
                    avoided: Estimate(MeanEstimate(avoided), within: -Double.infinity...Double.infinity),
                    inWindow: Int(avoided.first ?? 0)
                )
            )
        }
        causes = findings.enumerated().sorted { left, right in
            let (first, second) = (left.element.avoided.mean ?? 0, right.element.avoided.mean ?? 0)
            return first != second ? first > second : left.offset < right.offset
        }.map(\.element)
    }

    private static func clusters(_ abandonments: [WindowTrace.Abandonment], _ clock: WindowClock) -> [Cluster] {
        var clusters: [Cluster] = []
        for abandonment in abandonments {
            if let last = clusters.last, abandonment.time - last.to < gap {
                clusters[clusters.count - 1] = Cluster(
                    from: last.from,
                    to: abandonment.time,
                    abandonments: last.abandonments + 1,
                    clock: last.clock,
                    state: last.state
                )
            } else {
                clusters.append(
                    Cluster(
                        from: abandonment.time,
                        to: abandonment.time,
                        abandonments: 1,
                        clock: clock.text(abandonment.time),
                        state: abandonment.state
                    )
                )
            }
        }
        return clusters
    }
}

extension LegalWindow {
    /// A window of an experiment that is one already.
    init(simulating experiment: Experiment) { self.experiment = experiment }
}
