package import DialerEngine
package import ExactJSON
package import RunReport
import Statistics

/// What a calibration found: every setting, and the recommended one of each policy and team.
package struct CalibrationResult: Sendable {
    /// The certified settings of one policy and team, and the best of them.
    package struct Group: Sendable {
        package let policy: PacingName
        package let agents: Int
        package let results: [SettingResult]
        /// The certified setting with the largest objective, the more aggressive one of equals; nil without a certified one.
        package let recommended: SettingResult?
    }

    /// The difference of the objective between a policy's recommended setting and the best policy's, for one team.
    package struct Ranking: Sendable {
        package let policy: PacingName
        package let agents: Int
        package let difference: Estimate
    }

    package let scenario: String
    package let seed: UInt32
    package let calibration: Calibration
    package let groups: [Group]
    /// Policies with several ranked by the objective of their recommended settings, the best first, for each team.
    package let rankings: [Ranking]

    /// - Parameter results: Those of ``Calibration/run(threads:progress:isDone:)``, in their order; fewer after an interruption.
    package init(_ results: [SettingResult], of calibration: Calibration, scenario: String, seed: UInt32) {
        self.scenario = scenario
        self.seed = seed
        self.calibration = calibration
        var rest = results[...]
        groups = calibration.groups.map { group in
            let own = Array(rest.prefix(group.settings.count))
            rest = rest.dropFirst(group.settings.count)
            let objective = calibration.objective
            let best = own.filter { $0.verdict == .certified }.reduce(SettingResult?.none) { best, next in
                guard let best, let highest = best.value(of: objective), let value = next.value(of: objective) else {
                    return best ?? next
                }
                return value >= highest ? next : best
            }
            return Group(policy: group.policy, agents: group.agents, results: own, recommended: best)
        }
        rankings = Self.rankings(groups, calibration.objective)
    }

    /// Reads a document of `calibrate`; nil if it is not a whole one.
    package init?(_ json: JSONValue) {
        guard let scenario = json["scenario"]?.string,
            let seed = json["seed"]?.integer.flatMap({ UInt32(exactly: $0) }),
            let objective = json["objective"]?.string.flatMap(CalibrationObjective.init(rawValue:)),
            let requirement = json["requirement"], let profile = requirement["profile"]?.string,
            let share = requirement["share"]?.double, let confidence = requirement["confidence"]?.double,
            CalibrationRequest.shares.contains(share), CalibrationRequest.shares.contains(confidence),
            let settings = json["settings"]?.elements, let recommended = json["recommended"]?.elements
        else { return nil }
        let results = settings.compactMap { SettingResult($0) }
        guard results.count == settings.count else { return nil }
        let outline = CalibrationOutline(
            profile: profile,
            limit: requirement["limit"]?.double ?? 0,
            objective: objective,
            share: share,
            confidence: confidence,
            settings: results.map(\.setting)
        )
        (self.scenario, self.seed, calibration) = (scenario, seed, outline.calibration)
        var rest = results[...]
        groups = calibration.groups.map { group in
            let own = Array(rest.prefix(group.settings.count))
            rest = rest.dropFirst(group.settings.count)
            let best = recommended.first {
                $0["policy"]?.string == group.policy.rawValue && $0["agents"]?.integer == group.agents
            }
            let value = best.map { $0["value"]?.string ?? $0["value"]?.number }
            return Group(
                policy: group.policy,
                agents: group.agents,
                results: own,
                recommended: value.flatMap { value in own.first { $0.setting.value == value } }
            )
        }
        rankings = (json["ranking"]?.elements ?? []).compactMap { item in
            guard let policy = item["policy"]?.string.flatMap(PacingName.init(rawValue:)),
                let agents = item["agents"]?.integer
            else { return nil }
            return Ranking(policy: policy, agents: agents, difference: Estimate(item["difference"]))
        }
    }

    package var verdict: Verdict {
        if groups.contains(where: { $0.results.first?.verdict == .rejected }) { return .fail }
        return groups.allSatisfy { $0.recommended != nil } ? .pass : .inconclusive
    }

    package var exitCode: ExitCode {
        switch verdict {
        case .pass: .pass
        case .fail: .assertionFailed
        case .inconclusive: .inconclusive
        }
    }

    private static func rankings(_ groups: [Group], _ objective: CalibrationObjective) -> [Ranking] {
        Dictionary(
            grouping: groups.compactMap { group in group.recommended.map { (group, $0) } },
            by: \.0.agents
        )
        .sorted { $0.key < $1.key }
        .flatMap { agents, entries in
            let ranked = entries.sorted { ($0.1.value(of: objective) ?? 0) > ($1.1.value(of: objective) ?? 0) }
            guard let best = ranked.first, ranked.count > 1 else { return [Ranking]() }
            return ranked.map { group, result in
                // The same windows of both: as many as the shorter test needed.
                let count = min(result.observations.count, best.1.observations.count)
                let paired = PairedDifference(
                    Array(result.observations.prefix(count)),
                    Array(best.1.observations.prefix(count))
                )
                let difference = Estimate(paired, within: -Double.infinity...Double.infinity)
                return Ranking(policy: group.policy, agents: agents, difference: difference)
            }
        }
    }

    package var json: JSONValue {
        let requirement = calibration.plan.requirement
        return [
            "version": 1, "kind": "calibrate", "scenario": .string(scenario), "seed": .integer(seed),
            "objective": .string(calibration.objective.rawValue),
            "requirement": [
                "profile": .string(calibration.profile.name), "limit": .double(limit),
                "share": .double(requirement.proportion),
                "confidence": .double(requirement.confidence),
                "plan": .array(
                    calibration.plan.looks.map { look in
                        [
                            "windows": .integer(look.trials), "breaches": .integer(look.certifiesUpTo),
                            "rejectsFrom": look.rejectsFrom.map { .integer($0) } ?? .null,
                        ]
                    }
                ),
            ],
            "settings": .array(groups.flatMap(\.results).map(\.json)),
            "recommended": .array(
                groups.compactMap(\.recommended).map { result in
                    [
                        "policy": .string(result.setting.policy.rawValue), "agents": .integer(result.setting.agents),
                        "value": SettingResult.json(result.setting.value),
                    ]
                }
            ),
            "ranking": .array(
                rankings.map { ranking in
                    [
                        "policy": .string(ranking.policy.rawValue), "agents": .integer(ranking.agents),
                        "difference": ranking.difference.json,
                    ]
                }
            ),
            "assertions": .array(groups.map { $0.judged.json }), "verdict": .string(verdict.rawValue),
            "exitCode": .integer(exitCode.rawValue),
        ]
    }

    /// What a group is called beside the others: its team, and its policy if there are several.
    func name(of group: Group) -> String {
        Set(groups.map(\.policy)).count > 1 ? group.title : NumberText.count(group.agents, "agent")
    }

    /// The highest share that complies with the rule.
    var limit: Double { calibration.profile.limit?.doubleValue ?? 0 }

    /// One sentence for each policy and team that a manager can read aloud.
    package var sentences: [String] {
        let requirement = calibration.plan.requirement
        let confidence = NumberText.short(100 * requirement.confidence, 1)
        let share = NumberText.short(100 * requirement.proportion, 1)
        return groups.map { group in
            let several = Set(groups.map(\.policy)).count > 1
            let team = NumberText.count(group.agents, "agent") + (several ? " with \(group.policy.rawValue)" : "")
            guard let best = group.recommended else {
                guard let first = group.results.first, first.verdict != .notTested else {
                    return "\(team): nothing was tested."
                }
                if first.windowsEmpty > 0 {
                    return
                        "\(team): \(NumberText.count(first.windowsEmpty)) of \(NumberText.count(first.windows, "window")) "
                        + "had no call that counts, so nothing can be certified."
                }
                let word = first.verdict == .rejected ? "breaks" : "cannot be shown to keep"
                return "\(team): even the most cautious setting \(word) \(calibration.profile.name)."
            }
            let setting = best.setting
            let occupancy = best.occupancy.mean.map { NumberText.percent($0) } ?? "–"
            return
                "\(team): dial with \(setting.words). With \(confidence) % confidence at least \(share) % of all windows keep "
                + "\(calibration.profile.name), agents are busy \(occupancy) of their time, "
                + "and \(best.abandonmentRate.mean.map { NumberText.short(100 * $0, 2) } ?? "–") % of the callers who answer are abandoned."
                + (best == group.results.last && group.results.count > 1
                    ? " That is the boldest setting that was tried." : "")
        }
    }
}

