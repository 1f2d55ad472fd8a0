internal import DiscreteEvents

/// Agents come on duty, go on breaks and leave.
extension Dialer {
    /// Lets the agents come who are there at the start of a day, and plans the others.
    mutating func agentsStartDay() {
        guard hasRoster else {
            idle.fill(at: now)
            return activity.agentsCame(agents, at: now)
        }
        let (arrivals, departures) = attendance.startDay(at: now)
        agents = 0
        for time in arrivals where time > now { queue.push(.arrivalOfAgents, at: time, rank: Rank.agents) }
        for time in departures { queue.push(.departureOfAgents, at: time, rank: Rank.departures) }
        agentsArrive()
    }

    /// Agents come or return: each takes a waiting call, or is idle from now on.
    @inline(never)
    mutating func agentsArrive() {
        let (arrived, newReturns) = attendance.arrive(at: now)
        for time in newReturns { queue.push(.arrivalOfAgents, at: time, rank: Rank.agents) }
        activity.agentsCame(arrived.count, at: now)
        for (agent, returns) in arrived {
            noteAgent(returns ? .breakEnded : .agentOnDuty, agent)
            if waiting.count > 0 {
                activity.agentBecameBusy(at: now)
                connectFirstWaiting(agent)
            } else {
                idle.append(IdleAgents.IdleAgent(number: agent, since: now))
            }
        }
        agents = attendance.onDuty
    }

    /// A break is due or duty ends: who is free goes, who is busy goes later.
    @inline(never)
    mutating func agentsDepart() {
        for agent in idle.remove(where: { attendance.isDue($0.number, at: now) }) { _ = release(agent.number) }
        attendance.endDuty(at: now)
        // An agent who leaves after a last call is not one who becomes free.
        if Policy.watchesAges {
            for id in ages.connected.calls where attendance.isLeaving(calls[id].agent) { ages.connected.remove(id) }
        }
        agents = attendance.onDuty
    }

    /// Whether an agent who has become free goes, to a break or home.
    @inline(never)
    mutating func agentGoes(_ agent: Int32) -> Bool {
        guard release(agent) else { return false }
        activity.agentBecameFree(at: now)
        agents = attendance.onDuty
        return true
    }

    private mutating func release(_ agent: Int32) -> Bool {
        guard let (release, isNewReturn) = attendance.release(agent, at: now) else { return false }
        activity.agentsCame(-1, at: now)
        switch release {
        case .leaves: noteAgent(.agentOffDuty, agent)
        case .pauses(let end):
            noteAgent(.breakStarted, agent)
            if isNewReturn { queue.push(.arrivalOfAgents, at: end, rank: Rank.agents) }
        }
        return true
    }

    /// After the end of dialling: idle agents go home when no call can need one any more.
    @inline(never)
    mutating func runOut() {
        guard inFlight &+ waiting.count == 0 else { return }
        let leaving = idle.remove { _ in true }
        activity.agentsCame(-leaving.count, at: now)
        guard hasRoster else { return }
        for agent in leaving {
            attendance.sendHome(agent.number)
            noteAgent(.agentOffDuty, agent.number)
        }
        agents = attendance.onDuty
    }

    private mutating func noteAgent(_ kind: TraceEvent.Kind, _ agent: Int32) {
        if Trace.isActive { trace.record(TraceEvent(kind, agent: Int(agent), at: now)) }
    }
}
