internal import DiscreteEvents

extension Dialer {
    @inline(__always)
    mutating func dial(for occasion: PacingView.Occasion) {
        let wanted = policy.callsToPlace(view(occasion))
        if wanted > 0 {
            place(wanted, for: occasion)
        } else if calls.inUse == 0 || isConstrained {
            // An open loop asks for nothing between its arrivals; what stopped the last one stands.
            if !isOpenLoop { limitBecomes(.level) }
            if calls.inUse == 0 { failIfStalled() }
        }
    }

    /// Places the wanted number of calls, as far as trunks are free.
    @inline(never)
    private mutating func place(_ wanted: Int, for occasion: PacingView.Occasion) {
        let room = trunks &- lines
        if wanted > room || isConstrained {
            placeConstrained(wanted, room: room, for: occasion)
        } else {
            var count = min(wanted, maximumAttempts &- tally.dialled)
            while count > 0 {
                placeCall()
                count &-= 1
            }
        }
        if trunks < .max, lines > peakCalls { peakCalls = lines }
        if tally.dialled >= recorder.attemptsAtNextCut { sampleOrEndDialling() }
    }

    /// Places calls where trunks are short, a list says who is called, or a rule watches the attempts.
    @inline(never)
    private mutating func placeConstrained(_ wanted: Int, room: Int, for occasion: PacingView.Occasion) {
        if occasion == .arrival, room <= 0 {
            limitBecomes(limitOfTrunks)
            return block()
        }
        var newLimit = wanted > room ? limitOfTrunks : .level
        for _ in 0..<max(0, min(wanted, room, maximumAttempts &- tally.dialled)) {
            let contact = hasList ? nextContact() : -1
            guard let contact else {
                newLimit = .list
                break
            }
            if compliance.watchesAttempts { compliance.dialled(contact: contact, at: now) }
            placeCall(to: contact)
        }
        limitBecomes(newLimit)
    }

    /// - Parameter contact: The contact that is called; -1 without a list.
    @inline(__always)
    private mutating func placeCall(to contact: Int32 = -1) {
        if planner.isExhausted, stall.standsStill(at: now) { return fail(.timeStandsStill) }
        let plan = planner.next()
        let id = calls.take()
        calls[id].plan = plan
        if hasScreening {
            calls[id].screening = planner.screening
            calls[id].isAnalysed = hasDetection
        }
        if contact >= 0 { calls[id].contact = contact }
        calls[id].attempt = UInt64(truncatingIfNeeded: nextAttempt)
        calls[id].dialledAt = now
        calls[id].group = recorder.currentGroup
        calls[id].agent = -1
        nextAttempt &+= 1
        tally.dialled &+= 1
        inFlight &+= 1
        if Policy.watchesAges { ages.dialled.insert(id, at: now - dayStart) }
        activity.callBegan(at: now)
        activity.dials &+= 1
        recorder.dialled(calls[id])
        note(.dialled, id)
        queue.push(.resolution(id), at: now + plan.ringing, rank: Rank.attempts)
    }

    /// The idle time until now belongs to the limit until now.
    @inline(never)
    mutating func limitBecomes(_ next: PacingLimit) {
        guard next != limit || !isDialling else { return }
        let idle = activity.idleSeconds(until: now)
        result.idleCauses[limit] += idle - limitStart
        limitStart = idle
        limit = next
        isConstrained = hasList || compliance.watchesAttempts || limit != .level
    }

    /// A call of an open loop found no trunk: its numbers are spent, it is not dialled.
    @inline(never)
    private mutating func block() {
        _ = planner.next()
        nextAttempt += 1
        recorder.blocked()
        if Trace.isActive { trace.record(TraceEvent(.blocked, attempt: UInt64(nextAttempt - 1), at: now)) }
    }

    /// Calls that ring, wait or talk; without those that talk unless ``talkEndsAreSeen``.
    private var lines: Int {
        @inline(__always) get { inFlight &+ waiting.count &+ talking }
    }

    @inline(__always)
    mutating func view(_ occasion: PacingView.Occasion) -> PacingView {
        var view = PacingView(
            occasion: occasion,
            time: now - dayStart,
            agents: agents,
            freeAgents: idle.count,
            inFlight: inFlight,
            waiting: waiting.count,
            talking: talking,
            tally: tally
        )
        if Policy.watchesAges { view.ages = ages.lists }
        return view
    }

    @inline(never)
    mutating func scheduleArrival() {
        if let gap = arrivals?.next() { queue.push(.arrival, at: now + gap, rank: Rank.attempts) }
    }
}
