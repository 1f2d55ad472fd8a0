import Addresses
import ExactJSON
import SimulationAPI

extension ScenarioReader {
    /// Everything in a document; `nil` where something is wrong, which has been reported.
    mutating func scenario(_ document: ScenarioDocument) -> Scenario? {
        let known = [
            "version", "name", "simulation", "limits", "contactCenter", "pacing", "run", "compliance", "thresholds",
            "monitors",
        ]
        guard let fields = fields(Element(node: document.root, pointer: .root), known: known) else { return nil }
        let version = required(fields, "version").flatMap { self.version($0) }
        let name = required(fields, "name").flatMap { self.name($0) }
        let limits = fields["limits"].map { self.limits($0) } ?? Scenario.Limits()
        let payload = required(fields, "simulation").flatMap { simulation($0, limits: limits) }
        let center = fields["contactCenter"].flatMap { contactCenter($0) }
        let pacing = fields["pacing"].map { self.pacing($0) } ?? .progressive
        let plan = fields["run"].map { runPlan($0) } ?? Scenario.RunPlan()
        let compliance = fields["compliance"].map { self.compliance($0) } ?? [.named(.usTSR)]
        let thresholds = fields["thresholds"].map { self.thresholds($0) } ?? []
        let monitors = fields["monitors"].map { self.monitors($0) } ?? []
        if let payload, let center { warnWhereConcurrencyBinds(payload, center, fields) }
        checkPacing(pacing, center, fields)
        guard !problems.hasErrors, let version, let name, let limits, var payload, let pacing, let plan,
            let compliance, let thresholds, let monitors
        else { return nil }
        payload.contactCenter = fields["contactCenter"]?.node.json
        // Without a contact centre there is nothing to pace.
        payload.pacing = center == nil ? nil : fields["pacing"]?.node.json
        return Scenario(
            version: version,
            name: name,
            payload: payload,
            limits: limits,
            contactCenter: center,
            pacing: pacing,
            runPlan: plan,
            compliance: compliance,
            thresholds: thresholds,
            monitors: monitors,
            writtenParts: document.parts,
            source: document.root.json
        )
    }

    mutating func version(_ element: Element) -> Int? {
        guard let number = number(element, "the number \(Scenario.supportedVersion)") else { return nil }
        guard number == ExactDecimal(Scenario.supportedVersion) else {
            report(
                element,
                .versionUnsupported,
                "version \(number.clipped) is not supported; this program reads version \(Scenario.supportedVersion)"
            )
            return nil
        }
        return Scenario.supportedVersion
    }

    mutating func name(_ element: Element) -> String? {
        guard let name = text(element) else { return nil }
        let count = name.unicodeScalars.count
        guard count <= Scenario.maximumNameLength else {
            report(
                element,
                .textTooLong,
                "name has \(count) characters; at most \(Scenario.maximumNameLength) fit"
            )
            return nil
        }
        guard name.unicodeScalars.contains(where: { !$0.properties.isWhitespace }), PrintableText.escaped(name) == name
        else {
            report(element, .nameFormat, "name must not be empty or hold control characters")
            return nil
        }
        return name
    }

    private mutating func limits(_ element: Element) -> Scenario.Limits? {
        guard let fields = fields(element, known: ["maxConcurrent", "maxActiveSimulations"]) else { return nil }
        var limits = Scenario.Limits()
        var isComplete = true
        if let field = fields["maxConcurrent"] {
            let value = integer(field, in: 1...1_000_000)
            limits.maxConcurrent = value ?? limits.maxConcurrent
            isComplete = value != nil
        }
        if let field = fields["maxActiveSimulations"], let value = integer(field, in: 1...1_000_000) {
            limits.maxActiveSimulations = value
        }
        return isComplete ? limits : nil
    }

    /// What is sent, judged by the rules that client and sandbox use.
    ///
    /// - Parameter limits: `nil` where they are wrong themselves; the concurrency limit is then not held against them.
    private mutating func simulation(_ element: Element, limits: Scenario.Limits?) -> SimulationPayload? {
        guard case .mapping = element.node.content else {
            reportType(element, "an object")
            return nil
        }
        let rules = PayloadRules(
            maxConcurrent: limits?.maxConcurrent ?? 1_000_000,
            maxTagLength: Scenario.maximumTagLength,
            acceptsExtensions: false
        )
        switch rules.check(element.node.json) {
        case .success(let payload): return payload
        case .failure(let violations):
            let listed = violations.list.prefix(DiagnosticList.capacity)
            for violation in listed where !element.node.isRefused(at: violation.pointer) {
                report(violation, in: element)
            }
            problems.appendErrors(violations.list.count - listed.count)
            return nil
        }
    }

    private mutating func report(_ violation: Violation, in element: Element) {
        let namePlace = violation.code == .fieldUnknown ? element.node.namePlace(of: violation.pointer) : nil
        let place = namePlace ?? element.node.nearest(to: violation.pointer).place
        let pointer = JSONPointer(tokens: element.pointer.tokens + violation.pointer.tokens)
        problems.append(
            Diagnostic(.error, Diagnostic.Code(violation.code), violation.message, at: place, pointer: pointer)
        )
    }

    private mutating func checkPacing(
        _ pacing: Scenario.Pacing?,
        _ center: Scenario.ContactCenter?,
        _ fields: Fields
    ) {
        guard let field = fields["pacing"], let pacing else { return }
        if fields["contactCenter"] == nil, pacing != .progressive, !problems.hasErrors {
            let message = "pacing has no effect without a contactCenter: virtual agents never run short"
            report(field, .pacingInvalid, message, severity: .warning)
        }
        if case .fixedLines(let wanted) = pacing, let lines = center?.lines, wanted > lines {
            report(field, .pacingInvalid, "fixedLines keeps \(wanted) lines in flight; the contact centre has \(lines)")
        }
    }

    private mutating func warnWhereConcurrencyBinds(
        _ payload: SimulationPayload,
        _ center: Scenario.ContactCenter,
        _ fields: Fields
    ) {
        let wanted = min(center.lines ?? .max, 2 * center.agents)
        guard payload.concurrencyLimit < wanted, let simulation = fields["simulation"],
            let limit = Fields(element: simulation)["concurrencyLimit"]
        else { return }
        report(
            limit,
            .concurrencyBinds,
            "concurrencyLimit \(payload.concurrencyLimit) keeps the contact centre short of calls: "
                + "\(center.agents) agents"
                + (center.lines.map { " and \($0) lines" } ?? "") + " can use \(wanted) at once",
            severity: .warning
        )
    }
}
