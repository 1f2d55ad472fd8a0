internal import DiscreteEvents

extension Dialer {
    /// Begins the next day; returns false after the last one.
    @inline(never)
    mutating func beginNextDay() -> Bool {
        finishDay()
        guard failure == nil, day + 1 < experiment.days else { return false }
        day += 1
        // The calls of the day before may still be running out at midnight; time does not go back.
        dayStart = max(now, Double(day) * experiment.dayLength)
        now = dayStart
        queue.removeAll(restartingAt: now)
        idle.startDay(at: now)
        isDialling = tally.dialled < maximumAttempts
        recorder.dayStarted(at: now, totals())
        if Trace.isActive { trace.record(TraceEvent(.dayStarted, at: now)) }
        // First in line, so that a call dialled at the end of the warm-up counts.
        if experiment.warmUp > 0 { queue.push(.warmUpEnd, at: now + experiment.warmUp, rank: Rank.agents) }
        if case .shifts(let seconds, _) = experiment.length {
            queue.push(.shiftEnd, at: now + seconds, rank: Rank.ticks)
        }
        if let interval = recorder.secondsBetweenCuts { queue.push(.sample, at: now + interval, rank: Rank.ticks) }
        if let interval = policy.tickInterval { queue.push(.tick, at: now + interval, rank: Rank.ticks) }
        policy.startDay(view(.change))
        if isOpenLoop { scheduleArrival() }
        if isDialling { dial(for: .change) }
        return true
    }

    @inline(never)
    mutating func sample() {
        cut()
        if isDialling, let interval = recorder.secondsBetweenCuts {
            queue.push(.sample, at: now + interval, rank: Rank.ticks)
        }
    }

    @inline(never)
    mutating func sampleOrEndDialling() {
        if tally.dialled >= maximumAttempts { endDialling() } else { cut() }
    }

    private mutating func cut() {
        if recorder.cut(at: now, totals()) { compliance.cut() }
    }

    @inline(never)
    mutating func endDialling() {
        isDialling = false
        recorder.diallingEnded(at: now, totals())
        if Trace.isActive { trace.record(TraceEvent(.diallingEnded, at: now)) }
    }

    private mutating func finishDay() {
        guard day >= 0 else { return }
        result.endTime = max(result.endTime, now)
        guard day + 1 >= experiment.days, failure == nil else { return }
        if tally.dialled == 0, !isOpenLoop, maximumAttempts > 0 { fail(.neverDials) }
        if recorder.isEmpty { fail(.warmUpOutlastsRun) }
        recorder.finish(into: &result)
        let totals = totals()
        result.busyIntegral = totals.busySeconds
        let unserved = activity.unservedSeconds(until: now, unserved: inFlight + waiting.count)
        result.lineIntegral = unserved + totals.talkSeconds
        if trunks < .max { result.peakCalls = peakCalls }
        if experiment.sampling != .none { result.complianceSamples = compliance.pieces() }
        result.compliance = compliance.finish()
    }

    /// Returns how much of everything there has been until now.
    func totals() -> ActivityTotals {
        // Of the conversations that have begun, a part is to come.
        let toCome = calls.ids.reduce(0.0) { sum, id in
            sum + (calls[id].agent >= 0 ? max(0, calls[id].connectedAt + calls[id].plan.talk - now) : 0)
        }
        return ActivityTotals(
            busySeconds: activity.busySeconds(until: now),
            talkSeconds: activity.talkSeconds - toCome,
            idleSeconds: activity.idleSeconds,
            idlePeriods: activity.idlePeriods,
            connects: activity.connects,
            dials: activity.dials
        )
    }

    /// Ends the replication if nothing is left that could make the policy dial.
    @inline(never)
    mutating func failIfStalled() {
        guard !isOpenLoop, maximumAttempts < .max else { return }
        if policy.tickInterval == nil || stall.isIdle(at: now, since: recorder.lastDial) { fail(.neverDials) }
    }

    /// Kept apart, so that the making of the message never mixes with the dialling.
    @inline(never)
    mutating func fail(_ code: SimulationError.Code) {
        failure = failure ?? SimulationError(code, pacing: experiment.pacing, at: now)
        isDialling = false
    }
}
