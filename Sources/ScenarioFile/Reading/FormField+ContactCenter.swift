import DialerEngine
import DiscreteEvents
import ExactJSON
import SimulationAPI

extension FormField {
    /// A contact centre whose calls have these outcomes.
    func contactCenter(outcomes: OutcomeProbabilities) -> ContactCenter? {
        form { form in
            let agents = form.required("agents")?.integer(in: ContactCenter.agentBounds)
            let lines = form["lines"]?.integer(in: ContactCenter.lineBounds)
            let ringing = form.required("ringing")?.ringing()
            let talk = form.requiredDistribution("talk")
            let wrap = form["wrap"]?.distribution()
            let greeting = form["greeting"]?.form { ($0["start"]?.distribution(), $0["length"]?.distribution()) }
            let patience = form.requiredDistribution("patience")
            let detection = form["answeringMachineDetection"]?.answeringMachineDetection()
            guard let agents, let ringing, let talk, let patience else { return nil }
            var center = ContactCenter(agents: agents, outcomes: outcomes, ringing: ringing, talk: talk)
            center.lines = lines
            center.wrap = wrap ?? center.wrap
            center.greetingStart = greeting?.0 ?? center.greetingStart
            center.greetingLength = greeting?.1 ?? center.greetingLength
            center.patience = patience
            center.detection = detection
            return center
        }
    }

    private func ringing() -> RingingTimes? {
        form { form in
            let outcomes = ["dialTone", "busySignal", "noAnswer", "answer", "voicemail"]
            let fields = outcomes.map { form[$0] }
            let fallback = form["default"]
            let missing = zip(outcomes, fields).filter { $0.1 == nil }.map(\.0)
            if fallback == nil, !missing.isEmpty {
                _ = form.required("default", ": it stands for \(missing.joined(separator: ", "))")
            }
            let usual = fallback?.distribution()
            let times = fields.compactMap { $0 == nil ? usual : $0?.distribution() }
            guard times.count == outcomes.count else { return nil }
            var ringing = RingingTimes(times[0])
            for (outcome, time) in zip(AttemptOutcome.allCases, times) { ringing[outcome] = time }
            return ringing
        }
    }

    private func answeringMachineDetection() -> AnsweringMachineDetection? {
        form { form in
            let falsePositive = form["falsePositive"].map { $0.share(.probabilityRange) } ?? .zero
            let falseNegative = form["falseNegative"].map { $0.share(.probabilityRange) } ?? .zero
            let machineTalk = form["machineTalk"]
            if let falseNegative, !falseNegative.isZero {
                _ = form.required("machineTalk", ": how long an agent stays with a machine taken for a person")
            }
            var detection = AnsweringMachineDetection()
            detection.delay = form["delay"]?.distribution() ?? detection.delay
            detection.machineTalk = machineTalk?.distribution() ?? detection.machineTalk
            guard let falsePositive, let falseNegative else { return nil }
            detection.falsePositive = falsePositive.doubleValue
            detection.falseNegative = falseNegative.doubleValue
            return detection
        }
    }
}

extension FormField {
    /// The rules that abandonment is judged by.
    func compliance() -> [ComplianceProfile]? {
        guard let fields = list() else { return nil }
        var profiles: [ComplianceProfile] = []
        for field in fields {
            guard let profile = field.complianceProfile() else { continue }
            if profiles.contains(where: { $0.name == profile.name }) {
                field.report(.complianceDuplicate, "duplicate compliance profile \"\(profile.name)\"")
            }
            profiles.append(profile)
        }
        return profiles
    }

    private func complianceProfile() -> ComplianceProfile? {
        if let name = json.string {
            let names = ComplianceProfile.named.map(\.name)
            return ComplianceProfile.named.first { $0.name == name }
                ?? fail(.complianceProfile, "unknown compliance profile \(Suggestion.quoted(name, among: names))")
        }
        guard isObject else { return wrongType("the name of a profile, or a definition") }
        return form { form in
            let name = form.required("name")?.identifier(longest: 64)
            if let name, ComplianceProfile.named.contains(where: { $0.name == name }) {
                form.report("name", .complianceDuplicate, "\"\(name)\" is a built-in profile; choose another name")
            }
            if let attempts = form["attempts"] { return name.flatMap { attempts.attemptRule($0, form) } }
            let limit = form.required("limit")?.share()
            let window = form.required("window")?.window()
            let clock = form["clockFrom"]?.choice(ComplianceProfile.Clock.self)
            let seconds = form["seconds"]?.duration(allowsZero: true)
            let countsFalsePositives = form["countFalsePositives"]?.boolean()
            let countsEarlyHangUps = form["countEarlyHangUps"]?.boolean()
            let denominator = form["denominator"]?.choice(ComplianceProfile.Denominator.self)
            guard let name, let limit, let window else { return nil }
            var profile = ComplianceProfile(name: name, limit: DecimalFactor(limit), window: window)
            profile.clock = clock ?? profile.clock
            profile.seconds = seconds ?? profile.seconds
            profile.falsePositives = countsFalsePositives ?? true ? .abandoned : .live
            profile.countsEarlyHangUps = countsEarlyHangUps ?? profile.countsEarlyHangUps
            profile.denominator = denominator ?? profile.denominator
            return profile
        }
    }

    /// A rule on the attempts of each contact, `{name, attempts: 7, within: 7d}`.
    private func attemptRule(_ name: String, _ form: Form) -> ComplianceProfile? {
        let attempts = integer(in: ComplianceProfile.AttemptLimit.attemptBounds)
        let seconds = form.required("within", ": the span in which a contact is attempted at most so often")?.duration()
        for other in [
            "limit", "window", "clockFrom", "seconds", "countFalsePositives", "countEarlyHangUps", "denominator",
        ] {
            form[other]?.report(.complianceProfile, "\(other) belongs to a rule on a share, not to one on attempts")
        }
        guard let attempts, let seconds else { return nil }
        return ComplianceProfile(name: name, attemptLimit: .init(attempts: attempts, seconds: seconds))
    }

    /// `calendarDay`, or `{rollingHours: 24}`; without a number rolling hours are 24.
    private func window() -> ComplianceProfile.Window? {
        if isObject {
            return form {
                $0.required("rollingHours")?.number(ComplianceProfile.rollingHourBounds)
                    .map { .rollingHours($0.doubleValue) }
            }
        }
        let wanted = "campaign30dBlocks, calendarDay, calendarMonth or {rollingHours: 24}"
        guard let word = text(wanted) else { return nil }
        switch word {
        case "campaign30dBlocks": return .campaign30DayBlocks
        case "calendarDay": return .calendarDay
        case "calendarMonth": return .calendarMonth
        case "rollingHours": return .rollingHours(24)
        default:
            let words = ["campaign30dBlocks", "calendarDay", "calendarMonth", "rollingHours"]
            return fail(.fieldType, "window must be \(wanted), not \(Suggestion.quoted(word, among: words))")
        }
    }
}
