import Statistics

extension RecordSummarizer {
    /// A pause of more than ten minutes is a break.
    private static let longestPause: Int64 = 600_000

    /// Finds the days of each agent, and how long agents were on duty and busy.
    func countAgents(_ startOfDay: Int, _ days: inout RecordedDays) throws(RecordsError) -> [AgentDays] {
        var found = days
        var agents: [AgentDays] = []
        var agent: UInt32 = 0
        // What the agent did without a longer pause, and without any, so far.
        var presence: [AgentDay] = []
        var duty: (from: Int64, to: Int64)?
        var busy: (from: Int64, to: Int64)?
        var talk: (from: Int64, length: Int64)?
        var overlaps = 0

        /// Calls a function with the parts of a time that lie on days with attempts.
        func pieces(_ from: Int64, _ to: Int64, _ body: (Int, Double, Double) -> Void) {
            var start = clock(from)
            // The clock may go back during the time; it lasts no less than nothing.
            let end = max(start, clock(to))
            while true {
                let number = found.number(start)
                let boundary = (Int64(number) + 1) * 86_400_000 + Int64(startOfDay) * 1000
                let stop = min(end, boundary)
                if let place = found.places[number] {
                    body(place, found.seconds(start, day: number), found.seconds(stop, day: number))
                }
                guard boundary < end else { return }
                start = boundary
            }
        }
        func endDuty() {
            guard let time = duty else { return }
            duty = nil
            pieces(time.from, time.to) { place, from, to in
                if let last = presence.indices.last, presence[last].day == place {
                    presence[last].gaps.append(.init(from: presence[last].last, to: from))
                    presence[last].last = to
                } else {
                    presence.append(AgentDay(day: place, first: from, last: to))
                }
                if reader.input.agentLog != nil {
                    found.days[place].dutySeconds = (found.days[place].dutySeconds ?? 0) + to - from
                }
            }
        }
        func endBusy() {
            guard let time = busy else { return }
            busy = nil
            pieces(time.from, time.to) { place, from, to in
                found.days[place].busySeconds = (found.days[place].busySeconds ?? 0) + to - from
            }
        }
        func endAgent() {
            endDuty()
            endBusy()
            talk = nil
            if !presence.isEmpty { agents.append(AgentDays(days: presence)) }
            presence = []
        }
        if reader.input.agentLog != nil {
            for place in found.days.indices { (found.days[place].dutySeconds, found.days[place].busySeconds) = (0, 0) }
        }
        try reader.spans.forEach { (span: AgentSpan) throws(RecordsError) -> Void in
            if span.agent != agent {
                endAgent()
                agent = span.agent
            }
            let end = span.start + Int64(span.length)
            if let time = duty, span.start - time.to > Self.longestPause { endDuty() }
            duty = (duty?.from ?? span.start, max(duty?.to ?? end, end))
            if span.kind == .busy {
                if let time = busy, span.start > time.to { endBusy() }
                busy = (busy?.from ?? span.start, max(busy?.to ?? end, end))
            }
            if span.kind == .call, let length = span.talk.milliseconds {
                let from = span.start + Int64(span.talkFrom)
                if let earlier = talk {
                    // Clocks are cut off to seconds; of a call whose ringing is not known, it may last a minute.
                    let tolerance: Int64 = span.hasRing ? 2000 : 60_000
                    let lasted = earlier.from <= from ? earlier.length : Int64(length)
                    if lasted > abs(from - earlier.from) + tolerance { overlaps += 1 }
                }
                talk = (from, Int64(length))
            }
        }
        endAgent()
        days = found
        if overlaps > 0 {
            warnings.append(
                RecordWarning(
                    "talk.overlap",
                    "\(overlaps) \(overlaps == 1 ? "conversation lasts" : "conversations last") longer than until the next call of "
                        + "the same agent. The column may hold more than the conversation."
                )
            )
        }
        // In an order that does not depend on that of the rows.
        return agents.sorted { left, right in
            left.days.lexicographicallyPrecedes(right.days) {
                ($0.day, $0.first, $0.last) < ($1.day, $1.first, $1.last)
            }
        }
    }
}
