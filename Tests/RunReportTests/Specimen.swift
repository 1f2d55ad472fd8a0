import ScenarioFile
import SimulationAPI

@testable import RunReport

/// Results that show every part of a rendering.
enum Specimen: String, CaseIterable {
    case pass, fail, inconclusive, unknown, hostile

    func result() throws -> RunResult { RunResult(judging: try facts()) }

    private func facts() throws -> RunFacts {
        switch self {
        case .pass:
            try FactsFixture.facts(
                extra: "thresholds: {abandonmentRate: \"<= 5%\", accuracyRate: \">= 0.95\", occupancy: \">= 75%\"}"
            ) {
                $0.monitors = [
                    Self.monitor("qa", "http", true, delivered: 172),
                    Self.monitor("team", "slack", false, delivered: 1),
                ]
            }
        case .fail:
            try FactsFixture.facts(
                extra: "compliance: [us-tsr]\nthresholds: {accuracyRate: \">= 0.99\", waitSeconds.p95: \"<= 2s\"}"
            ) {
                $0.calls.completed = 46
                $0.calls.outcomes = [.dialTone: 2, .busy: 5, .noAnswer: 6, .answered: 29, .voicemail: 5]
                $0.calls.seen = 48
                $0.calls.illegalOrders = 1
                $0.calls.illegalExamples = ["call-17: ringing after completed"]
                $0.calls.peakConcurrency = 6
                $0.calls.timeline.callsUp[20] = 6
                $0.webhooks = WebhookTotals()
                $0.webhooks.received = 167
                $0.webhooks.unique = 161
                $0.webhooks.duplicates = 4
                $0.webhooks.late = 2
                $0.webhooks.rejected = 3
                $0.webhooks.lost = 3
                $0.status = FactsFixture.status(
                    .failed,
                    errors: [.init(code: "CAPACITY", message: "the campaign ran out of virtual agents")]
                )
                $0.monitors = [
                    Self.monitor("qa", "http", true, delivered: 150, dead: 11, error: "HTTP 500, after 5 attempts"),
                    Self.monitor("copy", "file", false, delivered: 161),
                    Self.monitor("late", "http", false, pending: 161, error: "connection refused"),
                    Self.monitor(
                        "off",
                        "http",
                        false,
                        delivered: 3,
                        disabled: 158,
                        error: "HTTP 410: the monitor wants no more"
                    ),
                ]
                $0.notes = ["concurrency.binds: concurrencyLimit 5 is below twice the agents"]
            }
        case .inconclusive:
            try FactsFixture.facts(extra: "thresholds: {abandonmentRate: \"<= 3%\"}") {
                $0.calls = ObservedCalls()
                $0.calls.seen = 7
                $0.calls.completed = 7
                $0.calls.outcomes = [.busy: 3, .noAnswer: 4]
                $0.calls.peakConcurrency = 2
                $0.webhooks.received = 20
                $0.webhooks.unique = 20
                $0.status?.callsAttempted = 7
                $0.status?.callsCompleted = 7
                $0.status?.outcomes = nil
                $0.status?.peakConcurrency = nil
            }
        case .unknown:
            try FactsFixture.facts {
                $0.ending = .outcomeUnknown(
                    "the connection dropped after the create was sent; look for the tag predictive-calibration-test:01JD9Z7QK4T8M2N6P0R3S5V7XY"
                )
                $0.simulationID = nil
                $0.status = nil
                $0.calls = ObservedCalls()
                $0.webhooks = WebhookTotals()
                $0.aggregation = .notSent("there was no simulation")
                $0.target = .cxone
                $0.origin = "https://acme.api.nicecxone.com"
                $0.seed = nil
            }
        case .hostile:
            try FactsFixture.facts(name: "</title><script>alert(1)</script>") {
                $0.scenario.name = Self.attack
                $0.simulationID = Self.attack
                $0.payload.tag = Self.attack
                $0.notes = [Self.attack, "{{{style}}} {{#run}}"]
                $0.monitors = [Self.monitor(Self.attack, "http", true, dead: 1, error: Self.attack)]
                $0.calls.illegalOrders = 1
                $0.calls.illegalExamples = [Self.attack]
                $0.illegalProgressions = [Self.attack]
                $0.aggregation = .refused(Self.attack)
                $0.status = FactsFixture.status(.failed, errors: [.init(code: Self.attack, message: Self.attack)])
                $0.status?.stateWord = Self.attack
            }
        }
    }

    private static func monitor(
        _ name: String,
        _ kind: String,
        _ required: Bool,
        delivered: Int = 0,
        pending: Int = 0,
        dead: Int = 0,
        disabled: Int = 0,
        error: String? = nil
    ) -> MonitorTotals {
        var totals = MonitorTotals(name: name, kind: kind, required: required)
        (totals.delivered, totals.pending, totals.dead, totals.disabled) = (delivered, pending, dead, disabled)
        totals.lastError = error
        return totals
    }

    /// Markup, a quote that carries a combining mark, terminal escapes, a direction override, and what XML forbids.
    static let attack =
        "</title><script>alert(1)</script>\"\u{301} onload=\"x' &amp; ]]> \u{1B}[31mred\u{1B}]0;t\u{7} \u{202E}gnp.exe \u{0}\u{8}\u{FFFF}\u{85}\u{200B} שלום\nFORGED"
}
