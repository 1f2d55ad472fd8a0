import Addresses
package import DialerEngine
import ExactJSON
import RunReport
package import ScenarioFile
import SimulationAPI
import Statistics

/// A calibration with what it was made from.
package struct PlannedCalibration: Sendable {
    package let calibration: Calibration
    package let scenario: String
    /// How the scenario dials as it stands.
    package let pacing: Pacing
    package let seed: UInt32
    /// The texts that decide what is simulated: equal ones give equal windows.
    package let fingerprint: String
    /// The windows of the scenario as it stands.
    package let own: LegalWindow
    /// What is allowed in the scenario and probably not meant.
    package let warnings: [Diagnostic]
}

/// What is varied, and what has to be shown.
package struct CalibrationRequest: Hashable, Sendable {
    /// `PATH=FROM..TO/STEPS` or `PATH=V1,V2,…`; `nil` for the policy's own parameter.
    package var over: String?
    /// Team sizes, separated by commas; `nil` for the scenario's.
    package var agents: String?
    /// Policies, separated by commas; `nil` for the scenario's.
    package var policies: String?
    package var objective = CalibrationObjective.occupancy
    /// The rule to keep; `nil` for the scenario's first one with a limit.
    package var profile: String?
    /// The share of all windows that has to keep the rule.
    package var share = 0.95
    /// The confidence with which that is shown.
    package var confidence = 0.95

    package init() {}

    /// The shares and confidences that can be asked for.
    ///
    /// The least number of windows that can show a requirement grows with both; at these bounds it is 92,099.
    package static let shares = 0.0001...0.9999
    /// ``shares`` in words, for help and messages.
    package static let sharesInWords = "from 0.01% to 99.99%"

    /// A share of a whole within ``shares``, as `95%` or `0.95`; `nil` for another text.
    package static func share(_ text: String) -> Double? {
        let isPercent = text.hasSuffix("%")
        guard let number = Double(isPercent ? String(text.dropLast()) : text) else { return nil }
        let share = isPercent ? number / 100 : number
        return shares.contains(share) ? share : nil
    }
}

