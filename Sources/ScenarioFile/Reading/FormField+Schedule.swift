import DialerEngine
import DiscreteEvents
import ExactJSON
import SimulationAPI

extension FormField {
    /// What changes during a shift.
    ///
    /// - Parameter center: The contact centre at the start; nil if it is not known, and then only the entries are judged.
    func schedule(of center: ContactCenter?, _ clock: ShiftClock) -> [ScheduleEntry]? {
        guard let fields = list() else { return nil }
        guard fields.count <= ScheduleEntry.mostEntries else {
            let most = ScheduleEntry.mostEntries
            return fail(.scheduleInvalid, "schedule has \(fields.count) entries; at most \(most) are allowed")
        }
        let start = center ?? .placeholder
        var entries: [ScheduleEntry] = []
        for field in fields {
            let before = entries.last
            guard let entry = field.scheduleEntry(after: before?.center ?? start, clock) else { continue }
            field.check(entry, after: before, clock)
            if entry.center == before?.center ?? start {
                let message =
                    field.changes.isEmpty
                    ? "the entry changes nothing; name what is different from then on, such as talk or lines"
                    : "the entry changes nothing: what it names is in force already"
                field.warn(.scheduleInvalid, message)
            }
            entries.append(entry)
        }
        return entries.count == fields.count ? entries : nil
    }

    /// The members that an entry of a schedule replaces.
    private var changes: [String] {
        guard case .object(let members) = json else { return [] }
        return members.map(\.name).filter { $0 != "from" }
    }

    private func scheduleEntry(after center: ContactCenter, _ clock: ShiftClock) -> ScheduleEntry? {
        form { form in
            let from = form.required("from", ": when the entry comes into force")?.shiftTime(clock)
            var center = center
            let outcomes = form["outcomeInjection"]?.form { PayloadRules.outcomes($0, needsSwitch: false) }
            center.outcomes = outcomes?.probabilities ?? center.outcomes
            center.talk = form["talk"]?.distribution() ?? center.talk
            center.wrap = form["wrap"]?.distribution() ?? center.wrap
            center.ringing = form["ringing"]?.ringing() ?? center.ringing
            center.patience = form["patience"]?.distribution() ?? center.patience
            if let greeting = form["greeting"]?.greeting() {
                (center.greetingStart, center.greetingLength) = greeting
            }
            center.detection = form["answeringMachineDetection"]?.answeringMachineDetection() ?? center.detection
            center.lines = form["lines"]?.integer(in: ContactCenter.lineBounds) ?? center.lines
            return from.map { ScheduleEntry(from: $0, center: center) }
        }
    }

    private func check(_ entry: ScheduleEntry, after before: ScheduleEntry?, _ clock: ShiftClock) {
        let field = member("from") ?? self
        if let before, entry.from <= before.from {
            field.report(
                .scheduleInvalid,
                "the entry begins at \(clock.text(entry.from)), not later than the one before it at \(clock.text(before.from)); "
                    + "write the entries in the order of time"
            )
        } else if let shift = clock.shift, entry.from >= shift {
            field.report(
                .scheduleInvalid,
                "the entry begins at \(clock.text(entry.from)), when the shift is over at \(clock.text(shift)); "
                    + "leave it out, or lengthen the shift"
            )
        }
    }
}

extension ContactCenter {
    /// A contact centre for entries of a schedule whose own one is not known.
    fileprivate static var placeholder: ContactCenter {
        ContactCenter(agents: 1, outcomes: .nobodyAnswers, ringing: RingingTimes(.constant(0)), talk: .constant(0))
    }
}
