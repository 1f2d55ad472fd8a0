import DialerEngine
import DiscreteEvents
import ExactJSON
import RunReport
import ScenarioFile
import Statistics

extension CentreFit {
    /// The scenario, with a comment behind each number that says where it comes from.
    ///
    /// It is one that `validate` accepts, whatever the records are.
    package var scenario: CommentedScenario {
        var scenario = CommentedScenario(heading: heading)
        scenario.set("version", 1)
        scenario.set("name", .string(name))
        writeSimulation(&scenario)
        var assumed = writeContactCenter(&scenario)
        scenario.set("pacing", ["progressive": [:]], comment: "assumed: records do not say how the dialer paced")
        assumed.append("pacing")
        writeSchedule(&scenario)
        writeList(&scenario)
        writeRun(&scenario)
        scenario.set("compliance", ["us-tsr"], comment: "assumed: write the rule of the law that binds you")
        assumed.append("compliance")
        scenario.set(
            "assumed",
            .array(assumed.map { .string($0) }),
            heading: ["What the records do not say: each of these places holds a usual value, or its default."]
        )
        return scenario
    }

    /// The team: all agents of the roster, or the number that the calls need at an occupancy of 80 %.
    private var team: Int {
        if let roster = shift.roster { return roster.agents }
        let connected = Double(max(0, summary.answered - summary.abandoned))
        let handling = (self[.talk]?.sample.mean ?? Self.usualTalk.mean) + (self[.wrap]?.sample.mean ?? 0)
        let days = Double(max(1, summary.days.count))
        let agents = (connected * handling / (days * shift.length) / 0.8).rounded(.up)
        return Int(min(max(1, agents), Double(ContactCenter.agentBounds.upperBound)))
    }

    private static let usualTalk = Distribution(.lognormal(mean: 180, sd: 240))
    private static let usualRinging = Distribution.exponential(mean: 15)

    private var heading: [String] {
        [
            "Fitted to \(NumberText.count(summary.rows.used, "call attempt")) of \(NumberText.count(summary.span.days, "day")) "
                + "(\(summary.rows.read - summary.rows.used == 0 ? "no" : NumberText.count(summary.rows.read - summary.rows.used)) "
                + "rows skipped), by the clock of \(summary.zone.identifier).",
            "Check it: ringback validate, ringback backtest.",
        ]
    }

    private func writeSimulation(_ scenario: inout CommentedScenario) {
        let calls = min(max(1, summary.attempts / max(1, summary.days.count)), 1_000_000)
        let limit = min(max(5, 4 * team), 1_000_000)
        scenario.set(
            "simulation.campaignId",
            "a1b2c3d4-e5f6-7890-abcd-ef1234567890",
            comment: "an example; `run` sends it, `simulate` does not use it"
        )
        scenario.set("simulation.virtualAgentMatrix", ["flowId": "va-flow-12345"], comment: "an example, as above")
        scenario.set("simulation.outcomeInjection.enabled", true)
        let units = FittedOutcomes.decimals(outcomes.shares.map(\.count))
        let voicemail = AttemptOutcome.allCases.firstIndex(of: .voicemail) ?? 0
        for (index, name) in Self.probabilityNames.enumerated() {
            var note = Self.note(outcomes.shares[index])
            if AttemptOutcome.allCases[index] == .answered {
                note += "; \(NumberText.count(summary.abandoned)) of them abandoned"
            }
            scenario.set("simulation.outcomeInjection.\(name)", Self.probability(units[index]), comment: note)
        }
        scenario.comment(
            "simulation.outcomeInjection",
            "the remainder is voicemail: \(Self.note(outcomes.shares[voicemail]))"
        )
        scenario.set(
            "simulation.concurrencyLimit",
            .integer(limit),
            comment: "four calls for each agent; `simulate` does not use it"
        )
        scenario.set("simulation.maxCalls", .integer(calls), comment: "an average day of the records")
        scenario.set("simulation.complianceBypass", true)
        scenario.set("limits", ["maxConcurrent": .integer(limit)], comment: "as concurrencyLimit")
    }

