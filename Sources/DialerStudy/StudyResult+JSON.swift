import DialerEngine
package import ExactJSON
import RunReport
import ScenarioFile
import SimulationAPI
import Statistics

extension StudyResult {
    /// The document of `simulate --json`, version 1: equal results give equal bytes.
    package var json: JSONValue { .object(members) }

    /// The document of the file `result.json`.
    ///
    /// That of `--json`, the sums of each replication, which later simulations are compared with, and the scenario. Equal
    /// results give equal bytes here too.
    package var document: JSONValue { .object(members + sums) }

    package func document(with comparison: PolicyComparison) -> JSONValue {
        .object(members + [JSONValue.Member("comparison", comparison.json)] + sums)
    }

    /// The document that a home keeps: beyond 20,000 replications it leaves out their sums.
    package var documentForHistory: JSONValue {
        let most = 20_000
        guard replications.count > most else { return document }
        return .object(members + sums.filter { $0.name != "perReplication" })
    }

    private var sums: [JSONValue.Member] {
        [
            .init("randomStreams", .integer(RandomStreams.version)),
            .init("perReplication", .array(replications.map(\.sums))),
            .init("batches", replications.count == 1 ? .array(pieces.map(\.sums)) : .null),
            .init("scenarioDocument", plan.scenario.source.withoutMonitors),
        ]
    }

    /// The document of a study with a comparison of policies.
    package func json(with comparison: PolicyComparison) -> JSONValue {
        .object(members + [JSONValue.Member("comparison", comparison.json)])
    }

    private var members: [JSONValue.Member] {
        let assertions = judgements.filter { $0.verdict != nil }.map(\.json)
        let members: [JSONValue.Member] = [
            .init("version", 1),
            .init("kind", "simulate"),
            .init("scenario", .string(plan.scenario.name)),
            .init("seed", .integer(plan.experiment.seed)),
            .init("replications", .integer(plan.replications)),
            .init("pacing", .string(plan.experiment.pacing.name.rawValue)),
            .init("warmUpSeconds", .double(plan.experiment.warmUp)),
            .init("calls", calls.json),
            .init("outcomes", calls.outcomes.json),
            .init("metrics", metricsJSON),
            .init("list", list?.json ?? .null),
            .init("bound", idle.json),
            .init("compliance", .array(compliance.map(\.json))),
            .init("gauges", .array(gauges.map(\.json))),
            .init("thresholds", .array(thresholds.map(\.json))),
            .init(
                "skippedThresholds",
                .array(
                    skipped.map {
                        ["metric": .string($0.metric), "expected": .string($0.expected), "reason": .string($0.reason)]
                    }
                )
            ),
            .init("intervals", course?.json ?? .null),
            .init("assertions", .array(assertions)),
            .init("notes", .array(notes.map { .string($0) })),
            .init("verdict", .string(verdict.rawValue)),
            .init("exitCode", .integer(exitCode.rawValue)),
        ]
        return members + (baseline.map { [JSONValue.Member("comparison", $0.json)] } ?? [])
    }

    /// Every metric by its name, with the 95th percentile of the wait inside that of the wait.
    var metricsJSON: JSONValue {
        var members: [JSONValue.Member] = []
        for metric in StudyMetric.allCases {
            guard let estimate = metrics[metric] else { continue }
            let more: [JSONValue.Member] = metric == .waitSeconds ? [.init("p95", waitP95.json)] : []
            members.append(.init(metric.rawValue, .object(estimate.members + more)))
            // The hours that the occupancy leaves out stand beside it.
            if metric == .occupancy, let list { members.append(.init("idleAfter", list.idleAfter.json)) }
        }
        return .object(members)
    }
}

extension Measures {
    /// The sums from which every metric can be computed, and its paired difference from another simulation; not rounded.
    fileprivate var sums: JSONValue {
        [
            "attempts": .integer(calls.attempted), "answered": .integer(calls.answered),
            "abandoned": .integer(calls.abandoned), "connected": .integer(calls.connected),
            "falsePositives": .integer(calls.falsePositives), "dials": .integer(dials),
            "connects": .integer(connects), "talkSeconds": .double(talkSeconds),
            "wrapSeconds": .double(max(0, busySeconds - talkSeconds)), "busySeconds": .double(busySeconds),
            "dutySeconds": .double(agentSeconds), "waitSeconds": .double(calls.waitSeconds),
            "idleSeconds": .double(idleSeconds), "idlePeriods": .integer(idlePeriods),
        ]
    }
}

extension Estimate {
    fileprivate var members: [JSONValue.Member] {
        [
            .init("mean", .optional(mean)), .init("low", .optional(interval?.lower)),
            .init("high", .optional(interval?.upper)),
        ]
    }

    var json: JSONValue { .object(members) }
}

extension DialerEngine.CallTotals {
    fileprivate var json: JSONValue {
        [
            "attempted": .integer(attempted), "answered": .integer(answered), "connected": .integer(connected),
            "abandoned": .integer(abandoned), "falsePositives": .integer(falsePositives),
            "blocked": .integer(blocked), "machinesConnected": .integer(machinesConnected),
            "machinesDropped": .integer(machinesDropped),
        ]
    }
}

extension OutcomeCounts {
    fileprivate var json: JSONValue {
        .object(CallOutcome.allCases.map { .init($0.rawValue, .integer(self[AttemptOutcome($0)])) })
    }
}

extension ComplianceFinding {
    /// `verdict` is `reported` if the rule sets no limit.
    fileprivate var json: JSONValue {
        let limit = profile.attemptLimit.map { Double($0.attempts) } ?? profile.limit?.doubleValue
        return [
            "profile": .string(profile.name),
            "status": profile.standing.map { .string($0.status.rawValue) } ?? .null,
            "rate": .optional(rate.mean),
            "low": .optional(rate.interval?.lower),
            "high": .optional(rate.interval?.upper),
            "upperBound": .optional(upperBound),
            "limit": .optional(limit),
            "denominator": .string(profile.denominator.rawValue),
            "live": profile.denominator == .live ? .integer(calls) : .null,
            "calls": .integer(calls),
            "abandoned": .integer(abandoned),
            "windows": .integer(windows),
            "windowsBreached": .integer(windowsBreached),
            "windowsBreachedLow": .double(breachedShare),
            "shortRings": .integer(shortRings),
            "notModelled": .array(profile.notModelled.map { .string($0) }),
            "verdict": .string(verdict?.rawValue ?? "reported"),
        ]
    }
}

extension ThresholdFinding {
    fileprivate var json: JSONValue {
        [
            "metric": .string(threshold.metric.rawValue), "expected": .string(threshold.text),
            "observed": .optional(measured.mean), "low": .optional(measured.interval?.lower),
            "high": .optional(measured.interval?.upper), "verdict": .string(verdict.rawValue),
            "detail": .string(detail),
        ]
    }
}