extension CalibrationSetting {
    /// The value of what is varied as one says it, such as `1.4 lines per agent`.
    fileprivate var words: String {
        guard let value, let name = over?.split(separator: ".").last else { return "the policy as it is" }
        return switch name {
        case "linesPerAgent": "\(value) \(value == "1" ? "line" : "lines") per agent"
        case "lines": "\(value) \(value == "1" ? "line" : "lines")"
        case "maxLevel": "a level of at most \(value)"
        case "abandonTarget": "an abandonment target of \(value)"
        default: "\(name) \(value)"
        }
    }
}

extension CalibrationResult.Group {
    /// What the group is called, such as `power, 10 agents`.
    var title: String { "\(policy.rawValue), \(NumberText.count(agents, "agent"))" }

    var verdict: Verdict {
        if recommended != nil { return .pass }
        return results.first?.verdict == .rejected ? .fail : .inconclusive
    }

    /// Whether the team has a certified setting, as the other documents write what they judged.
    fileprivate var judged: ResultDocument.Judged {
        let varied = results.first?.setting.over?.split(separator: ".").last.map { "\($0) " } ?? ""
        let observed = recommended.map { "\(varied)\($0.setting.value ?? policy.rawValue) is certified" }
        let first = results.first.map { "the most cautious setting is \($0.verdict.rawValue)" }
        return ResultDocument.Judged(
            name: "calibrate.\(policy.rawValue).\(agents)",
            title: title,
            verdict: verdict,
            observed: observed ?? first ?? "nothing was tested",
            expected: "a certified setting",
            detail: ""
        )
    }
}