    /// The first four outcomes; what is left of 1 is voicemail.
    private static let probabilityNames = [
        "dialToneProbability", "busySignalProbability", "noAnswerProbability", "answerProbability",
    ]

    private static func probability(_ millionths: Int) -> JSONValue {
        .number(NumberText.short(Double(millionths) / 1_000_000, 6))
    }

    private static func note(_ share: FittedOutcomes.Share) -> String {
        let (low, high) = (share.interval.lower, share.interval.upper)
        return "\(NumberText.count(share.count)) of \(NumberText.count(share.attempts)) attempts, "
            + "95 %: \(NumberText.percentRange(low, high, digits: 2))"
    }

    /// Returns the places of what is assumed.
    private func writeContactCenter(_ scenario: inout CommentedScenario) -> [String] {
        var assumed: [String] = []
        func write(_ path: String, _ distribution: Distribution, _ note: String) {
            scenario.set("contactCenter.\(path)", distribution.written, comment: note)
        }
        if let roster = shift.roster {
            scenario.set(
                "contactCenter.roster",
                items: roster.entries.map { ($0.written, $0.note(shift.start)) },
                comment: "\(NumberText.count(roster.agents, "agent")) on duty on at least half of "
                    + NumberText.count(summary.days.count, "day")
            )
        } else {
            scenario.set(
                "contactCenter.agents",
                .integer(team),
                comment:
                    "assumed: what \(NumberText.count(summary.answered)) answered calls need at an occupancy of 80 %"
            )
            assumed.append("contactCenter.agents")
        }
        assumed.append("contactCenter.lines")
        let missing = AttemptOutcome.allCases.filter { self[.ringing($0)] == nil }
        if !missing.isEmpty {
            let isUsed = missing.contains { summary.outcomes[$0] ?? 0 > 0 }
            let names = missing.map(\.scenarioName).joined(separator: ", ")
            write(
                "ringing.default",
                Self.usualRinging,
                isUsed ? "assumed: no ringing times of \(names)" : "no effect: the records have no \(names)"
            )
            if isUsed { assumed.append("contactCenter.ringing.default") }
        }
        for quantity in TimeQuantity.all {
            if let time = self[quantity] {
                write(quantity.name, time.distribution, time.note(of: quantity))
            } else if quantity == .talk {
                write("talk", Self.usualTalk, "assumed: no talk times in the records")
                assumed.append("contactCenter.talk")
            } else if quantity == .wrap {
                assumed.append("contactCenter.wrap")
            }
        }
        write("patience", patience.time.distribution, patience.note)
        if patience.reason == .fewCalls { assumed.append("contactCenter.patience") }
        return assumed
    }

    private func writeSchedule(_ scenario: inout CommentedScenario) {
        guard outcomes.differByHour else { return }
        var items: [(JSONValue, String?)] = []
        var inForce = FittedOutcomes.decimals(outcomes.shares.map(\.count))
        // The hours that the last entry, or the start of the shift, is in force.
        var (first, attempts) = (0, 0)
        let inside = outcomes.hours.filter { $0.from < shift.length }
        for (index, hours) in inside.enumerated() {
            // Of hours before the start of the shift the last one holds.
            if index + 1 < inside.count, inside[index + 1].from <= hours.from { continue }
            let units = FittedOutcomes.decimals(hours.counts)
            if units != inForce || index == 0 { (first, attempts) = (hours.group.from, 0) }
            attempts += hours.group.total
            let note =
                "\(first):00 to \((hours.group.from + hours.group.hours) % 24):00, "
                + "from \(NumberText.count(attempts, "attempt"))"
            guard units != inForce else {
                if let last = items.indices.last { items[last].1 = note }
                continue
            }
            inForce = units
            let members = Self.probabilityNames.enumerated().map { place, name in
                JSONValue.Member(name, Self.probability(units[place]))
            }
            let from = FittedNumber.shiftTime(index == 0 ? 0 : hours.from)
            items.append((.object([.init("from", from), .init("outcomeInjection", .object(members))]), note))
        }
        guard !items.isEmpty else { return }
        let p = NumberText.pValue(outcomes.test.pValue)
        scenario.set(
            "schedule",
            items: items,
            comment:
                "the outcomes differ from hour to hour (likelihood-ratio test, p \(p.hasPrefix("<") ? p : "= \(p)"))"
        )
    }

