import Addresses
import DialerEngine
import ExactJSON
import ScenarioFile

extension ImportedCampaign {
    /// The whole scenario: what the configuration says, and what had to be assumed beside it.
    package func scenario() -> CommentedScenario {
        var writer = ScenarioWriter(draft)
        writer.write(product)
        return writer.scenario
    }

    /// Puts the settings of the dialer into a scenario that was made from records.
    ///
    /// Pacing, rules, lines and retries are settings, so those of the dialer replace what is there. What records show,
    /// such as patience and ringing, stays, unless it is only assumed there. Settings that are not taken become ignored.
    package mutating func merge(into scenario: inout CommentedScenario) {
        let taken = ScenarioWriter.merge(draft, into: &scenario)
        for index in settings.indices {
            guard let path = settings[index].to, !path.hasPrefix("pacing"), !path.hasPrefix("compliance"),
                !taken.contains(where: { $0 == path || $0.hasPrefix("\(path).") })
            else { continue }
            settings[index].state = .ignored
            settings[index].to = nil
            settings[index].why =
                path == "name" ? "the scenario has a name already" : "what the records say of \(path) stays"
        }
    }
}

extension CommentedScenario {
    /// A text as the name of a scenario: visible, on one line, at most 100 characters.
    static func name(_ text: String) -> String {
        let line = PrintableText.line(text, limit: 90)
        return line.count <= 100 ? line : String(line.prefix(100))
    }
}

/// Writes the parts of a draft in the order of a scenario.
private struct ScenarioWriter {
    var scenario = CommentedScenario()
    private let draft: CampaignDraft
    private var assumed: [String] = []

    init(_ draft: CampaignDraft) { self.draft = draft }

    mutating func write(_ product: DialerProduct) {
        scenario.heading = [
            "From \(product.subject), by `ringback import`. Parameters map, behaviour is a model: see what the command",
            "lists as approximated. What the file cannot know is assumed; write your own values, or let `ringback fit` find them.",
        ]
        scenario.set("version", 1)
        put("name", or: .string("\(product.rawValue)-campaign"))
        writeSimulation()
        writeCenter()
        writeList()
        assumed += Self.writePacing(draft, into: &scenario)
        put("run.shift", or: "8h", isAssumed: true)
        if draft.parts["run.start"] != nil { put("run.start", or: "09:00") }
        if draft.assumed.contains("run.start") { assumed.append("run.start") }
        if !Self.writeRule(draft, into: &scenario) {
            scenario.set("compliance", ["us-tsr"], comment: "assumed")
            assumed.append("compliance")
        } else if draft.assumed.contains("compliance") {
            assumed.append("compliance")
        }
        var seen: Set<String> = []
        let paths = assumed.filter { seen.insert($0).inserted && scenario[$0] != nil }
        scenario.set("assumed", .array(paths.map { .string($0) }))
    }

    private mutating func put(_ path: String, or usual: JSONValue, isAssumed: Bool = false) {
        if let part = draft.parts[path] {
            scenario.set(path, part.value, comment: part.comment)
        } else {
            scenario.set(path, usual, comment: isAssumed ? "assumed" : nil)
            if isAssumed { assumed.append(path) }
        }
    }

    private mutating func writeSimulation() {
        scenario.set(
            "simulation.campaignId",
            "a1b2c3d4-e5f6-7890-abcd-ef1234567890",
            comment: "only `run` sends it: your own"
        )
        scenario.set("simulation.virtualAgentMatrix", ["flowId": "va-flow-12345", "language": "en-US"])
        let outcomes = "simulation.outcomeInjection"
        scenario.set("\(outcomes).enabled", true)
        for (outcome, share) in [
            ("dialTone", "0.05"), ("busySignal", "0.05"), ("noAnswer", "0.45"), ("answer", "0.30"),
        ] {
            scenario.set("\(outcomes).\(outcome)Probability", .number(share))
        }
        scenario.comment(outcomes, "assumed; what is left of 1 goes to voicemail")
        assumed.append("simulation.outcomeInjection")
        scenario.set("simulation.concurrencyLimit", 60)
        scenario.set("simulation.maxCalls", 2000, comment: "a limit for `run`")
        scenario.set("simulation.complianceBypass", true)
        scenario.set("limits", ["maxConcurrent": 60])
    }

    private mutating func writeCenter() {
        put("contactCenter.agents", or: 10, isAssumed: true)
        if draft.parts["contactCenter.lines"] != nil { put("contactCenter.lines", or: .null) }
        let limit = draft.parts["contactCenter.ringing.noAnswer"]
        let seconds = limit?.value["constant"]?.string.flatMap { DurationText.seconds($0) } ?? 25
        // Who answers does so before the dialer gives up.
        let mean = max(0.5, min(12, (seconds * 4).rounded() / 8))
        let usual: JSONValue = [
            "gamma": ["mean": .string("\(Self.short(mean))s"), "sd": .string("\(Self.short(mean / 3))s")]
        ]
        put("contactCenter.ringing.default", or: usual, isAssumed: true)
        if limit != nil { put("contactCenter.ringing.noAnswer", or: .null) }
        put("contactCenter.talk", or: ["lognormal": ["mean": "180s", "sd": "240s"]], isAssumed: true)
        put("contactCenter.wrap", or: ["exponential": ["mean": "30s"]], isAssumed: true)
        if draft.assumed.contains("contactCenter.wrap") { assumed.append("contactCenter.wrap") }
        put("contactCenter.patience", or: ["constant": "2s"], isAssumed: true)
        let delay = "contactCenter.answeringMachineDetection.delay"
        if draft.parts[delay] != nil { put(delay, or: .null) }
    }

