import ScenarioFile
import SimulationAPI

/// What is demanded of the simulation itself; a demand that makes no sense for the way the run ended is `nil`.
struct SimulationJudgement {
    private let facts: RunFacts

    init(_ facts: RunFacts) { self.facts = facts }

    private var hasEnded: Bool { facts.ending == .ended }
    private var isCompleted: Bool { hasEnded && facts.status?.state == .completed }
    /// Whether anything of a simulation was seen.
    private var isSeen: Bool { facts.status != nil || facts.calls.seen > 0 }

    var completed: Assertion {
        func judged(_ observed: String, _ detail: String) -> Assertion {
            Demand.simulationCompleted.judged(isCompleted, observed, expected: "completed", detail)
        }
        guard hasEnded else { return judged(facts.ending.title, facts.ending.reason ?? "") }
        guard let status = facts.status else { return judged("no status", "no status could be read") }
        let errors = status.errors.map { $0.message.isEmpty ? $0.code : "\($0.code): \($0.message)" }
        return judged(status.stateWord, errors.joined(separator: "; "))
    }

    var progression: Assertion? {
        guard facts.status != nil else { return nil }
        let illegal = facts.illegalProgressions
        let observed = illegal.isEmpty ? "in order" : NumberText.count(illegal.count, "illegal step")
        let (expected, detail) = ("queued → running → a terminal state", illegal.joined(separator: "; "))
        return Demand.simulationProgression.judged(illegal.isEmpty, observed, expected: expected, detail)
    }

    /// At most `maxCalls` calls, and at least one if the simulation completed.
    var callsLimit: Assertion? {
        guard isSeen else { return nil }
        let limit = facts.payload.maxCalls
        let attempted = max(facts.callsAttempted, facts.calls.seen)
        var detail = ""
        if attempted > limit { detail = "\(NumberText.count(attempted - limit)) more than maxCalls allows" }
        if attempted == 0, isCompleted {
            detail = "the simulation completed without dialling a call: check campaign and contact list"
        }
        let expected = "\(isCompleted ? "1 to" : "at most") \(NumberText.count(limit))"
        let observed = NumberText.count(attempted, "call")
        return Demand.callsLimit.judged(detail.isEmpty, observed, expected: expected, detail)
    }

    /// Why fewer calls than `maxCalls` were dialled, if a campaign may end before.
    var notes: [String] {
        let (attempted, limit) = (facts.callsAttempted, facts.payload.maxCalls)
        guard isCompleted, facts.hasShifts, attempted > 0, attempted < limit else { return [] }
        let end =
            facts.scenario.list == nil
            ? "the shifts were over" : "the shifts were over, or the list was exhausted"
        return ["\(NumberText.count(attempted)) of at most \(NumberText.count(limit, "call")) were dialled: \(end)"]
    }

    var concurrencyLimit: Assertion? {
        guard facts.calls.seen > 0 || facts.status?.peakConcurrency != nil else { return nil }
        let (peak, limit, seen) = (facts.peakConcurrency, facts.payload.concurrencyLimit, facts.calls.peakConcurrency)
        let polled = facts.status?.peakConcurrency ?? seen
        let detail = polled == seen ? "" : "events show \(seen), the status says \(polled)"
        let (observed, expected) = ("peak \(NumberText.count(peak))", "at most \(NumberText.count(limit))")
        return Demand.concurrencyLimit.judged(peak <= limit, observed, expected: expected, detail)
    }

    /// Compliance rules were bypassed if and only if the payload asked for it.
    var complianceBypass: Assertion? {
        guard let status = facts.status else { return nil }
        func word(_ isBypassed: Bool) -> String { isBypassed ? "bypassed" : "not bypassed" }
        let (observed, expected) = (word(status.complianceBypassed), word(facts.payload.complianceBypass))
        let doubt = "the simulation did not run under the compliance setting that was sent: do not trust it"
        let isMet = observed == expected
        return Demand.complianceBypass.judged(isMet, observed, expected: expected, isMet ? "" : doubt)
    }

    var callsOrder: Assertion? {
        let (seen, illegal) = (facts.calls.seen, facts.calls.illegalOrders)
        guard seen > 0 else { return nil }
        let observed =
            NumberText.count(illegal == 0 ? seen : illegal, "call") + (illegal == 0 ? " in order" : " out of order")
        let detail = facts.calls.illegalExamples.joined(separator: "; ")
        return Demand.callsOrder.judged(illegal == 0, observed, expected: "every call in order", detail)
    }

    /// The remote side accepted the aggregated metrics; demanded if the simulation completed or the metrics were refused.
    var aggregated: Assertion? {
        guard hasEnded else { return nil }
        let demand = Demand.metricsAggregated
        switch facts.aggregation {
        case .accepted: return demand.judged(true, "accepted", expected: "accepted")
        case .refused(let reason): return demand.judged(false, "refused", expected: "accepted", reason)
        case .notSent(let reason):
            return isCompleted ? demand.judged(false, "not sent", expected: "accepted", reason) : nil
        }
    }
}
