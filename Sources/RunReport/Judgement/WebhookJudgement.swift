import SimulationAPI

/// Compares the totals of the events with what the remote side reports of the same simulation.
struct WebhookJudgement {
    private let facts: RunFacts

    init(_ facts: RunFacts) { self.facts = facts }

    /// No call is lost, and the totals of both sides agree; demanded if the simulation ended.
    ///
    /// Duplicates, late events and events of other simulations are reported and fail nothing.
    var reconcile: Assertion? {
        guard facts.ending == .ended, let status = facts.status else { return nil }
        let totals = facts.webhooks
        let (problems, lost) = (disagreements(status), totals.lost)
        var detail: [String] = []
        if lost > 0 {
            let advice =
                totals.rejected > 0
                ? "\(NumberText.count(totals.rejected, "webhook")) came and were refused; compare the secret on both sides"
                : "check that the target reaches the webhook URL during the whole run"
            detail.append("\(NumberText.count(lost, "call")) without a final event: \(advice)")
        }
        if !problems.isEmpty { detail.append("events ≠ status: " + problems.joined(separator: ", ")) }
        let kinds = [
            (totals.duplicates, "duplicate"), (totals.late, "late"), (totals.unknown, "of other simulations"),
        ].filter { $0.0 > 0 }.map { "\(NumberText.count($0.0)) \($0.1)" }
        if !kinds.isEmpty { detail.append("also received: " + kinds.joined(separator: ", ")) }
        let (received, unique) = (NumberText.count(totals.received), NumberText.count(totals.unique))
        let (attempted, completed) = (NumberText.count(status.callsAttempted), NumberText.count(status.callsCompleted))
        return Demand.webhooksReconcile.judged(
            lost == 0 && problems.isEmpty,
            "\(received) received, \(unique) unique, \(NumberText.count(lost)) lost",
            expected: "0 lost; \(attempted) attempted and \(completed) completed, as polled",
            detail.joined(separator: "; ")
        )
    }

    /// What the receiver turned away; no assertion covers it.
    var notes: [String] {
        let totals = facts.webhooks
        let kinds = [
            (
                totals.quarantined,
                "kept in quarantine: not an event, or another body under the identity of an earlier one"
            ),
            (totals.rejected, "refused, for example for a bad signature"),
        ]
        return kinds.filter { $0.0 > 0 }.map { "\(NumberText.count($0.0, "webhook")) \($0.1)" }
    }

    /// Totals on which events and status differ, as `completed 46 ≠ 49`.
    private func disagreements(_ status: SimulationStatus) -> [String] {
        let calls = facts.calls
        var pairs = [
            ("attempted", calls.seen, status.callsAttempted), ("completed", calls.completed, status.callsCompleted),
        ]
        if let outcomes = status.outcomes {
            pairs += CallOutcome.allCases.map { ($0.rawValue, calls.outcomes[$0] ?? 0, outcomes[$0] ?? 0) }
        }
        return pairs.filter { $0.1 != $0.2 }.map { "\($0.0) \(NumberText.count($0.1)) ≠ \(NumberText.count($0.2))" }
    }
}
