import DialerEngine
package import ExactJSON
package import Statistics

/// A part of a calibration: some of the windows of every setting, as one job of many computes them.
///
/// A part knows all that a merge needs. Parts of the same calibration differ in their numbers and windows only.
package struct CalibrationShard: Sendable {
    package static let kind = "calibration shard"
    /// The most parts of a calibration.
    package static let mostParts = 10_000

    /// This part's number, from 1, and the number of parts.
    package let number: Int
    package let count: Int
    /// What all parts of a calibration share.
    package let head: Head
    /// The windows of each setting, in the order of the settings.
    package let outcomes: [[LegalWindow.Outcome]]

    /// What decides the windows, and how they are judged.
    package struct Head: Hashable, Sendable {
        package var scenario: String
        package var seed: UInt32
        /// The texts that decide what is simulated.
        package var source: String
        package var calibration: CalibrationOutline

        package init(scenario: String, seed: UInt32, source: String, calibration: CalibrationOutline) {
            (self.scenario, self.seed, self.source, self.calibration) = (scenario, seed, source, calibration)
        }
    }

    package init(number: Int, count: Int, head: Head, outcomes: [[LegalWindow.Outcome]]) {
        (self.number, self.count, self.head, self.outcomes) = (number, count, head, outcomes)
    }

    /// The windows of a part: neighbouring ones, so that all parts together have each window once.
    package static func windows(of number: Int, count: Int, most: Int) -> Range<UInt32> {
        UInt32((number - 1) * most / count)..<UInt32(number * most / count)
    }

    package var json: JSONValue {
        [
            "version": 1, "kind": .string(Self.kind), "shard": .integer(number), "of": .integer(count),
            "scenario": .string(head.scenario), "seed": .integer(head.seed), "source": .string(head.source),
            "calibration": head.calibration.json,
            "windows": .array(outcomes.map { .array($0.map(\.json)) }),
            // The last member: a file without it was cut.
            "complete": true,
        ]
    }

    /// Reads a part.
    package init(_ json: JSONValue) throws(FormatError) {
        guard json["kind"]?.string == Self.kind else {
            throw FormatError(description: "it is not a part of a calibration")
        }
        guard json["version"]?.integer == 1 else {
            throw FormatError(description: "it was written by another version of this program")
        }
        guard let number = json["shard"]?.integer, let count = json["of"]?.integer,
            (1...Self.mostParts).contains(count), (1...count).contains(number), let scenario = json["scenario"]?.string,
            let seed = json["seed"]?.integer.flatMap({ UInt32(exactly: $0) }), let source = json["source"]?.string,
            let outline = json["calibration"].flatMap({ CalibrationOutline($0) }),
            let windows = json["windows"]?.elements, json["complete"] == true
        else { throw FormatError(description: "it is torn: a member is missing") }
        var outcomes: [[LegalWindow.Outcome]] = []
        let expected = Self.windows(of: number, count: count, most: outline.plan.mostTrials).count
        for setting in windows {
            let own = (setting.elements ?? []).compactMap { LegalWindow.Outcome($0) }
            guard own.count == expected else { throw FormatError(description: "it is torn: windows are missing") }
            outcomes.append(own)
        }
        guard outcomes.count == outline.settings.count else {
            throw FormatError(description: "it is torn: settings are missing")
        }
        self.init(
            number: number,
            count: count,
            head: Head(scenario: scenario, seed: seed, source: source, calibration: outline),
            outcomes: outcomes
        )
    }

    /// What differs between two parts that should belong together; nil if they do.
    package func difference(from other: CalibrationShard) -> String? {
        if count != other.count { return "it is one of \(count) parts, not of \(other.count)" }
        return head.difference(from: other.head)
    }
}

extension CalibrationShard.Head {
    /// What differs; nil if everything is the same.
    package func difference(from other: CalibrationShard.Head) -> String? {
        if seed != other.seed { return "its seed is \(seed), not \(other.seed)" }
        if calibration != other.calibration { return "its settings, rule or requirement differ" }
        if source != other.source { return "its scenario differs" }
        return nil
    }
}

