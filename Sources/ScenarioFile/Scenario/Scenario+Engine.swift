public import DialerEngine
import DiscreteEvents
public import ExactJSON
public import SimulationAPI

extension Scenario {
    /// What the engine simulates; `nil` without a contact centre.
    ///
    /// A warm-up of `auto` is left at 0, to be found with a pilot replication.
    ///
    /// - Parameter seed: Every random number follows from it.
    package func experiment(seed: UInt32) -> Experiment? {
        guard var experiment = campaign.experiment(maxCalls: payload.maxCalls, seed: seed) else { return nil }
        if case .seconds(let seconds) = runPlan.warmUp { experiment.warmUp = seconds }
        experiment.compliance = compliance
        return experiment
    }

    /// Whether dialling ends with the last shift, or before that when a list is exhausted.
    package var hasShifts: Bool {
        guard contactCenter != nil, case .shifts = runPlan.length else { return false }
        return true
    }

    private var campaign: Campaign {
        Campaign(center: contactCenter, pacing: pacing, schedule: schedule, list: list, plan: runPlan)
    }

    /// How long a person may wait after the answer until a rule counts the call as abandoned, in seconds.
    ///
    /// `nil` if the moment is not known: the clock starts at the greeting, and the greeting is not known or differs
    /// from call to call.
    package func longestWait(of profile: ComplianceProfile) -> Double? {
        guard profile.clock != .answer else { return profile.seconds }
        guard let contactCenter, let start = contactCenter.greetingStart.constantValue else { return nil }
        guard profile.clock == .greetingEnd else { return start + profile.seconds }
        return contactCenter.greetingLength.constantValue.map { start + $0 + profile.seconds }
    }
}

extension Distribution {
    /// The value, if it is always the same.
    fileprivate var constantValue: Double? {
        guard case .constant(let value) = shape else { return nil }
        return max(0, value + shift)
    }
}

extension Pacing {
    /// Reads a pacing policy from JSON, such as an option of a command.
    ///
    /// - Parameter pointer: Where it is in its document; the violations' pointers begin with it.
    public static func check(_ json: JSONValue, at pointer: JSONPointer = .root) -> Result<Pacing, Violations> {
        let report = FormReport()
        return report.result(FormField(json, at: pointer, report).pacing())
    }
}

extension SimulationPayload.OutcomeInjection {
    /// The outcome distribution of the engine.
    package var probabilities: OutcomeProbabilities {
        func share(_ outcome: CallOutcome) -> Double { probability(of: outcome).doubleValue }
        return OutcomeProbabilities(
            dialTone: share(.dialTone),
            busySignal: share(.busy),
            noAnswer: share(.noAnswer),
            answer: share(.answered),
            voicemail: share(.voicemail)
        )
    }
}

// The engine does not know the wire, so the words exist in both, in the same order; a test compares them.

extension AttemptOutcome {
    /// The engine's word for an outcome of the wire.
    package init(_ outcome: CallOutcome) {
        self = Self.allCases[CallOutcome.allCases.firstIndex(of: outcome) ?? 0]
    }
}

extension CallOutcome {
    /// The wire's word for an outcome of the engine.
    package init(_ outcome: AttemptOutcome) { self = Self.allCases[Int(outcome.rawValue)] }
}

extension CallState {
    /// The wire's word for a phase of the engine.
    package init(_ phase: CallPhase) { self = Self.allCases[Int(phase.rawValue)] }
}
