import SimulationAPI

/// What is demanded of the simulation itself; `nil` where a demand makes no sense for the way the run ended.
struct SimulationJudgement {
    private let facts: RunFacts

    init(_ facts: RunFacts) { self.facts = facts }

    private var hasEnded: Bool { facts.ending == .ended }
    private var isCompleted: Bool { hasEnded && facts.status?.state == .completed }
    /// Whether anything of a simulation was seen.
    private var isSeen: Bool { facts.status != nil || facts.calls.seen > 0 }

    /// The simulation came to `completed`.
    var completed: Assertion {
        let name = "simulation.completed"
        let expected = "completed"
        guard hasEnded else {
            return Assertion(
                name,
                .fail,
                observed: facts.ending.title,
                expected: expected,
                detail: facts.ending.reason ?? ""
            )
        }
        guard let status = facts.status else {
            return Assertion(name, .fail, observed: "no status", expected: expected, detail: "no status could be read")
        }
        let errors = status.errors.map { $0.message.isEmpty ? $0.code : "\($0.code): \($0.message)" }
        return Assertion(
            name,
            status.state == .completed ? .pass : .fail,
            observed: status.stateWord,
            expected: expected,
            detail: errors.joined(separator: "; ")
        )
    }

    /// The states came in an order that a simulation goes.
    var progression: Assertion? {
        guard facts.status != nil else { return nil }
        let illegal = facts.illegalProgressions
        return Assertion(
            "simulation.progression",
            illegal.isEmpty ? .pass : .fail,
            observed: illegal.isEmpty ? "in order" : NumberText.count(illegal.count, "illegal step"),
            expected: "queued → running → a terminal state",
            detail: illegal.joined(separator: "; ")
        )
    }

    /// No more calls than `maxCalls`, and some at all where the simulation completed.
    var callsLimit: Assertion? {
        guard isSeen else { return nil }
        let limit = facts.payload.maxCalls
        let attempted = max(facts.callsAttempted, facts.calls.seen)
        let isIdle = attempted == 0 && isCompleted
        var detail = ""
        if attempted > limit { detail = "\(NumberText.count(attempted - limit)) more than maxCalls allows" }
        if isIdle { detail = "the simulation completed without dialling anybody: check campaign and contact list" }
        return Assertion(
            "calls.limit",
            attempted > limit || isIdle ? .fail : .pass,
            observed: NumberText.count(attempted, "call"),
            expected: isCompleted ? "1 to \(NumberText.count(limit))" : "at most \(NumberText.count(limit))",
            detail: detail
        )
    }

    /// No more calls at once than `concurrencyLimit`.
    var concurrencyLimit: Assertion? {
        guard facts.calls.seen > 0 || facts.status?.peakConcurrency != nil else { return nil }
        let (peak, limit) = (facts.peakConcurrency, facts.payload.concurrencyLimit)
        let polled = facts.status?.peakConcurrency ?? facts.calls.peakConcurrency
        return Assertion(
            "concurrency.limit",
            peak <= limit ? .pass : .fail,
            observed: "peak \(NumberText.count(peak))",
            expected: "at most \(NumberText.count(limit))",
            detail: polled == facts.calls.peakConcurrency
                ? "" : "events show \(facts.calls.peakConcurrency), the status says \(polled)"
        )
    }

    /// Compliance rules were bypassed exactly as the payload asked.
    var complianceBypass: Assertion? {
        guard let status = facts.status else { return nil }
        func word(_ isBypassed: Bool) -> String { isBypassed ? "bypassed" : "not bypassed" }
        let isEqual = status.complianceBypassed == facts.payload.complianceBypass
        return Assertion(
            "compliance.bypass",
            isEqual ? .pass : .fail,
            observed: word(status.complianceBypassed),
            expected: word(facts.payload.complianceBypass),
            detail: isEqual
                ? "" : "the simulation did not run under the compliance setting that was sent: do not trust it"
        )
    }

    /// The events of each call came in an order that a call goes.
    var callsOrder: Assertion? {
        guard facts.calls.seen > 0 else { return nil }
        let count = facts.calls.illegalOrders
        return Assertion(
            "calls.order",
            count == 0 ? .pass : .fail,
            observed: count == 0
                ? "\(NumberText.count(facts.calls.seen, "call")) in order"
                : "\(NumberText.count(count, "call")) out of order",
            expected: "every call in order",
            detail: facts.calls.illegalExamples.joined(separator: "; ")
        )
    }

    /// The remote side took the aggregated metrics; demanded of a simulation that completed, or where they were refused.
    var aggregated: Assertion? {
        guard hasEnded else { return nil }
        let name = "metrics.aggregated"
        switch facts.aggregation {
        case .accepted: return Assertion(name, .pass, observed: "accepted", expected: "accepted")
        case .refused(let reason):
            return Assertion(name, .fail, observed: "refused", expected: "accepted", detail: reason)
        case .notSent(let reason):
            guard isCompleted else { return nil }
            return Assertion(name, .fail, observed: "not sent", expected: "accepted", detail: reason)
        }
    }
}
