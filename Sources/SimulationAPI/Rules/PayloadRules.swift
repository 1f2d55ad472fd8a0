import Addresses
public import ExactJSON

/// The rules of a simulation payload: one implementation for client, sandbox, `validate` and `run`.
///
/// Every violation of a document is reported, never only the first.
///
/// ```swift
/// switch PayloadRules().check(try JSONReader.read(body)) {
/// case .success(let payload): create(payload)
/// case .failure(let violations): for violation in violations.list { print(violation.pointer, violation.message) }
/// }
/// ```
public struct PayloadRules: Hashable, Sendable {
    /// The highest `concurrencyLimit` that the organisation allows.
    public var maxConcurrent: Int
    /// The longest tag, in characters.
    public var maxTagLength: Int
    /// Whether the sandbox's own `contactCenter` and `pacing` are accepted.
    public var acceptsExtensions: Bool

    /// The most calls of one simulation.
    public static let maximumCalls = 1_000_000
    /// The longest flow or script id, in characters.
    public static let maximumIdentifierLength = 128

    /// Creates the rules.
    public init(maxConcurrent: Int = 5, maxTagLength: Int = 128, acceptsExtensions: Bool = true) {
        self.maxConcurrent = maxConcurrent
        self.maxTagLength = maxTagLength
        self.acceptsExtensions = acceptsExtensions
    }

    /// Checks a document against every rule.
    ///
    /// - Returns: the payload, or everything that is wrong, with pointers into the document.
    public func check(_ json: JSONValue) -> Result<SimulationPayload, Violations> {
        var form = Form(json, at: .root)
        guard case .object = json else {
            return .failure(Violations([.type(.root, "an object", json)]))
        }
        let known =
            [
                "campaignId", "virtualAgentMatrix", "outcomeInjection", "concurrencyLimit", "maxCalls",
                "complianceBypass", "webhookUrl", "tag",
            ] + (acceptsExtensions ? ["contactCenter", "pacing"] : [])
        form.refuseUnknown(known)
        let campaignID = campaignID(&form)
        let agent = virtualAgent(&form)
        let outcomes = outcomes(&form)
        let concurrency = form.integer(
            "concurrencyLimit",
            in: 1...max(1, maxConcurrent),
            .concurrencyRange,
            because: "calls at once inside one simulation; the organisation allows \(maxConcurrent)"
        )
        let calls = form.integer(
            "maxCalls",
            in: 1...Self.maximumCalls,
            .maxCallsRange,
            because: "calls to dial in one simulation"
        )
        complianceBypass(&form)
        let url = form.optionalText("webhookUrl")
        if let url, let problem = WebhookURL.problem(of: url) {
            form.report("webhookUrl", .webhookURLInvalid, problem)
        }
        let tag = form.optionalText("tag")
        if let tag { checkTag(tag, &form) }
        let (contactCenter, pacing) = acceptsExtensions ? extensions(&form) : (nil, nil)
        guard form.violations.isEmpty, let campaignID, let agent, let outcomes, let concurrency, let calls else {
            return .failure(Violations(form.violations))
        }
        return .success(
            SimulationPayload(
                campaignID: campaignID,
                virtualAgent: agent,
                outcomes: outcomes,
                concurrencyLimit: concurrency,
                maxCalls: calls,
                complianceBypass: true,
                webhookURL: url,
                tag: tag,
                contactCenter: contactCenter,
                pacing: pacing
            )
        )
    }

    /// The sandbox's extensions: only their type is judged here, the engine behind the sandbox reads them.
    private func extensions(_ form: inout Form) -> (contactCenter: JSONValue?, pacing: JSONValue?) {
        let contactCenter = form.extension("contactCenter", wanted: "an object") { $0.kind == "an object" }
        let pacing = form.extension("pacing", wanted: "an object or the name of a policy") {
            $0.kind == "an object" || $0.kind == "a string"
        }
        return (contactCenter, pacing)
    }

