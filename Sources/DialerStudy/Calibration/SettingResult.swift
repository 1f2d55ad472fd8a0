import DialerEngine
package import ExactJSON
import RunReport
import Statistics

/// What the windows of one setting showed, up to the look that decided.
package struct SettingResult: Hashable, Sendable {
    /// What was decided on the setting.
    package enum Certification: String, Hashable, Sendable {
        case certified, rejected, inconclusive
        /// The search had ended before.
        case notTested = "not tested"
    }

    package let setting: CalibrationSetting
    package let verdict: Certification
    package let windows: Int
    package let windowsBreached: Int
    /// Windows without a call that counts: they support no certificate.
    package let windowsEmpty: Int
    package let occupancy: Estimate
    package let connectsPerAgentHour: Estimate
    package let abandonmentRate: Estimate
    /// The probability that a window is breached: the share seen, with the exact 95 % interval.
    package let breachProbability: Estimate
    /// What each window contributes to the objective, for paired differences.
    let observations: [RatioObservation]

    /// - Parameter outcomes: Windows 0, 1, … in order; none for a setting that was not tested.
    init(
        _ setting: CalibrationSetting,
        _ verdict: Certification,
        _ outcomes: [LegalWindow.Outcome],
        objective: CalibrationObjective
    ) {
        self.setting = setting
        windows = outcomes.count
        windowsBreached = outcomes.count(where: \.isBreached)
        windowsEmpty = outcomes.count(where: \.isEmpty)
        self.verdict = verdict
        let measures = outcomes.map(\.measures)
        occupancy = StudyMetric.occupancy.estimate(measures)
        connectsPerAgentHour = StudyMetric.connectsPerAgentHour.estimate(measures)
        abandonmentRate = StudyMetric.abandonmentRate.estimate(measures)
        breachProbability =
            outcomes.isEmpty
            ? Estimate(mean: nil)
            : Estimate(
                mean: Double(windowsBreached) / Double(windows),
                interval: ProportionInterval.clopperPearson(successes: windowsBreached, trials: windows)
            )
        observations = measures.map { objective.metric.observation($0) }
    }

    /// Reads a setting of a document; nil if it is not one.
    init?(_ json: JSONValue) {
        guard let policy = json["policy"]?.string.flatMap(PacingName.init(rawValue:)),
            let agents = json["agents"]?.integer, let windows = json["windows"]?.integer,
            let breached = json["windowsBreached"]?.integer,
            let verdict = json["verdict"]?.string.flatMap(Certification.init(rawValue:))
        else { return nil }
        setting = CalibrationSetting(
            policy: policy,
            agents: agents,
            over: json["over"]?.string,
            value: json["value"]?.string ?? json["value"]?.number,
            window: nil
        )
        (self.verdict, self.windows, windowsBreached) = (verdict, windows, breached)
        windowsEmpty = json["windowsEmpty"]?.integer ?? 0
        occupancy = Estimate(json["occupancy"])
        connectsPerAgentHour = Estimate(json["connectsPerAgentHour"])
        abandonmentRate = Estimate(json["abandonmentRate"])
        breachProbability = Estimate(json["breachProbability"])
        observations = []
    }

    /// The value of the objective; nil if the setting was not tested.
    func value(of objective: CalibrationObjective) -> Double? {
        objective == .occupancy ? occupancy.mean : connectsPerAgentHour.mean
    }

    package var json: JSONValue {
        [
            "policy": .string(setting.policy.rawValue), "agents": .integer(setting.agents),
            "over": setting.over.map { .string($0) } ?? .null, "value": Self.json(setting.value),
            "occupancy": occupancy.json, "connectsPerAgentHour": connectsPerAgentHour.json,
            "abandonmentRate": abandonmentRate.json, "windows": .integer(windows),
            "windowsBreached": .integer(windowsBreached), "windowsEmpty": .integer(windowsEmpty),
            "breachProbability": breachProbability.json, "verdict": .string(verdict.rawValue),
        ]
    }

    static func json(_ value: String?) -> JSONValue {
        guard let value else { return .null }
        return ExactDecimal(value) == nil ? .string(value) : .number(value)
    }
}

/// What a calibration makes as large as it can.
package enum CalibrationObjective: String, CaseIterable, Hashable, Sendable {
    case occupancy, connectsPerAgentHour

    var metric: StudyMetric { self == .occupancy ? .occupancy : .connectsPerAgentHour }
}
