package import DialerEngine
package import Statistics

/// Finds for each policy and team the most aggressive settings that keep a rule with stated confidence.
///
/// Settings are tried from the cautious side, each by the same ``SequentialPlan``, and the search ends at the first that is not certified.
/// So the probability of certifying any setting whose windows comply too seldom is at most 1 − confidence, and that of the
/// recommended one too, without a correction for many tests (Maurer, Hothorn and Lehmacher, in Biometrie in der
/// chemisch-pharmazeutischen Industrie 6 (1995) 3). All settings meet the same customers.
package struct Calibration: Sendable {
    package let groups: [CalibrationGroup]
    package let plan: SequentialPlan
    package let profile: ComplianceProfile
    package let objective: CalibrationObjective

    package init(
        groups: [CalibrationGroup],
        plan: SequentialPlan,
        profile: ComplianceProfile,
        objective: CalibrationObjective
    ) {
        self.groups = groups
        self.plan = plan
        self.profile = profile
        self.objective = objective
    }

    /// How far a calibration has come.
    package struct Progress: Hashable, Sendable {
        package var setting: CalibrationSetting
        /// Windows simulated of it, and the most that it may need.
        package var windows: Int
        package var mostWindows: Int
        /// Settings decided until now, and the most that may follow.
        package var settingsDone: Int
        package var settingsAhead: Int
    }

    /// Calibrates; the results do not depend on the number of threads.
    ///
    /// - Parameters:
    ///   - windows: Returns windows of a setting; by default they are simulated.
    ///   - progress: Told before each group of windows.
    ///   - isDone: Told each setting's result as soon as it is known.
    package func run(
        threads: Int,
        progress: (Progress) -> Void = { _ in },
        isDone: (SettingResult) -> Void = { _ in }
    ) async throws -> [SettingResult] {
        try await run(progress: progress, isDone: isDone) { setting, numbers in
            try await setting.window?.simulate(numbers, threads: threads) ?? []
        }
    }

    package func run(
        progress: (Progress) -> Void = { _ in },
        isDone: (SettingResult) -> Void = { _ in },
        windows: (CalibrationSetting, Range<UInt32>) async throws -> [LegalWindow.Outcome]
    ) async throws -> [SettingResult] {
        var results: [SettingResult] = []
        var ahead = groups.reduce(0) { $0 + $1.settings.count }
        for group in groups {
            var hasEnded = false
            for setting in group.settings {
                ahead -= 1
                guard !hasEnded else {
                    results.append(SettingResult(setting, .notTested, [], objective: objective))
                    continue
                }
                let result = try await test(setting, done: results.count, ahead: ahead, progress, windows)
                results.append(result)
                isDone(result)
                hasEnded = result.verdict != .certified
            }
        }
        return results
    }

    private func test(
        _ setting: CalibrationSetting,
        done: Int,
        ahead: Int,
        _ progress: (Progress) -> Void,
        _ windows: (CalibrationSetting, Range<UInt32>) async throws -> [LegalWindow.Outcome]
    ) async throws -> SettingResult {
        var outcomes: [LegalWindow.Outcome] = []
        for (index, look) in plan.looks.enumerated() {
            progress(
                Progress(
                    setting: setting,
                    windows: outcomes.count,
                    mostWindows: plan.mostTrials,
                    settingsDone: done,
                    settingsAhead: ahead
                )
            )
            outcomes += try await windows(setting, UInt32(outcomes.count)..<UInt32(look.trials))
            // What was not judged cannot comply: an empty window decides nothing, and ends the test.
            guard !outcomes.contains(where: \.isEmpty) else { break }
            switch plan.decide(atLook: index, failures: outcomes.count(where: \.isBreached)) {
            case .certified: return SettingResult(setting, .certified, outcomes, objective: objective)
            case .rejected: return SettingResult(setting, .rejected, outcomes, objective: objective)
            case .goOn, .inconclusive: continue
            }
        }
        return SettingResult(setting, .inconclusive, outcomes, objective: objective)
    }
}
