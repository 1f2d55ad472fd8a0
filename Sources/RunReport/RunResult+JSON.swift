import DialerEngine
public import ExactJSON
import ScenarioFile
import SimulationAPI

extension RunResult {
    /// The document `result.json`, version 1.
    ///
    /// Every member is always present; it is `null` if the run did not come that far. `injected` has the decimals as they
    /// were written; texts of the remote side are unchanged. `scenarioDocument` is what later runs are compared with.
    public var json: JSONValue {
        .object(present: [
            "version": 1,
            "kind": "run",
            "runId": .string(facts.runID),
            "scenario": .string(facts.scenario.name),
            "target": .string(facts.target.rawValue),
            "origin": .string(facts.origin),
            "seed": facts.seed.map { .integer($0) } ?? .null,
            "simulationId": .optional(facts.simulationID),
            "tag": .optional(facts.payload.tag),
            "state": .optional(facts.status?.stateWord),
            "ending": ["kind": .string(facts.ending.name), "reason": .optional(facts.ending.reason)],
            "startedAt": .string(facts.startedAt.description),
            "finishedAt": .string(facts.finishedAt.description),
            "durationSeconds": .double(facts.durationSeconds),
            "calls": callsJSON,
            "outcomes": .object(outcomes.map { JSONValue.Member($0.outcome.rawValue, $0.json) }),
            "accuracyRate": accuracyRate.map { .double($0) } ?? .null,
            "goodnessOfFit": goodnessOfFit?.json ?? .null,
            "compliance": .array(rules),
            "bound": idle?.json ?? .null,
            "timeline": facts.calls.timeline.json,
            "webhooks": facts.webhooks.json,
            "monitors": .array(facts.monitors.map(\.json)),
            "errors": .array(
                (facts.status?.errors ?? []).map { ["code": .string($0.code), "message": .string($0.message)] }
            ),
            "assertions": .array(assertions.map { ResultDocument.Judged($0).json }),
            "skippedThresholds": .array(
                skippedThresholds.map {
                    ["metric": .string($0.metric), "expected": .string($0.expected), "reason": .string($0.reason)]
                }
            ),
            "notes": .array(notes.map { .string($0) }),
            "verdict": .string(verdict.rawValue),
            "exitCode": .integer(exitCode.rawValue),
            "auditCheckpoint": facts.auditCheckpoint?.json ?? .null,
            "comparison": baseline?.json,
            "scenarioDocument": facts.scenario.source.withoutMonitors,
        ])
    }

    /// The abandonment rules that the run is held against.
    private var rules: [JSONValue] {
        let scenario = facts.scenario
        guard scenario.writtenParts.contains("compliance") || scenario.contactCenter != nil else { return [] }
        return scenario.compliance.compactMap { rule in
            rule.limit.map { ["profile": .string(rule.name), "limit": .number(ExactDecimal($0).description)] }
        }
    }

    private var callsJSON: JSONValue {
        [
            "attempted": .integer(facts.callsAttempted),
            "completed": .integer(facts.calls.completed),
            "abandoned": .integer(facts.calls.abandoned),
            "maxCalls": .integer(facts.payload.maxCalls),
            "peakConcurrency": .integer(facts.calls.peakConcurrency),
            "concurrencyLimit": .integer(facts.payload.concurrencyLimit),
            "abandonmentRate": facts.abandonmentRate.map { .double($0) } ?? .null,
            "waitSeconds": facts.calls.waitMs.map {
                ["mean": .double($0.mean / 1000), "p95": .double($0.p95 / 1000)]
            } ?? .null,
            "averageLatencyMs": .double(facts.calls.averageLatencyMs),
        ]
    }
}

extension RunResult.OutcomeShare {
    fileprivate var json: JSONValue {
        [
            "injected": .number(injected.description), "observed": .integer(observed), "low": .double(low),
            "high": .double(high),
        ]
    }
}

extension CallTimeline {
    /// The bins of the picture over virtual time; `null` without an event.
    fileprivate var json: JSONValue {
        guard bins > 0 else { return .null }
        return [
            "start": .string(start.description), "binSeconds": .double(Double(binMs) / 1000),
            "callsUp": .array(callsUp.map { .integer($0) }),
            "abandoned": .array(abandoned.map { .integer($0) }),
            "ended": .object(
                CallOutcome.allCases.map { outcome in
                    .init(outcome.rawValue, .array(ended.map { .integer($0[outcome] ?? 0) }))
                }
            ),
        ]
    }
}

extension RunResult.GoodnessOfFitSummary {
    fileprivate var json: JSONValue {
        [
            "test": .string(test), "statistic": .double(statistic), "pValue": .double(pValue),
            "verdict": .string(verdict.rawValue),
        ]
    }
}

extension WebhookTotals {
    fileprivate var json: JSONValue {
        [
            "received": .integer(received), "unique": .integer(unique), "duplicates": .integer(duplicates),
            "late": .integer(late), "unknown": .integer(unknown), "quarantined": .integer(quarantined),
            "rejected": .integer(rejected), "lost": .integer(lost), "signed": .bool(signed),
        ]
    }
}

extension MonitorTotals {
    fileprivate var json: JSONValue {
        [
            "name": .string(name), "kind": .string(kind), "required": .bool(required),
            "delivered": .integer(delivered), "pending": .integer(pending), "dead": .integer(dead),
            "disabled": .integer(disabled), "lastError": .optional(lastError),
        ]
    }
}

extension JSONValue {
    fileprivate static func optional(_ text: String?) -> JSONValue { text.map { .string($0) } ?? .null }
}
