import SimulationAPI

/// What is demanded of the simulation itself; a demand that makes no sense for the way the run ended is `nil`.
struct SimulationJudgement {
    private let facts: RunFacts

    init(_ facts: RunFacts) { self.facts = facts }

    private var hasEnded: Bool { facts.ending == .ended }
    private var isCompleted: Bool { hasEnded && facts.status?.state == .completed }
    /// Whether anything of a simulation was seen.
    private var isSeen: Bool { facts.status != nil || facts.calls.seen > 0 }

    /// The simulation reached `completed`.
    var completed: Assertion {
        func judged(_ verdict: Verdict, _ observed: String, _ detail: String) -> Assertion {
            Assertion(.simulationCompleted, verdict, observed: observed, expected: "completed", detail: detail)
        }
        guard hasEnded else { return judged(.fail, facts.ending.title, facts.ending.reason ?? "") }
        guard let status = facts.status else { return judged(.fail, "no status", "no status could be read") }
        let errors = status.errors.map { $0.message.isEmpty ? $0.code : "\($0.code): \($0.message)" }
        return judged(isCompleted ? .pass : .fail, status.stateWord, errors.joined(separator: "; "))
    }

    /// The simulation went through its states in a legal order.
    var progression: Assertion? {
        guard facts.status != nil else { return nil }
        let illegal = facts.illegalProgressions
        return Assertion(
            .simulationProgression,
            illegal.isEmpty ? .pass : .fail,
            observed: illegal.isEmpty ? "in order" : NumberText.count(illegal.count, "illegal step"),
            expected: "queued → running → a terminal state",
            detail: illegal.joined(separator: "; ")
        )
    }

    /// At most `maxCalls` calls, and at least one if the simulation completed.
    var callsLimit: Assertion? {
        guard isSeen else { return nil }
        let limit = facts.payload.maxCalls
        let attempted = max(facts.callsAttempted, facts.calls.seen)
        let isIdle = attempted == 0 && isCompleted
        var detail = ""
        if attempted > limit { detail = "\(NumberText.count(attempted - limit)) more than maxCalls allows" }
        if isIdle { detail = "the simulation completed without dialling a call: check campaign and contact list" }
        return Assertion(
            .callsLimit,
            attempted > limit || isIdle ? .fail : .pass,
            observed: NumberText.count(attempted, "call"),
            expected: isCompleted ? "1 to \(NumberText.count(limit))" : "at most \(NumberText.count(limit))",
            detail: detail
        )
    }

    /// At most `concurrencyLimit` calls at once.
    var concurrencyLimit: Assertion? {
        guard facts.calls.seen > 0 || facts.status?.peakConcurrency != nil else { return nil }
        let (peak, limit) = (facts.peakConcurrency, facts.payload.concurrencyLimit)
        let polled = facts.status?.peakConcurrency ?? facts.calls.peakConcurrency
        return Assertion(
            .concurrencyLimit,
            peak <= limit ? .pass : .fail,
            observed: "peak \(NumberText.count(peak))",
            expected: "at most \(NumberText.count(limit))",
            detail: polled == facts.calls.peakConcurrency
                ? "" : "events show \(facts.calls.peakConcurrency), the status says \(polled)"
        )
    }

    /// Compliance rules were bypassed if and only if the payload asked for it.
    var complianceBypass: Assertion? {
        guard let status = facts.status else { return nil }
        func word(_ isBypassed: Bool) -> String { isBypassed ? "bypassed" : "not bypassed" }
        let isEqual = status.complianceBypassed == facts.payload.complianceBypass
        return Assertion(
            .complianceBypass,
            isEqual ? .pass : .fail,
            observed: word(status.complianceBypassed),
            expected: word(facts.payload.complianceBypass),
            detail: isEqual
                ? "" : "the simulation did not run under the compliance setting that was sent: do not trust it"
        )
    }

    /// The events of each call are in a legal order.
    var callsOrder: Assertion? {
        guard facts.calls.seen > 0 else { return nil }
        let count = facts.calls.illegalOrders
        return Assertion(
            .callsOrder,
            count == 0 ? .pass : .fail,
            observed: count == 0
                ? "\(NumberText.count(facts.calls.seen, "call")) in order"
                : "\(NumberText.count(count, "call")) out of order",
            expected: "every call in order",
            detail: facts.calls.illegalExamples.joined(separator: "; ")
        )
    }

    /// The remote side accepted the aggregated metrics; demanded if the simulation completed or the metrics were refused.
    var aggregated: Assertion? {
        guard hasEnded else { return nil }
        func judged(_ verdict: Verdict, _ observed: String, _ detail: String = "") -> Assertion {
            Assertion(.metricsAggregated, verdict, observed: observed, expected: "accepted", detail: detail)
        }
        switch facts.aggregation {
        case .accepted: return judged(.pass, "accepted")
        case .refused(let reason): return judged(.fail, "refused", reason)
        case .notSent(let reason): return isCompleted ? judged(.fail, "not sent", reason) : nil
        }
    }
}
