internal import DiscreteEvents

extension Dialer {
    /// Begins the next day; returns false after the last one.
    @inline(never)
    mutating func beginNextDay() -> Bool {
        finishDay()
        guard let next = nextDay else {
            finish()
            return false
        }
        day = next
        // The calls of the day before may still be running out at midnight; time does not go back.
        dayStart = max(now, Double(day) * experiment.dayLength)
        now = dayStart
        queue.removeAll(restartingAt: now)
        isOnShift = hasList && contacts.isExhausted
        isDialling = !isOnShift
        nextLook = .infinity
        recorder.dayStarted(at: now, totals(), isDialling: isDialling)
        if Trace.isActive { trace.record(TraceEvent(.dayStarted, at: now)) }
        if day > 0, !experiment.schedule.isEmpty { change(to: -1) }
        for (index, entry) in experiment.schedule.enumerated() {
            if entry.from > 0 {
                queue.push(.scheduleEntry(Int32(index)), at: now + entry.from, rank: Rank.agents)
            } else {
                change(to: index)
            }
        }
        let totals = intervalTotals
        course?.startDay(totals)
        awaitEndOfInterval()
        agentsStartDay()
        limitStart = activity.idleSeconds(until: now)
        if let seconds = experiment.shift { queue.push(.shiftEnd, at: now + seconds, rank: Rank.ticks) }
        guard isDialling else { return true }
        // First in line, so that a call dialled at the end of the warm-up counts.
        if experiment.warmUp > 0 { queue.push(.warmUpEnd, at: now + experiment.warmUp, rank: Rank.agents) }
        if let interval = recorder.secondsBetweenCuts { queue.push(.sample, at: now + interval, rank: Rank.ticks) }
        if let interval = policy.tickInterval { queue.push(.tick, at: now + interval, rank: Rank.ticks) }
        policy.startDay(view(.change))
        if isOpenLoop { scheduleArrival() }
        if isDialling { dial(for: .change) }
        return true
    }

    /// The next day with a shift; nil after the last one.
    private var nextDay: Int? {
        // The calls that were asked for have been placed.
        guard failure == nil, tally.dialled < maximumAttempts else { return nil }
        return (day + 1..<max(day + 1, experiment.days)).first { experiment.calendar.isWorkday($0) }
    }

    /// Puts an entry of the schedule in force; -1 is the contact centre as it is at the start of a shift.
    @inline(never)
    mutating func change(to index: Int) {
        let center = index < 0 ? experiment.center : experiment.schedule[index].center
        let (lines, first) = (center.lines ?? .max, experiment.center.lines ?? .max)
        limitOfTrunks = lines >= center.concurrencyLimit ?? .max ? .organization : lines < first ? .schedule : .lines
        trunks = center.bindingTrunks(below: policy.mostCalls(agents: center.agents) ?? .max)
        hasDetection = center.detection != nil
        planner = AttemptPlanner(
            center,
            stream: stream,
            firstAttempt: UInt64(nextAttempt),
            counterfactual: experiment.counterfactual
        )
    }

    @inline(never)
    mutating func sample() {
        cut()
        guard isDialling, let interval = recorder.secondsBetweenCuts else { return }
        let isFollowed = recorder.cutsAgain(at: now + interval, endOfShift: dayStart + (experiment.shift ?? .infinity))
        if isFollowed { queue.push(.sample, at: now + interval, rank: Rank.ticks) }
    }

    @inline(never)
    mutating func sampleOrEndDialling() {
        if tally.dialled >= maximumAttempts { endDialling() } else { cut() }
    }

    private mutating func cut() {
        if recorder.cut(at: now, totals()) { compliance.cut() }
    }

    /// Stops dialling before the end of the shift: all calls are placed, or the list is exhausted.
    @inline(never)
    mutating func endDialling() {
        isDialling = false
        limitBecomes(.level)
        recorder.measuringEnded(at: now, totals())
        if Trace.isActive { trace.record(TraceEvent(.diallingEnded, at: now)) }
    }

    /// Stops dialling at the end of the shift; agents stay until no call needs one any more.
    @inline(never)
    mutating func endShift() {
        isOnShift = false
        guard isDialling else { return }
        isDialling = false
        limitBecomes(.level)
        if Trace.isActive { trace.record(TraceEvent(.diallingEnded, at: now)) }
    }

    private mutating func finishDay() {
        guard day >= 0 else { return }
        result.endTime = max(result.endTime, now)
        let totals = intervalTotals
        course?.endInterval(totals)
        recorder.measuringEnded(at: now, self.totals())
        if recorder.cutsAtEndOfDay() { cut() }
    }

    private mutating func finish() {
        guard failure == nil else { return }
        if tally.dialled == 0, !isOpenLoop, maximumAttempts > 0 { fail(.neverDials) }
        if recorder.isEmpty { fail(.warmUpOutlastsRun) }
        recorder.finish(into: &result)
        let totals = totals()
        result.busyIntegral = totals.busySeconds
        let unserved = activity.unservedSeconds(until: now, unserved: inFlight + waiting.count)
        result.lineIntegral = unserved + totals.talkSeconds
        if peakCalls > 0 { result.peakCalls = peakCalls }
        if hasList { result.list = listCount }
        result.course = course?.rows ?? []
        if experiment.sampling != .none {
            result.complianceSamples = Array(compliance.pieces().prefix(experiment.compliance.count))
        }
        let counts = compliance.finish()
        result.compliance = Array(counts.prefix(experiment.compliance.count))
        result.gauges = Array(counts.dropFirst(experiment.compliance.count))
    }

    /// An interval of the day's course ends, and the next one begins if the shift goes on.
    @inline(never)
    mutating func endInterval() {
        let totals = intervalTotals
        course?.endInterval(totals)
        awaitEndOfInterval()
    }

    private mutating func awaitEndOfInterval() {
        guard let end = course?.end(inShiftOf: experiment.shift ?? 0) else { return }
        queue.push(.intervalEnd, at: dayStart + end, rank: Rank.ticks)
    }

    private var intervalTotals: DayInterval {
        let (totals, calls) = (totals(), recorder.allCalls)
        var interval = DayInterval()
        interval.dutySeconds = totals.dutySeconds
        interval.busySeconds = totals.busySeconds
        interval.lineSeconds =
            totals.talkSeconds + activity.unservedSeconds(until: now, unserved: inFlight + waiting.count)
        interval.attempted = calls.attempted
        interval.answered = calls.answered
        interval.abandoned = calls.abandoned + calls.falsePositives
        interval.contactsLeft = hasList ? contacts.count.open : 0
        return interval
    }

    /// Returns how much of everything there has been until now.
    func totals() -> ActivityTotals {
        // Of the conversations that have begun, a part is to come.
        let toCome = calls.ids.reduce(0.0) { sum, id in
            sum + (calls[id].agent >= 0 ? max(0, calls[id].connectedAt + calls[id].plan.talk - now) : 0)
        }
        return ActivityTotals(
            dutySeconds: activity.dutySeconds(until: now),
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
        guard !isOpenLoop, experiment.shift == nil else { return }
        if policy.tickInterval == nil || stall.isIdle(at: now, since: recorder.lastDial) { fail(.neverDials) }
    }

    /// Kept apart, so that the making of the message never mixes with the dialling.
    @inline(never)
    mutating func fail(_ code: SimulationError.Code) {
        failure = failure ?? SimulationError(code, pacing: experiment.pacing, at: now)
        isDialling = false
    }
}
