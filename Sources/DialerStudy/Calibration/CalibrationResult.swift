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

    /// Policies with several ranked by the objective of their recommended settings, the best first, for each team.
    package var rankings: [Ranking] {
        let objective = calibration.objective
        return Dictionary(
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
            "version": 1, "scenario": .string(scenario), "seed": .integer(seed),
            "objective": .string(calibration.objective.rawValue),
            "requirement": [
                "profile": .string(calibration.profile.name), "share": .double(requirement.proportion),
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
            "verdict": .string(verdict.rawValue), "exitCode": .integer(exitCode.rawValue),
        ]
    }

    /// One sentence for each policy and team that a manager can read aloud.
    package var sentences: [String] {
        let requirement = calibration.plan.requirement
        let confidence = NumberText.short(100 * requirement.confidence, 1)
        let share = NumberText.short(100 * requirement.proportion, 1)
        return groups.map { group in
            let team = "\(NumberText.count(group.agents, "agent")), \(group.policy.rawValue)"
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
            let varied = setting.over?.split(separator: ".").last.map { "\($0) \(setting.value ?? "")" } ?? "it"
            let occupancy = best.occupancy.mean.map { NumberText.percent($0) } ?? "–"
            return
                "\(team): dial with \(varied). With \(confidence) % confidence at least \(share) % of all windows keep "
                + "\(calibration.profile.name), agents are busy \(occupancy) of their time, "
                + "and \(best.abandonmentRate.mean.map { NumberText.short(100 * $0, 2) } ?? "–") % of the callers who answer are abandoned."
        }
    }
}