    private static func short(_ seconds: Double) -> String { JSONValue.double((seconds * 10).rounded() / 10).text }

    private mutating func writeList() {
        guard draft.parts.keys.contains(where: { $0.hasPrefix("list.") }) else { return }
        put("list.contacts", or: 10_000, isAssumed: true)
        if draft.parts["list.maxAttempts"] != nil { put("list.maxAttempts", or: .null) }
        for path in Self.retryPaths where draft.parts[path] != nil { put(path, or: "never") }
    }

    private static let retryPaths = ContactList.Ending.allCases.map { "list.retry.\($0.rawValue)" }

    /// The policy with all its parameters; those that the file does not give have the usual values.
    ///
    /// - Returns: The paths of what had to be assumed.
    static func writePacing(_ draft: CampaignDraft, into scenario: inout CommentedScenario) -> [String] {
        let name = draft.policy.rawValue
        // Replaced where it stands.
        scenario.set("pacing", .object([]))
        let assumed = draft.assumed.filter { $0 == "pacing" || $0.hasPrefix("pacing.") }
        guard draft.policy != .progressive else {
            scenario.set("pacing", .string(name), comment: draft.policyComment)
            return assumed
        }
        scenario.set("pacing.\(name)", .object([]), comment: draft.policyComment)
        var open: [String] = []
        for (parameter, usual) in draft.policy.usualParameters {
            let path = "pacing.\(name).\(parameter)"
            if let part = draft.parts[path] {
                scenario.set(path, part.value, comment: part.comment)
            } else {
                scenario.set(path, usual, comment: "assumed")
                open.append(path)
            }
        }
        return open + assumed
    }

    /// The rule of the dialer's own; false without one.
    static func writeRule(_ draft: CampaignDraft, into scenario: inout CommentedScenario) -> Bool {
        guard !draft.rule.isEmpty else { return false }
        scenario.set(
            "compliance",
            [.object(draft.rule)],
            comment: "\(draft.ruleComment)\(draft.assumed.contains("compliance") ? ", assumed" : ""); "
                + "add the rule of the law that binds you"
        )
        return true
    }

    /// Returns the paths whose values the dialer gave, beside those of pacing and rules.
    static func merge(_ draft: CampaignDraft, into scenario: inout CommentedScenario) -> Set<String> {
        var taken: Set<String> = []
        var assumed = scenario["assumed"]?.elements?.compactMap(\.string) ?? []
        assumed.removeAll { $0 == "pacing" || $0.hasPrefix("pacing.") }
        assumed += writePacing(draft, into: &scenario)
        if writeRule(draft, into: &scenario) {
            assumed.removeAll { $0.hasPrefix("compliance") }
            if draft.assumed.contains("compliance") { assumed.append("compliance") }
        }
        let settings = ["contactCenter.lines", "list.maxAttempts"] + retryPaths
        let measured = [
            "contactCenter.ringing.noAnswer", "contactCenter.patience", "contactCenter.wrap",
            "contactCenter.answeringMachineDetection.delay", "run.start", "run.shift",
        ]
        let open = Set(measured.filter { scenario[$0] == nil || assumed.contains($0) })
        // A shift is told from its start, so both are the dialer's, or neither is.
        let isRunOpen = open.isSuperset(of: ["run.start", "run.shift"])
        for path in settings + measured {
            guard let part = draft.parts[path] else { continue }
            // A list needs its contacts, which only records know.
            if path.hasPrefix("list."), scenario["list"] == nil { continue }
            let isOpen =
                path.hasPrefix("run.") ? isRunOpen : open.contains(path) && !draft.assumed.contains(path)
            guard settings.contains(path) || isOpen else { continue }
            if path.hasPrefix("contactCenter.") || path.hasPrefix("run."),
                scenario[String(path.prefix { $0 != "." })] == nil
            {
                continue
            }
            scenario.set(path, part.value, comment: part.comment)
            assumed.removeAll { $0 == path }
            if draft.assumed.contains(path) { assumed.append(path) }
            taken.insert(path)
        }
        if assumed.isEmpty {
            scenario.remove("assumed")
        } else {
            scenario.set("assumed", .array(assumed.map { .string($0) }))
        }
        return taken
    }
}

extension PacingName {
    /// The parameters of a policy in their order, with the values that dialers usually have.
    fileprivate var usualParameters: KeyValuePairs<String, JSONValue> {
        switch self {
        case .power: ["linesPerAgent": 1]
        case .ratio: ["level": 1]
        case .vicidial:
            ["method": "hardLimit", "dropLimit": "3%", "maxLevel": 3, "target": 0, "intensity": 0, "initialLevel": 1]
        case .lookahead: ["abandonTarget": "3%"]
        case .feedback: ["abandonTarget": "3%", "maxLinesPerAgent": 3, "gain": 1, "pace": 100]
        case .progressive, .fixedLines, .poisson: [:]
        }
    }
}
