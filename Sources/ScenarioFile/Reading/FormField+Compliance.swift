import DialerEngine
import ExactJSON
import SimulationAPI

extension FormField {
    /// The rules that abandonment is judged by.
    ///
    /// - Parameter hasList: Whether contacts are known, which rules on their attempts need.
    func compliance(hasList: Bool) -> [ComplianceProfile]? {
        guard let fields = list() else { return nil }
        var profiles: [ComplianceProfile] = []
        for field in fields {
            guard let profile = field.complianceProfile() else { continue }
            if profiles.contains(where: { $0.name == profile.name }) {
                field.report(.complianceDuplicate, "duplicate compliance profile \"\(profile.name)\"")
            }
            if profile.attemptLimit != nil, !hasList {
                field.report(
                    .complianceProfile,
                    "\(profile.name) limits the attempts for each contact, so it needs a list: add list, or leave the rule out"
                )
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
