package import DialerEngine
package import ExactJSON
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
    private static let gap = 60.0

    package let scenario: String
    package let seed: UInt32
    package let profile: ComplianceProfile
    /// The window, from 1.
    package let window: Int
    package let abandonments: Int
    package let calls: Int
    package let clusters: [Cluster]
    /// The causes, the most costly first.
    package let causes: [Finding]
    let experiment: Experiment

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
        (self.scenario, seed, self.profile) = (scenario, window.experiment.seed, profile)
        experiment = window.experiment
        self.window = Int(number) + 1
        var trace = WindowTrace(window.experiment, profile)
        let result = try withoutActuallyEscaping({ (event: TraceEvent) in trace.add(event) }) { handle in
            try Replication.run(window.experiment, number: number, trace: TraceHandler(handle))
        }
        abandonments = trace.abandonments.count
        calls = result.compliance.first?.calls ?? 0
        clusters = Self.clusters(trace.abandonments)
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

    private static func clusters(_ abandonments: [WindowTrace.Abandonment]) -> [Cluster] {
        var clusters: [Cluster] = []
        for abandonment in abandonments {
            if let last = clusters.last, abandonment.time - last.to < gap {
                clusters[clusters.count - 1] = Cluster(
                    from: last.from,
                    to: abandonment.time,
                    abandonments: last.abandonments + 1,
                    state: last.state
                )
            } else {
                clusters.append(
                    Cluster(from: abandonment.time, to: abandonment.time, abandonments: 1, state: abandonment.state)
                )
            }
        }
        return clusters
    }

    /// A moment of the window by the clock, with its day if the window has several: `day 3, 10:42:07`.
    package func clock(_ time: Double) -> String {
        let start = experiment.calendar.startOfShift ?? CampaignCalendar.usualStartOfShift
        let day = Int((time / experiment.dayLength).rounded(.down))
        let seconds = Int(start + time - Double(day) * experiment.dayLength)
        func padded(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
        let text = "\(padded(seconds / 3600 % 24)):\(padded(seconds / 60 % 60)):\(padded(seconds % 60))"
        guard experiment.days > 1 else { return text }
        guard let date = experiment.calendar.date else { return "day \(day + 1), \(text)" }
        return "\(CalendarDate(daysSince1970: date.daysSince1970 + day)), \(text)"
    }

    package var json: JSONValue {
        [
            "version": 1, "scenario": .string(scenario), "seed": .integer(seed), "profile": .string(profile.name),
            "window": .integer(window), "calls": .integer(calls), "abandonments": .integer(abandonments),
            "clusters": .array(
                clusters.map { cluster in
                    [
                        "from": .double(cluster.from), "to": .double(cluster.to), "clock": .string(clock(cluster.from)),
                        "abandonments": .integer(cluster.abandonments),
                        "state": [
                            "onDuty": .integer(cluster.state.onDuty), "onBreak": .integer(cluster.state.onBreak),
                            "talking": .integer(cluster.state.talking), "inFlight": .integer(cluster.state.inFlight),
                            "waiting": .integer(cluster.state.waiting),
                        ],
                    ]
                }
            ),
            "causes": .array(
                causes.map {
                    [
                        "cause": .string($0.cause.rawValue), "avoided": $0.avoided.json,
                        "inWindow": .integer($0.inWindow),
                    ]
                }
            ),
        ]
    }
}

extension LegalWindow {
    /// A window of an experiment that is one already.
    init(simulating experiment: Experiment) { self.experiment = experiment }
}

extension Experiment {
    /// The same experiment with one cause absent; nil if the cause is not there.
    func without(_ cause: Explanation.Cause) -> Experiment? {
        var other = self
        func changing(_ change: (inout ContactCenter) -> Void) -> Experiment? {
            change(&other.center)
            for index in other.schedule.indices { change(&other.schedule[index].center) }
            return other == self ? nil : other
        }
        switch cause {
        case .breaks:
            return changing { center in
                for index in center.roster?.entries.indices ?? 0..<0 { center.roster?.entries[index].breaks = [] }
            }
        case .roster:
            let end = shift ?? 0
            return changing { center in
                for index in center.roster?.entries.indices ?? 0..<0 { center.roster?.entries[index].to = end }
            }
        case .detection:
            return changing { center in
                center.detection?.falsePositive = 0
                center.detection?.falseNegative = 0
            }
        case .lines: return changing { $0.lines = nil }
        case .longTalks:
            other.counterfactual = Counterfactual()
            other.counterfactual?.longestTalk = center.talk.quantile(0.95, seed: seed)
            return other
        case .answerRate:
            other.counterfactual = Counterfactual()
            other.counterfactual?.evenAnswers = meanAnswerProbability
            return other
        }
    }

    /// The mean probability of an answer over the shift.
    private var meanAnswerProbability: Double {
        guard let shift, !schedule.isEmpty else { return center.outcomes.answer }
        var (sum, from, probability) = (0.0, 0.0, center.outcomes.answer)
        for entry in schedule {
            sum += probability * (entry.from - from)
            (from, probability) = (entry.from, entry.center.outcomes.answer)
        }
        return (sum + probability * (shift - from)) / shift
    }
}
