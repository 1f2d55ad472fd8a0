import DialerEngine
import DiscreteEvents
import ExactJSON
import RunReport
import ScenarioFile
import Statistics

/// A part of a scenario, and how far the records explain it, in words.
struct FitFinding {
    enum State {
        /// A family, or a number with its interval.
        case explained
        /// The records themselves stand in the scenario: no family explains them, or they are few.
        case recorded
        /// The dialer's own setting, from its configuration or as the records show it.
        case setting
        /// The records do not say it.
        case assumed

        var words: String {
            switch self {
            case .explained: "explained"
            case .recorded: "as recorded"
            case .setting: "a setting"
            case .assumed: "assumed"
            }
        }

        var mark: ReportTable.Mark {
            switch self {
            case .explained: .pass
            case .recorded: .inconclusive
            case .setting, .assumed: .reported
            }
        }
    }

    let part: String
    let state: State
    let text: String

    static func all(of fit: CentreFit, _ scenario: CommentedScenario) -> [FitFinding] {
        let assumed = assumed(in: scenario)
        func setting(_ path: String) -> JSONValue? { Self.setting(path, in: scenario) }
        var findings = [
            FitFinding(part: "Outcomes", state: .explained, text: outcomesText(fit)),
            FitFinding(part: "Hours", state: .explained, text: hoursText(fit)),
        ]
        for quantity in TimeQuantity.all {
            if let time = fit[quantity] {
                let state = time.isExplained ? State.explained : .recorded
                findings.append(FitFinding(part: quantity.title, state: state, text: text(of: quantity, time)))
            } else if fit.has(quantity), let value = setting("contactCenter.\(quantity.name)") {
                findings.append(FitFinding(part: quantity.title, state: .setting, text: settingText(value)))
            } else if fit.has(quantity) {
                findings.append(
                    FitFinding(part: quantity.title, state: .assumed, text: "the records do not say how long it takes")
                )
            }
        }
        findings.append(patience(of: fit, scenario))
        findings.append(
            FitFinding(
                part: "Roster",
                state: fit.shift.roster == nil ? .assumed : .explained,
                text: rosterText(fit)
            )
        )
        findings.append(
            FitFinding(part: "List", state: fit.list == nil ? .assumed : .explained, text: listText(fit))
        )
        if let pacing = setting("pacing") {
            findings.append(FitFinding(part: "Pacing", state: .setting, text: settingText(pacing)))
        }
        if !assumed.isEmpty {
            findings.append(
                FitFinding(
                    part: "Assumed",
                    state: .assumed,
                    text: "records cannot show \(assumed.joined(separator: ", ")); check them in the scenario"
                )
            )
        }
        return findings
    }

    private static func assumed(in scenario: CommentedScenario) -> [String] {
        (scenario["assumed"]?.elements ?? []).compactMap(\.string)
    }

    /// What the dialer's configuration gave in place of something assumed.
    private static func setting(_ path: String, in scenario: CommentedScenario) -> JSONValue? {
        assumed(in: scenario).contains(path) ? nil : scenario[path]
    }

    static func patience(of fit: CentreFit, _ scenario: CommentedScenario) -> FitFinding {
        func finding(_ state: State) -> FitFinding {
            FitFinding(part: "Patience", state: state, text: patienceText(fit.patience))
        }
        switch (fit.patience.reason, setting("contactCenter.patience", in: scenario)) {
        case (.fitted, _): return finding(.explained)
        case (.quantiles, _): return finding(.recorded)
        case (.limitOfDialer, _): return finding(.setting)
        case (.fewCalls, let value?): return FitFinding(part: "Patience", state: .setting, text: settingText(value))
        case (.fewCalls, nil): return finding(.assumed)
        }
    }

    /// What the dialer's configuration says, such as `ratio (level 2)`.
    private static func settingText(_ value: JSONValue) -> String {
        func words(_ value: JSONValue) -> String {
            guard case .object(let members) = value else { return value.string ?? value.text }
            return members.map { member in
                let inner = words(member.value)
                guard member.value.isObject else { return "\(member.name) \(inner)" }
                return inner.isEmpty ? member.name : "\(member.name) (\(inner))"
            }
            .joined(separator: ", ")
        }
        return "the dialer's configuration says \(words(value))"
    }

    static func outcomesText(_ fit: CentreFit) -> String {
        let place = AttemptOutcome.allCases.firstIndex(of: .answered) ?? 0
        let share = fit.outcomes.shares[place]
        let range = NumberText.percentRange(share.interval.lower, share.interval.upper, digits: 1)
        return "\(NumberText.percent(share.probability)) (\(range)) of \(NumberText.count(share.attempts, "attempt")) "
            + "were answered by a person, \(NumberText.count(fit.outcomes.abandoned.count)) of them abandoned"
    }

    static func hoursText(_ fit: CentreFit) -> String {
        let outcomes = fit.outcomes
        guard outcomes.hours.count > 1 else { return "too few attempts to tell hours apart" }
        let p = pText(outcomes.test.pValue)
        return outcomes.differByHour
            ? "the outcomes differ by hour (\(p)), so the scenario has a schedule"
            : "no difference by hour is shown (\(p)), so one distribution holds all day"
    }