/// A calibration without the experiments behind it: what a merge needs to judge and to name the settings.
package struct CalibrationOutline: Hashable, Sendable {
    package var profile: String
    package var limit: Double
    package var objective: CalibrationObjective
    package var share: Double
    package var confidence: Double
    /// The settings, without the windows behind them.
    package var settings: [CalibrationSetting]

    init(
        profile: String,
        limit: Double,
        objective: CalibrationObjective,
        share: Double,
        confidence: Double,
        settings: [CalibrationSetting]
    ) {
        (self.profile, self.limit, self.objective) = (profile, limit, objective)
        (self.share, self.confidence, self.settings) = (share, confidence, settings)
    }

    package init(_ calibration: Calibration) {
        profile = calibration.profile.name
        limit = calibration.profile.limit?.doubleValue ?? 0
        objective = calibration.objective
        (share, confidence) = (calibration.plan.requirement.proportion, calibration.plan.requirement.confidence)
        settings = calibration.groups.flatMap(\.settings).map {
            CalibrationSetting(policy: $0.policy, agents: $0.agents, over: $0.over, value: $0.value, window: nil)
        }
    }

    package var plan: SequentialPlan { SequentialPlan(ChanceConstraint(proportion: share, confidence: confidence)) }

    /// The calibration, whose settings cannot be simulated.
    package var calibration: Calibration {
        var groups: [CalibrationGroup] = []
        for setting in settings {
            if let last = groups.last, last.policy == setting.policy, last.agents == setting.agents {
                groups[groups.count - 1] =
                    CalibrationGroup(policy: last.policy, agents: last.agents, settings: last.settings + [setting])
            } else {
                groups.append(CalibrationGroup(policy: setting.policy, agents: setting.agents, settings: [setting]))
            }
        }
        let rule = ComplianceProfile(name: profile, limit: DecimalFactor(limit), window: .campaign30DayBlocks)
        return Calibration(groups: groups, plan: plan, profile: rule, objective: objective)
    }

    var json: JSONValue {
        [
            "profile": .string(profile), "limit": .double(limit), "objective": .string(objective.rawValue),
            "share": .double(share), "confidence": .double(confidence),
            "settings": .array(
                settings.map {
                    [
                        "policy": .string($0.policy.rawValue), "agents": .integer($0.agents),
                        "over": $0.over.map { .string($0) } ?? .null, "value": $0.value.map { .string($0) } ?? .null,
                    ]
                }
            ),
        ]
    }

    init?(_ json: JSONValue) {
        guard let profile = json["profile"]?.string, let limit = json["limit"]?.double,
            let objective = json["objective"]?.string.flatMap(CalibrationObjective.init(rawValue:)),
            let share = json["share"]?.double, let confidence = json["confidence"]?.double,
            CalibrationRequest.shares.contains(share), CalibrationRequest.shares.contains(confidence),
            let elements = json["settings"]?.elements
        else { return nil }
        var settings: [CalibrationSetting] = []
        for element in elements {
            guard let policy = element["policy"]?.string.flatMap(PacingName.init(rawValue:)),
                let agents = element["agents"]?.integer
            else { return nil }
            settings.append(
                CalibrationSetting(
                    policy: policy,
                    agents: agents,
                    over: element["over"]?.string,
                    value: element["value"]?.string,
                    window: nil
                )
            )
        }
        self.init(
            profile: profile,
            limit: limit,
            objective: objective,
            share: share,
            confidence: confidence,
            settings: settings
        )
    }
}

extension LegalWindow.Outcome {
    /// The numbers that judgement and metrics need, in a fixed order.
    fileprivate var json: JSONValue {
        let (calls, measures) = (measures.calls, measures)
        return .array([
            .bool(isBreached), .bool(isEmpty), .integer(self.calls), .integer(abandoned), .integer(calls.answered),
            .integer(calls.abandoned), .integer(calls.falsePositives), .integer(measures.connects),
            .double(measures.busySeconds), .double(measures.agentSeconds),
        ])
    }

    fileprivate init?(_ json: JSONValue) {
        guard let members = json.elements, members.count == 10, let isBreached = members[0].bool,
            let isEmpty = members[1].bool
        else { return nil }
        let counts = members[2...7].compactMap(\.integer)
        guard counts.count == 6, let busy = members[8].double, let duty = members[9].double else { return nil }
        var measures = Measures()
        measures.calls.outcomes[.answered] = counts[2]
        measures.calls.abandoned = counts[3]
        measures.calls.falsePositives = counts[4]
        measures.connects = counts[5]
        (measures.busySeconds, measures.agentSeconds) = (busy, duty)
        self.init(isBreached: isBreached, isEmpty: isEmpty, calls: counts[0], abandoned: counts[1], measures: measures)
    }
}
