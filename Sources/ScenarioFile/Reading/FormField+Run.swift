import DialerEngine
import ExactJSON
import SimulationAPI

extension FormField {
    /// How long a campaign lasts, and when it is.
    ///
    /// - Parameters:
    ///   - roster: Gives the length of the shift if none is written.
    ///   - maxCalls: The calls to which such a shift is limited, unless others are written.
    func runPlan(_ source: Form.CampaignSource, _ roster: Roster?, maxCalls: Int?) -> Scenario.RunPlan? {
        form { form in
            var plan = Scenario.RunPlan()
            let (shiftField, daysField) = (form["shift"], form["days"])
            let shift = shiftField.map { $0.shift() } ?? roster?.end
            let days = daysField?.integer(in: Experiment.dayBounds)
            plan.calendar = form.calendar()
            if source == .scenario {
                let (warmUpField, callsField) = (form["warmUp"], form["calls"])
                plan.replications = form["replications"]?.integer(in: 1...1_000_000) ?? plan.replications
                plan.warmUp = warmUpField?.warmUp() ?? plan.warmUp
                if let calls = callsField?.integer(in: 1...1_000_000_000_000) { plan.length = .calls(calls) }
                if let callsField, shiftField != nil {
                    callsField.report(
                        .runLength,
                        "run names shift and calls; dialling ends after one or the other"
                    )
                }
                if let shift, case .seconds(let warmUp) = plan.warmUp, warmUp >= shift {
                    warmUpField?.report(
                        .runWarmUp,
                        "warmUp must be shorter than shift, or nothing is left to measure"
                    )
                }
            }
            if shiftField == nil, roster == nil {
                daysField?.report(.runLength, "days is given without a shift that they repeat")
                form["weekdays"]?.report(.runLength, "weekdays is given without a shift that they repeat")
            }
            if let shift {
                if shiftField == nil {
                    plan.callLimit = maxCalls
                    if case .calls(let count) = plan.length { plan.callLimit = count }
                }
                plan.length = .shifts(seconds: shift, days: days ?? 1)
            }
            form.checkWorkdays(plan.calendar, days: days ?? 1)
            return plan
        }
    }

    private func warmUp() -> Scenario.RunPlan.WarmUp? {
        if json == "auto" { return .auto }
        return duration(allowsZero: true, "auto or \(DurationText.wanted)").map { .seconds($0) }
    }

    fileprivate func date() -> CalendarDate? {
        json.string.flatMap { CalendarDate($0) } ?? wrongType("a date such as 2026-03-02")
    }
}

extension Form {
    fileprivate func calendar() -> CampaignCalendar {
        var calendar = CampaignCalendar()
        calendar.startOfShift = self["start"]?.clockTime()
        calendar.date = self["date"]?.date()
        if let days = self["weekdays"]?.list() { calendar.weekdays = Set(days.compactMap { $0.choice(Weekday.self) }) }
        return calendar
    }

    /// Reports if no day of the run has a shift.
    fileprivate func checkWorkdays(_ calendar: CampaignCalendar, days: Int) {
        guard let field = self["weekdays"], case .array(let words) = field.json,
            words.allSatisfy({ $0.string.map { Weekday(rawValue: $0) != nil } ?? false }),
            !(0..<min(days, 7)).contains(where: { calendar.isWorkday($0) })
        else { return }
        let first = calendar.weekday(of: 0).rawValue
        let begins =
            calendar.date == nil ? "without a date, the run begins on a \(first)" : "the run begins on a \(first)"
        field.report(
            .runCalendar,
            words.isEmpty
                ? "weekdays is empty, so there is no shift; leave it out for every day"
                : "no day of the run has a shift: \(begins) and has \(days == 1 ? "1 day" : "\(days) days")"
        )
    }
}