/// Reads a scenario once for each setting of a calibration.
package struct CalibrationPlanning {
    package typealias Source = (text: String, file: String)

    private let source: Source
    private let overrides: [String]
    private let options: CalibrationRequest
    private let seed: UInt32
    /// The command that needs it, for messages.
    private let command: String

    /// - Parameters:
    ///   - overrides: fields of the scenario that are replaced, as `PATH=VALUE`.
    ///   - command: the command that needs it, for messages.
    package init(
        _ source: Source,
        overrides: [String] = [],
        _ options: CalibrationRequest,
        seed: UInt32,
        for command: String
    ) {
        (self.source, self.overrides, self.options) = (source, overrides, options)
        (self.seed, self.command) = (seed, command)
    }

    /// The settings to try, in their order.
    ///
    /// - Throws: `ScenarioError` with everything that is wrong with the scenario or the request.
    package func plan() throws(ScenarioError) -> PlannedCalibration {
        let loaded = try load([]).warned(by: command)
        func refuse(_ code: ViolationCode, _ message: String, _ pointer: [String] = []) -> ScenarioError {
            ScenarioError([loaded.document.diagnostic(.error, code, message, at: JSONPointer(tokens: pointer))])
        }
        guard let experiment = loaded.scenario.experiment(seed: seed) else {
            throw refuse(
                .fieldMissing,
                "contactCenter is missing: `\(command)` needs agents, ringing, talk and patience"
            )
        }
        guard experiment.shift != nil else {
            throw refuse(
                .runLength,
                "`\(command)` needs the length of a day: write run.shift, such as {shift: 8h}",
                ["run"]
            )
        }
        let profile = try self.profile(loaded, refuse)
        guard let own = LegalWindow(experiment, of: profile) else {
            throw refuse(.complianceProfile, "the rule \(profile.name) sets no limit on a share", ["compliance"])
        }
        var teams = [experiment.center.agents]
        if let text = options.agents {
            teams = try numbers(text, "--agents", refuse)
            if experiment.center.roster != nil {
                throw refuse(
                    .fieldRange,
                    "--agents has no effect on a roster, which says how many agents there are",
                    ["contactCenter", "roster"]
                )
            }
        }
        var policies = [loaded.scenario.pacing.name]
        if let text = options.policies {
            policies = []
            for word in text.split(separator: ",", omittingEmptySubsequences: false) {
                guard let policy = PacingName(rawValue: String(word)) else {
                    let names = PacingName.allCases.map(\.rawValue)
                    throw refuse(
                        .fieldType,
                        "--policies: unknown policy \(Suggestion.quoted(String(word), among: names))"
                    )
                }
                if !policies.contains(policy) { policies.append(policy) }
            }
        }
        var range: CalibrationRange?
        if let over = options.over {
            do throws(FormatError) { range = try CalibrationRange(parsing: over) } catch {
                throw refuse(.setSyntax, "--over \(PrintableText.excerpt(over)): \(error)")
            }
            if let path = range?.path, path.hasPrefix("pacing."), options.policies != nil {
                throw refuse(.setSyntax, "--over \(path) belongs to one policy; leave out --policies")
            }
        }
        var groups: [CalibrationGroup] = []
        for policy in policies {
            for agents in teams {
                let settings = try settings(policy, agents, range, loaded.scenario.pacing, profile, refuse)
                groups.append(CalibrationGroup(policy: policy, agents: agents, settings: settings))
                guard groups.reduce(0, { $0 + $1.settings.count }) <= CalibrationRange.mostValues else {
                    throw refuse(
                        .fieldRange,
                        "more than \(CalibrationRange.mostValues) settings in all; ask for fewer policies, teams or values"
                    )
                }
            }
        }
        let requirement = ChanceConstraint(proportion: options.share, confidence: options.confidence)
        let calibration = Calibration(
            groups: groups,
            plan: SequentialPlan(requirement),
            profile: profile,
            objective: options.objective
        )
        let settings = groups.flatMap(\.settings).map(\.title)
        let parts = [source.text] + overrides + settings + [profile.name, "\(requirement)", "\(seed)"]
        return PlannedCalibration(
            calibration: calibration,
            scenario: loaded.scenario.name,
            pacing: loaded.scenario.pacing,
            seed: seed,
            fingerprint: parts.joined(separator: "\n"),
            own: own,
            warnings: loaded.warnings
        )
    }

    /// Settings between two values of a path, both left out.
    package func settings(
        between low: String,
        and high: String,
        of path: String,
        _ planned: PlannedCalibration
    ) throws(ScenarioError) -> [CalibrationSetting] {
        guard let group = planned.calibration.groups.first,
            let range = try? CalibrationRange(parsing: "\(path)=\(low)..\(high)/9")
        else { return [] }
        let file = source.file
        let settings = try settings(
            group.policy,
            group.agents,
            range,
            planned.pacing,
            planned.calibration.profile
        ) { code, message, _ in ScenarioError([Diagnostic(.error, code, message, at: SourcePlace(file: file))]) }
        return Array(settings.dropFirst().dropLast())
    }

    private func load(_ more: [String]) throws(ScenarioError) -> LoadedScenario {
        var all: [Override] = []
        for text in overrides + more { all.append(try Override(parsing: text)) }
        return try Scenario.parse(text: source.text, file: source.file, overrides: all)
    }

    private func profile(
        _ loaded: LoadedScenario,
        _ refuse: (ViolationCode, String, [String]) -> ScenarioError
    ) throws(ScenarioError) -> ComplianceProfile {
        let known = loaded.scenario.compliance + ComplianceProfile.named
        guard let name = options.profile else {
            let judged = loaded.scenario.compliance.first { $0.limit != nil && $0.attemptLimit == nil }
            guard let judged else {
                throw refuse(
                    .complianceProfile,
                    "no rule of the scenario has a limit on a share; name one with --profile",
                    ["compliance"]
                )
            }
            return judged
        }
        guard let profile = known.first(where: { $0.name == name }) else {
            throw refuse(
                .complianceProfile,
                "--profile: unknown compliance profile \(Suggestion.quoted(name, among: known.map(\.name)))",
                []
            )
        }
        guard profile.limit != nil, profile.attemptLimit == nil else {
            throw refuse(
                .complianceProfile,
                "--profile \(name): the rule sets no limit on a share, so nothing can be certified",
                []
            )
        }
        return profile
    }

    private func numbers(
        _ text: String,
        _ option: String,
        _ refuse: (ViolationCode, String, [String]) -> ScenarioError
    ) throws(ScenarioError) -> [Int] {
        var numbers: [Int] = []
        for word in text.split(separator: ",", omittingEmptySubsequences: false) {
            guard let number = Int(word), ContactCenter.agentBounds.contains(number) else {
                throw refuse(.fieldRange, "\(option): \"\(word)\" is not a number of agents in 1…1000000", [])
            }
            if !numbers.contains(number) { numbers.append(number) }
        }
        return numbers
    }

    private func settings(
        _ policy: PacingName,
        _ agents: Int,
        _ range: CalibrationRange?,
        _ own: Pacing,
        _ profile: ComplianceProfile,
        _ refuse: (ViolationCode, String, [String]) -> ScenarioError
    ) throws(ScenarioError) -> [CalibrationSetting] {
        let usual = policy.aggressiveness(agents: agents)
        let ownPath = usual.map { "pacing.\(policy.rawValue).\($0.parameter)" }
        var values: [String?] = usual?.values ?? [nil]
        if let range {
            values = range.values
            // The cautious side of a policy's own parameter is the smaller one.
            if range.path == ownPath { values = range.values.sorted { Self.size(of: $0) < Self.size(of: $1) } }
        } else if policy == .poisson {
            throw refuse(
                .setSyntax,
                "poisson has no usual range; write --over pacing.poisson.callsPerHour=FROM..TO/STEPS",
                []
            )
        }
        let path = range?.path ?? ownPath
        var settings: [CalibrationSetting] = []
        for value in values {
            var more: [String] = []
            if options.agents != nil { more.append("contactCenter.agents=\(agents)") }
            if policy != own.name {
                let parameter = value.flatMap { value in usual.map { "\($0.parameter): \(value)" } } ?? ""
                let isOwnPath = path == ownPath
                more.append("pacing={\"\(policy.rawValue)\": {\(isOwnPath ? parameter : "")}}")
                if !isOwnPath, let path, let value { more.append("\(path)=\(value)") }
            } else if let path, let value {
                more.append("\(path)=\(value)")
                // A dialer begins no higher than the highest level that it may use.
                if path == "pacing.vicidial.maxLevel", case .vicidial(let law) = own,
                    law.initialLevel > Self.size(of: value)
                {
                    more.append("pacing.vicidial.initialLevel=\(value)")
                }
            }
            let loaded = try load(more)
            guard let experiment = loaded.scenario.experiment(seed: seed),
                let window = LegalWindow(experiment, of: profile)
            else { throw refuse(.runLength, "`\(command)` needs the length of a day: write run.shift", ["run"]) }
            do throws(SimulationError) { try window.experiment.validate() } catch {
                throw refuse(.fieldRange, "\(path ?? policy.rawValue) \(value ?? ""): \(error)", [])
            }
            settings.append(
                CalibrationSetting(policy: policy, agents: agents, over: path, value: value, window: window)
            )
        }
        return settings
    }

    private static func size(of value: String) -> Double {
        value.hasSuffix("%") ? (Double(value.dropLast()) ?? 0) / 100 : Double(value) ?? 0
    }
}
