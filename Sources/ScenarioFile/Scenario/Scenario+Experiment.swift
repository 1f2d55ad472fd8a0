package import DialerEngine
import DiscreteEvents
import ExactJSON
package import SimulationAPI

extension Scenario {
    /// The rules that abandonment is judged by, as the engine applies them.
    package var complianceProfiles: [ComplianceProfile] { compliance.map(\.profile) }

    /// What the engine simulates; `nil` without a contact centre.
    ///
    /// A warm-up of `auto` is left at 0, to be found with a pilot replication.
    ///
    /// - Parameter seed: Every random number follows from it.
    package func experiment(seed: UInt32) -> Experiment? {
        guard let contactCenter else { return nil }
        let length: Experiment.Length =
            switch runPlan.length {
            case .maxCalls: .calls(payload.maxCalls)
            case .calls(let count): .calls(count)
            case .shift(let seconds, let days): .shifts(seconds: seconds, days: days)
            }
        var experiment = Experiment(
            contactCenter.model(of: payload.outcomes),
            pacing: pacing.model,
            length: length,
            seed: seed
        )
        if case .seconds(let seconds) = runPlan.warmUp { experiment.warmUp = seconds }
        experiment.compliance = complianceProfiles
        return experiment
    }
}

extension Scenario {
    /// How long a person may wait after the answer until a rule counts the call as abandoned, in seconds.
    ///
    /// `nil` where the moment cannot be told: a clock that starts at the greeting, and a greeting that is not known or
    /// differs from call to call.
    package func longestWait(of rule: ComplianceRule) -> Double? {
        let profile = rule.profile
        guard profile.clock != .answer else { return profile.seconds }
        guard let greeting = contactCenter?.greeting, let start = greeting.start.constantValue else { return nil }
        guard profile.clock == .greetingEnd else { return start + profile.seconds }
        return greeting.length.constantValue.map { start + $0 + profile.seconds }
    }
}

extension Distribution {
    /// The value, where it is always the same.
    fileprivate var constantValue: Double? {
        guard case .constant(let value) = shape else { return nil }
        return max(0, value + shift)
    }
}

extension SimulationPayload.OutcomeInjection {
    /// The outcome distribution of the engine.
    package var model: OutcomeProbabilities {
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

extension Scenario.ContactCenter {
    /// The contact centre of the engine, with the outcomes that are injected.
    package func model(of outcomes: SimulationPayload.OutcomeInjection) -> DialerEngine.ContactCenter {
        var times = RingingTimes(ringing.answer)
        times.dialTone = ringing.dialTone
        times.busySignal = ringing.busySignal
        times.noAnswer = ringing.noAnswer
        times.voicemail = ringing.voicemail
        var center = DialerEngine.ContactCenter(agents: agents, outcomes: outcomes.model, ringing: times, talk: talk)
        center.lines = lines
        center.wrap = wrap
        center.greetingStart = greeting.start
        center.greetingLength = greeting.length
        center.patience = patience
        center.detection = answeringMachineDetection.map {
            DialerEngine.AnsweringMachineDetection(
                delay: $0.delay,
                falsePositive: $0.falsePositive.doubleValue,
                falseNegative: $0.falseNegative.doubleValue,
                machineTalk: $0.machineTalk ?? .constant(0)
            )
        }
        return center
    }
}

extension Scenario.Pacing {
    /// The policy of the engine.
    package var model: DialerEngine.Pacing {
        switch self {
        case .progressive: return .progressive
        case .power(let linesPerAgent): return .power(linesPerAgent: linesPerAgent.factor)
        case .fixedLines(let lines): return .fixedLines(lines)
        case .poisson(let callsPerHour): return .poisson(callsPerHour: callsPerHour)
        case .ratio(let level): return .ratio(level: level.factor)
        case .vicidial(let law):
            var parameters = VicidialPolicy.Parameters()
            parameters.method =
                switch law.method {
                case .hardLimit: .hardLimit
                case .average: .average
                case .tapered: .tapered
                }
            parameters.dropLimit = law.dropLimit.factor
            parameters.target = law.target
            parameters.intensity = law.intensity
            parameters.maxLevel = law.maxLevel.doubleValue
            parameters.initialLevel = law.initialLevel.doubleValue
            return .vicidial(parameters)
        case .lookahead(let law):
            var parameters = LookaheadPolicy.Parameters()
            parameters.abandonTarget = law.abandonTarget.factor
            parameters.horizon = law.horizon
            return .lookahead(parameters)
        case .feedback(let law):
            var parameters = FeedbackPolicy.Parameters()
            parameters.abandonTarget = law.abandonTarget.factor
            parameters.maxLinesPerAgent = law.maxLinesPerAgent.factor
            parameters.gain = law.gain
            parameters.pace = law.pace
            return .feedback(parameters)
        }
    }
}

extension Scenario.ComplianceRule {
    /// The rule as the engine applies it.
    package var profile: ComplianceProfile {
        switch self {
        case .named(.usTSR): return .usTSR
        case .named(.usFCC): return .usFCC
        case .named(.ukOfcom2010): return .ukOfcom2010
        case .named(.ukOfcom2017): return .ukOfcom2017
        case .named(.caCRTC): return .caCRTC
        case .custom(let definition):
            let window: ComplianceProfile.Window =
                switch definition.window {
                case .campaign30DayBlocks: .campaign30DayBlocks
                case .calendarDay: .calendarDay
                case .calendarMonth: .calendarMonth
                case .rollingHours(let hours): .rollingHours(hours)
                }
            let clock: ComplianceProfile.Clock =
                switch definition.clockFrom {
                case .answer: .answer
                case .greetingStart: .greetingStart
                case .greetingEnd: .greetingEnd
                }
            return ComplianceProfile(
                name: definition.name,
                limit: definition.limit.factor,
                window: window,
                clock: clock,
                seconds: definition.seconds,
                countsFalsePositives: definition.countFalsePositives
            )
        }
    }
}

extension ExactDecimal {
    /// The factor that the engine multiplies with, to nine places after the point.
    ///
    /// The readers keep values in 0 ..< 10⁹, so only one that is too small to matter has none.
    fileprivate var factor: DecimalFactor { DecimalFactor(description) ?? DecimalFactor(0, per: 1) }
}
