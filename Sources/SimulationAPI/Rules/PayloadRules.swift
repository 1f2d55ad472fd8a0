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
    /// Whether the sandbox's own members are accepted: ``SimulationPayload/Extensions``.
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
        let report = FormReport()
        return report.result(read(FormField(json, report)))
    }

    /// Reads a payload, and reports what is wrong to the field's report.
    package func read(_ field: FormField) -> SimulationPayload? {
        field.form { form in
            let campaignID = form.required("campaignId").flatMap { self.campaignID($0) }
            let agent = form.required("virtualAgentMatrix")?.form { virtualAgent($0) }
            let outcomes = form.required("outcomeInjection")?.form { Self.outcomes($0) }
            let concurrency = form.required("concurrencyLimit")?.integer(
                in: 1...max(1, maxConcurrent),
                .concurrencyRange,
                because: "calls at once inside one simulation; the organisation allows \(maxConcurrent)"
            )
            let calls = form.required("maxCalls")?.integer(
                in: 1...Self.maximumCalls,
                .maxCallsRange,
                because: "calls to dial in one simulation"
            )
            checkComplianceBypass(form)
            let url = form["webhookUrl"]
            if let text = url?.text(), let problem = WebhookURL.problem(of: text) {
                url?.report(.webhookURLInvalid, problem)
            }
            let tag = form["tag"]
            tag?.checkTag(atMost: maxTagLength)
            let extensions = acceptsExtensions ? self.extensions(form) : .init()
            guard let campaignID, let agent, let outcomes, let concurrency, let calls else { return nil }
            return SimulationPayload(
                campaignID: campaignID,
                virtualAgent: agent,
                outcomes: outcomes,
                concurrencyLimit: concurrency,
                maxCalls: calls,
                complianceBypass: true,
                webhookURL: url?.json.string,
                tag: tag?.json.string,
                extensions: extensions
            )
        }
    }

    /// The sandbox's extensions: only their type is judged here, the engine behind the sandbox reads them.
    private func extensions(_ form: Form) -> SimulationPayload.Extensions {
        func written(_ name: String, _ wanted: String, _ isRight: (JSONValue) -> Bool) -> JSONValue? {
            let field = form[name]
            if let field, !isRight(field.json) { field.reportType(wanted) }
            return field?.json
        }
        var extensions = SimulationPayload.Extensions()
        extensions.contactCenter = written("contactCenter", "an object") { $0.isObject }
        extensions.pacing = written("pacing", "an object or the name of a policy") { $0.isObject || $0.string != nil }
        extensions.schedule = written("schedule", "a list") { $0.elements != nil }
        extensions.list = written("list", "an object") { $0.isObject }
        extensions.run = written("run", "an object") { $0.isObject }
        return extensions
    }

    private func campaignID(_ field: FormField) -> String? {
        guard let text = field.text() else { return nil }
        return UUIDText.canonical(text)
            ?? field.fail(
                .campaignIDFormat,
                "campaignId must be a UUID such as a1b2c3d4-e5f6-7890-abcd-ef1234567890\(text.oddity)"
            )
    }

    private func virtualAgent(_ form: Form) -> SimulationPayload.VirtualAgentMatrix? {
        let identifiers = [form["flowId"], form["scriptId"]].map { field in
            field?.text(atMost: Self.maximumIdentifierLength)
        }
        let language = form["language"]?.text()
        if let language, !LanguageTag.isWellFormed(language) {
            form.report("language", .languageFormat, "language must be a BCP 47 tag such as en-US\(language.oddity)")
        }
        let isWronglyTyped = ["flowId", "scriptId"].contains { form[$0].map { $0.json.string == nil } ?? false }
        if identifiers.allSatisfy({ ($0 ?? "").isEmpty }), !isWronglyTyped {
            form.field.report(
                .virtualAgentMissing,
                "virtualAgentMatrix must name a virtual agent: give flowId or scriptId"
            )
        }
        func filled(_ text: String?) -> String? { text.flatMap { $0.isEmpty ? nil : $0 } }
        return SimulationPayload.VirtualAgentMatrix(
            flowID: filled(identifiers[0]),
            scriptID: filled(identifiers[1]),
            language: language
        )
    }

    /// Reads an outcome distribution.
    ///
    /// - Parameter needsSwitch: Whether `enabled` has to be written.
    package static func outcomes(_ form: Form, needsSwitch: Bool = true) -> SimulationPayload.OutcomeInjection? {
        let names = ["dialToneProbability", "busySignalProbability", "noAnswerProbability", "answerProbability"]
        let enabled = needsSwitch ? form.required("enabled")?.boolean() : form["enabled"].map { $0.boolean() } ?? true
        let fields = names.map { form[$0] }
        // The API's own clients leave a probability of 0 out.
        let values = fields.map { $0 == nil ? .zero : $0?.probability() }
        let valid = values.compactMap { $0 }
        // Probabilities that are wrong by themselves are left out: the others may exceed 1 without them.
        let sum = valid.reduce(.zero, +)
        if sum > .one {
            let which = valid.count == names.count ? "the four probabilities" : "the valid probabilities alone"
            form.field.report(
                .probabilitySum,
                "\(which) sum to \(PrintableText.excerpt(sum.description)); "
                    + "they must not exceed 1 (the remainder is voicemail)"
            )
        }
        let isGiven = fields.contains { $0?.json.number.map { ExactDecimal($0)?.isZero != true } ?? false }
        if enabled == false, isGiven {
            form.report(
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

    private func checkComplianceBypass(_ form: Form) {
        let field = form["complianceBypass"]
        switch field?.json {
        case .bool(true): break
        case nil, .null, .bool(false):
            form.report(
                "complianceBypass",
                .complianceBypassRequired,
                "complianceBypass must be written as true: a simulation places no real calls, so compliance rules "
                    + "are bypassed on purpose, and the payload has to say so"
            )
        default: field?.reportType("true")
        }
    }
}

extension String {
    /// The text for the end of a message, if it has characters that look like others or like nothing.
    fileprivate var oddity: String {
        let shown = PrintableText.excerpt(self)
        return shown == PrintableText.clipped(self, to: 64) ? "" : ", not \"\(shown)\""
    }
}

extension FormField {
    fileprivate func checkTag(atMost maximum: Int) {
        guard let tag = text(atMost: maximum) else { return }
        let isAllowed = tag.utf8.allSatisfy { $0.isLetterOrDigit || "._:-".utf8.contains($0) }
        guard tag.isEmpty || !isAllowed else { return }
        report(
            .tagFormat,
            "tag must be made of letters A-Z a-z, digits and . _ : - only, at least one of them\(tag.oddity)"
        )
    }

    /// A string of at most `maximum` characters; a longer one is reported, and returned all the same.
    package func text(atMost maximum: Int) -> String? {
        guard let text = text() else { return nil }
        let count = text.unicodeScalars.count
        if count > maximum { report(.textTooLong, "\(name) has \(count) characters; at most \(maximum) are allowed") }
        return text
    }

    fileprivate func probability() -> ExactDecimal? {
        guard let literal = json.number else { return wrongType("a number") }
        if let number = ExactDecimal(literal), number >= .zero, number <= .one { return number }
        return fail(
            .probabilityRange,
            "\(name) is \(PrintableText.excerpt(literal)); a probability must be a finite number in 0…1"
        )
    }
}

extension UInt8 {
    /// Whether the byte is an ASCII letter or digit.
    package var isLetterOrDigit: Bool {
        (0x30...0x39).contains(self) || (0x41...0x5A).contains(self) || (0x61...0x7A).contains(self)
    }
}