    private func campaignID(_ form: inout Form) -> String? {
        guard let text = form.text("campaignId") else { return nil }
        guard let id = UUIDText.canonical(text) else {
            form.report(
                "campaignId",
                .campaignIDFormat,
                "campaignId must be a UUID such as a1b2c3d4-e5f6-7890-abcd-ef1234567890"
            )
            return nil
        }
        return id
    }

    private func virtualAgent(_ form: inout Form) -> SimulationPayload.VirtualAgentMatrix? {
        guard var matrix = form.object("virtualAgentMatrix") else { return nil }
        defer { form.violations += matrix.violations }
        matrix.refuseUnknown(["flowId", "scriptId", "language"])
        let flow = matrix.optionalText("flowId", maximum: Self.maximumIdentifierLength)
        let script = matrix.optionalText("scriptId", maximum: Self.maximumIdentifierLength)
        let language = matrix.optionalText("language")
        if let language, !LanguageTag.isWellFormed(language) {
            matrix.report("language", .languageFormat, "language must be a BCP 47 tag such as en-US")
        }
        let isNamed = !(flow ?? "").isEmpty || !(script ?? "").isEmpty
        if !isNamed, !matrix.hasWrongType("flowId"), !matrix.hasWrongType("scriptId") {
            matrix.reportSelf(
                .virtualAgentMissing,
                "virtualAgentMatrix must name a virtual agent: give flowId or scriptId"
            )
        }
        func filled(_ text: String?) -> String? { text.flatMap { $0.isEmpty ? nil : $0 } }
        return SimulationPayload.VirtualAgentMatrix(
            flowID: filled(flow),
            scriptID: filled(script),
            language: language
        )
    }

    private func outcomes(_ form: inout Form) -> SimulationPayload.OutcomeInjection? {
        guard var injection = form.object("outcomeInjection") else { return nil }
        defer { form.violations += injection.violations }
        let names = ["dialToneProbability", "busySignalProbability", "noAnswerProbability", "answerProbability"]
        injection.refuseUnknown(["enabled"] + names)
        let enabled = injection.boolean("enabled")
        let values = names.map { injection.probability($0) }
        let valid = values.compactMap { $0 }
        // Probabilities that are wrong by themselves are left out: the others may exceed 1 without them.
        let sum = valid.reduce(.zero, +)
        if sum > .one {
            let which = valid.count == names.count ? "the four probabilities" : "the valid probabilities alone"
            injection.reportSelf(
                .probabilitySum,
                "\(which) sum to \(PrintableText.excerpt(sum.description)); "
                    + "they must not exceed 1 (the remainder is voicemail)"
            )
        }
        if enabled == false, names.contains(where: { injection.isNumberOtherThanZero($0) }) {
            injection.report(
                "enabled",
                .outcomeInjectionDisabled,
                "enabled is false but probabilities are given: set it to true, or every probability to 0"
            )
        }
        guard valid.count == names.count else { return nil }
        return SimulationPayload.OutcomeInjection(
            enabled: enabled ?? false,
            dialTone: valid[0],
            busySignal: valid[1],
            noAnswer: valid[2],
            answer: valid[3]
        )
    }

    private func complianceBypass(_ form: inout Form) {
        switch form.json["complianceBypass"] {
        case .bool(true): break
        case nil, .null, .bool(false):
            form.report(
                "complianceBypass",
                .complianceBypassRequired,
                "complianceBypass must be written as true: a simulation places no real calls, so compliance rules "
                    + "are bypassed on purpose, and whoever runs it has to say so"
            )
        case .some(let value):
            form.add(.type(JSONPointer.root.appending("complianceBypass"), "true", value))
        }
    }

    private func checkTag(_ tag: String, _ form: inout Form) {
        if tag.unicodeScalars.count > maxTagLength {
            form.report(
                "tag",
                .textTooLong,
                "tag has \(tag.unicodeScalars.count) characters; at most \(maxTagLength) fit"
            )
        }
        let isAllowed = tag.utf8.allSatisfy { byte in
            (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
                || "._:-".utf8.contains(byte)
        }
        if tag.isEmpty || !isAllowed {
            form.report(
                "tag",
                .tagFormat,
                "tag must be made of letters A-Z a-z, digits and . _ : - only, at least one of them"
            )
        }
    }
}