    static func text(of quantity: TimeQuantity, _ time: FittedTime) -> String {
        let (sample, calls) = (time.sample, "\(NumberText.count(time.sample.count)) \(quantity.calls)")
        let mean = Duration.text(seconds: sample.mean)
        switch time.way {
        case .family(let family):
            let p = time.test.map { "; \(pText($0.pValue))" } ?? ""
            let shifted = time.chosen?.isShifted == true ? "shifted " : ""
            return "\(shifted)\(family.rawValue) explains \(calls), mean \(mean)\(p)"
        case .constant: return "\(calls) have one value, \(mean)"
        case .empirical:
            if time.isSmall {
                return "\(calls) with a value are too few for a family, so they are used as they are; mean \(mean)"
            }
            let best = time.chosen.map { " (the best is \($0.model.family.rawValue))" } ?? ""
            return "no family explains \(calls)\(best), so their quantiles are used; mean \(mean)"
        }
    }

    static func patienceText(_ patience: FittedPatience) -> String {
        let abandoned = NumberText.count(patience.samples.abandoned.count, "abandoned call")
        let connected = NumberText.count(patience.samples.connected.count, "connected one")
        let value = Duration.text(seconds: patience.time.distribution.mean)
        return switch patience.reason {
        case .fitted:
            "\(patience.time.way.name) fits \(abandoned) best; \(connected) would have waited longer, which is taken into account"
        case .limitOfDialer:
            "more than half of \(abandoned) waited \(value), which is the dialer's own limit and not what people bear"
        case .fewCalls: "\(abandoned) with a wait are too few; \(value) are assumed"
        case .quantiles: "no family fits \(abandoned), so the quantiles of the estimate are used"
        }
    }

    static func rosterText(_ fit: CentreFit) -> String {
        let shift = fit.shift
        guard let roster = shift.roster else { return "\(fit.summary.noAgents); write how many there are" }
        var text =
            "\(NumberText.count(roster.agents, "agent")) in \(NumberText.count(roster.entries.count, "group")), "
            + "a shift of \(Duration.text(seconds: shift.length)) from \(ClockText.nearest(shift.start))"
        if shift.agents.leftOut > 0 {
            text +=
                "; \(NumberText.count(shift.agents.leftOut)) of \(NumberText.count(shift.agents.all)) agents were there "
                + "on fewer than half of the days and are left out"
        }
        return text
    }

    static func listText(_ fit: CentreFit) -> String {
        guard let list = fit.list else {
            return "\(fit.summary.noContacts), so contacts never run out"
        }
        let most = NumberText.count(list.list.maxAttempts ?? 1, "attempt")
        return "\(NumberText.count(list.list.contacts, "contact")), at most \(most) each, "
            + "called again after \(NumberText.count(list.list.retry.count, "outcome"))"
    }

    private static func pText(_ value: Double) -> String {
        let text = NumberText.pValue(value)
        return text.hasPrefix("<") ? "p \(text)" : "p = \(text)"
    }
}

extension FittedTime {
    /// Whether a family, or one value, stands for the records.
    var isExplained: Bool { way != .empirical }
}

extension CentreFit {
    /// Whether a scenario of these records has the quantity at all.
    fileprivate func has(_ quantity: TimeQuantity) -> Bool {
        guard case .ringing(let outcome) = quantity else { return true }
        return (summary.outcomes[outcome] ?? 0) > 0
    }
}

extension TimeQuantity {
    /// The quantity in words.
    var title: String {
        switch self {
        case .ringing(.dialTone): "Ringing before a dial tone"
        case .ringing(.busy): "Ringing before a busy signal"
        case .ringing(.noAnswer): "Ringing without an answer"
        case .ringing(.answered): "Ringing before an answer"
        case .ringing(.voicemail): "Ringing before voicemail"
        case .talk: "Talk"
        case .wrap: "Wrap-up"
        }
    }
}

extension ContactList.Ending {
    /// The ending in words.
    var title: String {
        switch self {
        case .busySignal: "busy signal"
        case .noAnswer: "no answer"
        case .voicemail: "voicemail"
        case .dialTone: "dial tone"
        case .abandoned: "abandoned"
        }
    }
}

extension SkipReason {
    /// The reason in words.
    var words: String {
        switch self {
        case .headerRepeated: "the header again"
        case .timeUnreadable: "no time that can be read"
        case .timeNonexistent: "a time that the clock skipped in spring"
        case .outcomeMissing: "no outcome"
        case .outcomeSkipped: "an outcome that stands for something other than an attempt"
        case .cellsTooMany: "more cells than the header has"
        case .notJSON: "no object of JSON"
        case .quoteOpen: "a quotation mark that is never closed"
        case .tooLong: "longer than a row may be"
        case .inbound: "an inbound call"
        case .manual: "dialled by hand"
        case .duplicate: "the same call again"
        case .leg: "another leg of a call"
        case .joined: "taken into another row of its call"
        case .unmatched: "belongs to no call of the records"
        case .endUnreadable: "no end that can be read, or one before its start"
        case .agentMissing: "no agent"
        case .stateUnknown: "an unknown state of an agent"
        }
    }
}
