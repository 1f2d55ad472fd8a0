import Addresses
import DialerEngine
import ExactJSON
import SimulationAPI

extension FormField {
    func scenario() -> Scenario? {
        form { form in
            let version = form.required("version")?.version()
            let name = form.required("name")?.scenarioName()
            let limits = form["limits"].map { $0.limits() } ?? Scenario.Limits()
            let payload = form.required("simulation").flatMap { field in
                // Limits that are wrong themselves are not held against the simulation.
                PayloadRules(
                    maxConcurrent: limits?.maxConcurrent ?? 1_000_000,
                    maxTagLength: Scenario.maximumTagLength,
                    acceptsExtensions: false
                ).read(field)
            }
            // If the payload is wrong, the scenario is refused anyway, and any outcomes will do.
            let outcomes = payload?.outcomes.probabilities ?? .nobodyAnswers
            let center = form["contactCenter"]?.contactCenter(outcomes: outcomes)
            let pacing = form["pacing"].map { $0.pacing() } ?? .progressive
            let plan = form["run"].map { $0.runPlan() } ?? Scenario.RunPlan()
            let compliance = form["compliance"].map { $0.compliance() } ?? [.usTSR]
            let thresholds = form["thresholds"].map { $0.thresholds() } ?? []
            let monitors = form["monitors"].map { $0.monitors() } ?? []
            if let payload, let center { warnIfConcurrencyBinds(payload, center, form) }
            if let pacing { check(pacing, center, form) }
            guard let version, let name, let limits, var payload, let pacing, let plan, let compliance, let thresholds,
                let monitors
            else { return nil }
            payload.contactCenter = json["contactCenter"]
            // Without a contact centre there is nothing to pace.
            payload.pacing = center == nil ? nil : json["pacing"]
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
                source: json
            )
        }
    }

    func version() -> Int? {
        guard let number = number("the number \(Scenario.supportedVersion)") else { return nil }
        guard number == ExactDecimal(Scenario.supportedVersion) else {
            return fail(
                .versionUnsupported,
                "version \(number.clipped) is not supported; this program reads version \(Scenario.supportedVersion)"
            )
        }
        return Scenario.supportedVersion
    }

    func scenarioName() -> String? {
        guard let name = text(atMost: Scenario.maximumNameLength) else { return nil }
        guard name.unicodeScalars.contains(where: { !$0.properties.isWhitespace }), PrintableText.escaped(name) == name
        else { return fail(.nameFormat, "name must not be empty or hold control characters") }
        return name
    }

    private func limits() -> Scenario.Limits? {
        form { form in
            var limits = Scenario.Limits()
            let counts = 1...1_000_000
            limits.maxConcurrent = form["maxConcurrent"]?.integer(in: counts) ?? limits.maxConcurrent
            let active = form["maxActiveSimulations"]?.integer(in: counts)
            limits.maxActiveSimulations = active ?? limits.maxActiveSimulations
            limits.slotHold = form["slotHold"]?.duration().map { .seconds($0) } ?? limits.slotHold
            return limits
        }
    }

    private func check(_ pacing: Pacing, _ center: ContactCenter?, _ form: Form) {
        guard let field = form["pacing"] else { return }
        if form["contactCenter"] == nil, pacing != .progressive {
            let message = "pacing has no effect without a contactCenter: virtual agents never run short"
            field.warn(.pacingInvalid, message)
        }
        if case .fixedLines(let wanted) = pacing, let lines = center?.lines, wanted > lines {
            field.report(.pacingInvalid, "fixedLines keeps \(wanted) lines in flight; the contact centre has \(lines)")
        }
    }

    private func warnIfConcurrencyBinds(_ payload: SimulationPayload, _ center: ContactCenter, _ form: Form) {
        if let lines = center.lines, lines < center.agents {
            form["contactCenter"]?.member("lines")?.warn(
                .linesBind,
                "\(lines) lines keep the contact centre short of calls: \(center.agents) agents can never all talk at once"
            )
        }
        let wanted = min(center.lines ?? .max, 2 * center.agents)
        guard payload.concurrencyLimit < wanted, let simulation = form["simulation"] else { return }
        let lines = center.lines.map { " and \($0) lines" } ?? ""
        simulation.member("concurrencyLimit")?.warn(
            .concurrencyBinds,
            "concurrencyLimit \(payload.concurrencyLimit) keeps the contact centre short of calls: "
                + "\(center.agents) agents\(lines) can use \(wanted) at once"
        )
    }
}

extension FormField {
    private func runPlan() -> Scenario.RunPlan? {
        form { form in
            var plan = Scenario.RunPlan()
            let fields = (shift: form["shift"], warmUp: form["warmUp"], days: form["days"], calls: form["calls"])
            let shift = fields.shift?.shift()
            let days = fields.days?.integer(in: Experiment.dayBounds)
            let calls = fields.calls?.integer(in: 1...1_000_000_000_000)
            plan.replications = form["replications"]?.integer(in: 1...1_000_000) ?? plan.replications
            plan.warmUp = fields.warmUp?.warmUp() ?? plan.warmUp
            if let calls = fields.calls, fields.shift != nil {
                calls.report(.runLength, "run names shift and calls; dialling ends after one or the other")
            }
            if let days = fields.days, fields.shift == nil {
                days.report(.runLength, "days is given without a shift that they repeat")
            }
            if let shift {
                plan.length = .shifts(seconds: shift, days: days ?? 1)
            } else if let calls {
                plan.length = .calls(calls)
            }
            if let shift, case .seconds(let warmUp) = plan.warmUp, warmUp >= shift, let field = fields.warmUp {
                field.report(.runWarmUp, "warmUp must be shorter than shift, or nothing is left to measure")
            }
            return plan
        }
    }

    private func shift() -> Double? {
        guard let seconds = duration() else { return nil }
        return seconds <= Experiment.longestShift
            ? seconds : fail(.fieldRange, "shift must be at most 30 days (720h)")
    }

    private func warmUp() -> Scenario.RunPlan.WarmUp? {
        if json == "auto" { return .auto }
        return duration(allowsZero: true, "auto or \(DurationText.wanted)").map { .seconds($0) }
    }
}