    private func writeList(_ scenario: inout CommentedScenario) {
        guard let fitted = list else { return }
        let list = fitted.list
        scenario.set("list.contacts", .integer(list.contacts), comment: "different contacts of the records")
        scenario.set(
            "list.maxAttempts",
            .integer(list.maxAttempts ?? 1),
            comment: "99 % of the contacts had no more"
                + (fitted.beyond > 0 ? "; \(NumberText.count(fitted.beyond, "contact")) had" : "")
        )
        for ending in ContactList.Ending.allCases {
            let repeats = fitted.repeats[ending] ?? 0
            let note =
                repeats < FittedList.fewestRepeats
                ? "\(NumberText.count(repeats, "repeat")), fewer than \(FittedList.fewestRepeats)"
                : "median of \(NumberText.count(repeats, "repeat"))"
            let value = list.retry[ending].map { FittedNumber.shiftTime($0) } ?? "never"
            scenario.set("list.retry.\(ending.rawValue)", value, comment: note)
        }
    }

    private func writeRun(_ scenario: inout CommentedScenario) {
        scenario.set(
            "run.start",
            .string(ClockText.text(shift.start)),
            comment: "median first attempt of \(NumberText.count(summary.days.count, "day"))"
        )
        scenario.set("run.shift", FittedNumber.shiftTime(shift.length), comment: "to the median last one")
        scenario.set(
            "run.days",
            .integer(shift.days),
            comment: "calendar days from the first to the last of the records"
        )
        if let date = shift.date { scenario.set("run.date", .string(date.description), comment: "of the first") }
        if let weekdays = shift.weekdays {
            scenario.set(
                "run.weekdays",
                .array(weekdays.map { .string($0.rawValue) }),
                comment: "the others have no attempts"
            )
        }
    }
}

extension FittedTime {
    /// Where the distribution comes from: `lognormal fits 4 120 conversations, p = 0.43`.
    fileprivate func note(of quantity: TimeQuantity) -> String {
        let count = "\(NumberText.count(sample.count)) \(quantity.calls)"
        let held = sample.isReservoir ? ", \(NumberText.count(sample.heldCount)) of them by chance" : ""
        switch way {
        case .constant: return "from \(count)\(held), all alike"
        case .family:
            let p = test.map { " (p = \(NumberText.pValue($0.pValue)))" } ?? ""
            return "from \(count)\(held)\(p)"
        case .empirical where isSmall: return "from \(count): too few for a family"
        case .empirical: return "from \(count)\(held); no family explains them, so these are quantiles"
        }
    }
}

extension FittedPatience {
    /// Where the distribution comes from.
    fileprivate var note: String {
        let count = NumberText.count(samples.abandoned.count, "abandoned call")
        switch reason {
        case .fewCalls: return "assumed: \(count) with a wait, fewer than 30"
        case .limitOfDialer: return "the dialer's own limit: most of \(count) waited so long"
        case .fitted, .quantiles:
            return "from \(count), \(NumberText.count(samples.connected.count)) connected ones censored"
        }
    }
}

extension Roster.Entry {
    /// The entry as a scenario writes it.
    fileprivate var written: JSONValue {
        var members: [JSONValue.Member] = [
            .init("agents", .integer(agents)), .init("from", FittedNumber.shiftTime(from)),
            .init("to", FittedNumber.shiftTime(to)),
        ]
        if !breaks.isEmpty {
            let written: [JSONValue] = breaks.map { pause in
                .object([
                    .init("from", FittedNumber.shiftTime(pause.from)),
                    .init("for", FittedNumber.shiftTime(pause.length)),
                ])
            }
            members.append(.init("breaks", .array(written)))
        }
        return .object(members)
    }

    fileprivate func note(_ start: Double) -> String {
        func clock(_ seconds: Double) -> String {
            let minutes = Int((start + seconds) / 60) % 1440
            return "\(minutes / 60):\(minutes % 60 < 10 ? "0" : "")\(minutes % 60)"
        }
        return "\(clock(from)) to \(clock(to))"
    }
}
