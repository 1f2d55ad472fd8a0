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
            let campaign = form.campaign(of: payload, .scenario)
            let hasList = json["list"] != nil
            let compliance = form["compliance"].map { $0.compliance(hasList: hasList) } ?? [.usTSR]
            let thresholds = form["thresholds"].map { $0.thresholds() } ?? []
            let monitors = form["monitors"].map { $0.monitors() } ?? []
            let assumed = form["assumed"].map { $0.assumed(in: form) } ?? []
            if let payload, let campaign { warnIfConcurrencyBinds(payload, campaign, form) }
            guard let version, let name, let limits, var payload, let campaign, let compliance, let thresholds,
                let monitors, let assumed
            else { return nil }
            payload.extensions = extensions
            return Scenario(
                version: version,
                name: name,
                payload: payload,
                limits: limits,
                contactCenter: campaign.center,
                pacing: campaign.pacing,
                schedule: campaign.schedule,
                list: campaign.list,
                runPlan: campaign.plan,
                compliance: compliance,
                thresholds: thresholds,
                monitors: monitors,
                assumed: assumed,
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

    /// What a sandbox gets beside the payload; without a contact centre nothing.
    private var extensions: SimulationPayload.Extensions {
        var extensions = SimulationPayload.Extensions()
        guard let center = json["contactCenter"] else { return extensions }
        extensions.contactCenter = center
        (extensions.pacing, extensions.schedule, extensions.list) = (json["pacing"], json["schedule"], json["list"])
        // The days matter to a roster, a schedule or a list; otherwise `maxCalls` alone ends a run, as on any target.
        let needsDays = center["roster"] != nil || extensions.schedule != nil || extensions.list != nil
        guard needsDays, case .object(let members) = json["run"] else { return extensions }
        let sent = members.filter { Scenario.RunPlan.membersOfPayload.contains($0.name) }
        if !sent.isEmpty { extensions.run = .object(sent) }
        return extensions
    }

    private func warnIfConcurrencyBinds(_ payload: SimulationPayload, _ campaign: Campaign, _ form: Form) {
        guard let center = campaign.center else { return }
        let agents = center.mostAgents
        warnIfLinesBind(form["contactCenter"]?.member("lines"), agents)
        if !campaign.schedule.isEmpty {
            for entry in form["schedule"]?.list() ?? [] { warnIfLinesBind(entry.member("lines"), agents) }
        }
        let allLines = ([center] + campaign.schedule.map(\.center)).map { $0.lines ?? .max }
        let lines = allLines.max().flatMap { $0 == .max ? nil : $0 }
        let wanted = min(lines ?? .max, 2 * agents)
        guard payload.concurrencyLimit < wanted, let simulation = form["simulation"] else { return }
        simulation.member("concurrencyLimit")?.warn(
            .concurrencyBinds,
            "concurrencyLimit \(payload.concurrencyLimit) keeps the contact centre short of calls: "
                + "\(agents) agents\(lines.map { " and \($0) lines" } ?? "") can use \(wanted) at once"
        )
    }

    private func warnIfLinesBind(_ field: FormField?, _ agents: Int) {
        guard let field, let lines = field.json.integer, lines < agents else { return }
        field.warn(
            .linesBind,
            "\(lines == 1 ? "1 line keeps" : "\(lines) lines keep") the contact centre short of calls: \(agents) agents can never all talk at once"
        )
    }
}
