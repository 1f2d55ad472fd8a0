import DialerEngine
import ExactJSON
import SimulationAPI

extension Form {
    /// The agents of a contact centre: their number, or when they are on duty.
    func team(_ clock: ShiftClock) -> (agents: Int, roster: Roster?)? {
        let (agents, roster) = (self["agents"], self["roster"])
        guard let roster else {
            if agents == nil { _ = required("agents", ": how many there are; or write roster: when they are on duty") }
            return agents?.integer(in: ContactCenter.agentBounds).map { ($0, nil) }
        }
        if agents != nil {
            roster.report(
                .rosterInvalid,
                "contactCenter names agents and roster; keep roster if agents come and leave, else agents"
            )
        }
        return roster.roster(clock).map { ($0.agents, $0) }
    }
}

extension FormField {
    /// Groups of agents, in the order in which they come.
    func roster(_ clock: ShiftClock) -> Roster? {
        guard let fields = list() else { return nil }
        if fields.isEmpty {
            return fail(.rosterInvalid, "roster is empty; name a group of agents such as {agents: 4, from: 0, to: 8h}")
        }
        guard fields.count <= Roster.mostEntries else {
            return fail(.rosterInvalid, "roster has \(fields.count) entries; at most \(Roster.mostEntries) are allowed")
        }
        let entries = fields.map { $0.rosterEntry(clock) }
        var latest = 0.0
        for (field, entry) in zip(fields, entries) {
            guard let entry else { continue }
            if entry.from < latest {
                field.member("from")?.report(
                    .rosterInvalid,
                    "these agents come before those of an entry above; write the entries in the order of from"
                )
            }
            latest = max(latest, entry.from)
        }
        let sound = entries.compactMap { $0 }
        guard sound.count == fields.count else { return nil }
        let roster = Roster(sound)
        return ContactCenter.agentBounds.contains(roster.agents)
            ? roster
            : fail(
                .rosterInvalid,
                "roster has \(roster.agents) agents; at most \(ContactCenter.agentBounds.upperBound) are allowed"
            )
    }

    private func rosterEntry(_ clock: ShiftClock) -> Roster.Entry? {
        form { form in
            let agents = form.required("agents", ": how many come together")?.integer(in: ContactCenter.agentBounds)
            let from = form.required("from", ": when they come")?.shiftTime(clock)
            let end = form.required("to", ": when they leave")
            let to = end?.shiftTime(clock)
            if let from, let to, let end {
                if to <= from {
                    end.report(
                        .rosterInvalid,
                        "agents leave at \(clock.text(to)), but come at \(clock.text(from)); to must be later than from"
                    )
                } else if let shift = clock.shift, to > shift {
                    end.report(
                        .rosterInvalid,
                        "agents leave at \(clock.text(to)), after the end of the shift at \(clock.text(shift)); "
                            + "lengthen run.shift, or let them leave then"
                    )
                }
            }
            let breaks = form["breaks"].map { field in field.breaks(clock, from: from, to: to) } ?? []
            guard let agents, let from, let to, let breaks else { return nil }
            return Roster.Entry(agents: agents, from: from, to: to, breaks: breaks)
        }
    }

    /// The breaks of an entry, which lie one after the other between its ends.
    private func breaks(_ clock: ShiftClock, from: Double?, to: Double?) -> [Roster.Break]? {
        guard let fields = list() else { return nil }
        guard fields.count <= Roster.mostBreaks else {
            return fail(.rosterInvalid, "breaks has \(fields.count) entries; at most \(Roster.mostBreaks) are allowed")
        }
        let breaks = fields.map { $0.breakTime(clock) }
        var end: Double?
        for (field, pause) in zip(fields, breaks) {
            guard let pause else { continue }
            let begin = field.member("from") ?? field
            if let end, pause.from < end {
                begin.report(
                    .rosterInvalid,
                    "the break at \(clock.text(pause.from)) overlaps the one before it, which ends at \(clock.text(end)); "
                        + "write breaks in the order of time, apart from each other"
                )
            }
            let next = pause.from + pause.length
            if let from, pause.from < from {
                begin.report(
                    .rosterInvalid,
                    "the break begins at \(clock.text(pause.from)), before its agents come at \(clock.text(from))"
                )
            } else if let to, next > to {
                begin.report(
                    .rosterInvalid,
                    "the break ends at \(clock.text(next)), after its agents leave at \(clock.text(to)); "
                        + "a break lies between from and to"
                )
            } else if pause.from == from {
                begin.warn(
                    .rosterBreak,
                    "the break begins when its agents come, so nobody works before it; let them come at \(clock.text(next))"
                )
            } else if next == to {
                begin.warn(
                    .rosterBreak,
                    "the break ends when its agents leave, so nobody works after it; let them leave at \(clock.text(pause.from))"
                )
            }
            end = max(end ?? 0, next)
        }
        let sound = breaks.compactMap { $0 }
        return sound.count == fields.count ? sound : nil
    }

    private func breakTime(_ clock: ShiftClock) -> Roster.Break? {
        form { form in
            let from = form.required("from", ": when the break begins")?.shiftTime(clock)
            let length = form.required("for", ": how long the break is")?.duration()
            guard let from, let length else { return nil }
            return Roster.Break(from: from, length: length)
        }
    }
}
