import Statistics

/// A part of an agent's time that lies on one working day.
private struct DutyPiece {
    /// The place of the day.
    var place: Int
    /// The instants between which it lies, in milliseconds since 1970.
    var from: Int64
    var to: Int64
    /// The same by the clock, in seconds since the working day began.
    var begins: Double
    var ends: Double

    /// How long it lasts, in seconds.
    var length: Double { Double(to - from) / 1000 }
}

extension RecordSummarizer {
    /// A pause that is longer than ten minutes, in milliseconds, is a break.
    private static let longestPause: Int64 = 600_000

    /// Finds the days of each agent, and how long agents were on duty and busy.
    func countAgents(_ startOfDay: Int, _ days: inout RecordedDays) throws(RecordsError) -> [AgentDays] {
        var found = days
        var agents: [AgentDays] = []
        var agent: UInt32 = 0
        // What the agent did without a longer pause, and without any, so far.
        var presence: [AgentDay] = []
        var seen: DutyPiece?
        var duty: (from: Int64, to: Int64)?
        var busy: (from: Int64, to: Int64)?
        var talk: (from: Int64, length: Int64)?
        var overlaps = 0
        let hasLog = reader.input.agentLog != nil

        /// Calls a function with the parts of a time that lie on days with attempts.
        ///
        /// The clock says to which day a moment belongs. It may skip an hour or show it twice, so it does not say how long
        /// a time is.
        func pieces(_ from: Int64, _ to: Int64, _ body: (DutyPiece) -> Void) {
            var start = from
            repeat {
                let ahead = Int64(offset(at: start)) * 1000
                let number = found.number(start + ahead)
                let boundary = (Int64(number) + 1) * 86_400_000 + Int64(startOfDay) * 1000 - ahead
                let change = zone.change(after: Int(start / 1000)).map { Int64($0) * 1000 } ?? .max
                let stop = min(to, boundary, change)
                if let place = found.places[number] {
                    body(
                        DutyPiece(
                            place: place,
                            from: start,
                            to: stop,
                            begins: found.seconds(start + ahead, day: number),
                            ends: found.seconds(stop + ahead, day: number)
                        )
                    )
                }
                start = stop
            } while start < to
        }
        func endDuty() {
            guard let time = duty else { return }
            duty = nil
            pieces(time.from, time.to) { piece in
                if let last = presence.indices.last, presence[last].day == piece.place, let before = seen {
                    if piece.from > before.to {
                        let length = Double(piece.from - before.to) / 1000
                        presence[last].gaps.append(.init(from: before.ends, to: piece.begins, length: length))
                    }
                    presence[last].last = max(presence[last].last, piece.ends)
                } else {
                    presence.append(AgentDay(day: piece.place, first: piece.begins, last: piece.ends))
                }
                seen = piece
                if hasLog {
                    found.days[piece.place].dutySeconds = (found.days[piece.place].dutySeconds ?? 0) + piece.length
                }
            }
        }
        func endBusy() {
            guard let time = busy else { return }
            busy = nil
            pieces(time.from, time.to) { piece in
                found.days[piece.place].busySeconds = (found.days[piece.place].busySeconds ?? 0) + piece.length
            }
        }
        func endAgent() {
            endDuty()
            endBusy()
            talk = nil
            if !presence.isEmpty { agents.append(AgentDays(days: presence)) }
            (presence, seen) = ([], nil)
        }
        if hasLog {
            for place in found.days.indices { (found.days[place].dutySeconds, found.days[place].busySeconds) = (0, 0) }
        }
        try reader.spans.forEach { (span: AgentSpan) throws(RecordsError) -> Void in
            if span.agent != agent {
                endAgent()
                agent = span.agent
            }
            let end = span.start + Int64(span.length)
            // With a log of agents, calls do not say who was on duty.
            if span.kind != .call || !hasLog {
                if let time = duty, span.start - time.to > Self.longestPause { endDuty() }
                duty = (duty?.from ?? span.start, max(duty?.to ?? end, end))
            }
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
