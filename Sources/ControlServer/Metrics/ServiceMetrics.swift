import CoreMetrics
import ExactJSON
import HTTPTypes
import Monitors
import RunPipeline
import RunReport
import RunStore
import SimulationAPI
import Synchronization
import Telemetry
import Webhooks

/// The metrics of a service: what it counts itself, and what it reads out of its store when the page is asked for.
///
/// Counters belong to this process and stand at 0 from its start. Gauges of the store are the same in every process that
/// shares it, so those who add processes up take their maximum.
final class ServiceMetrics: Sendable {
    /// Where libraries count.
    let registry: PrometheusMetrics
    private let state = Mutex(State())
    private let commits: MetricSeries?
    private let durations: MetricSeries?

    private struct State {
        var gauges: StoreGauges?
        var readAt: ContinuousClock.Instant?
    }

    init() {
        registry = PrometheusMetrics(Self.families)
        commits = registry.series(Name.commits, [])
        durations = registry.series(Name.durations, [])
    }

    // MARK: Counting

    /// Adds the series of the routes, each with its method and with every status that it can have.
    func declare(_ routes: [(path: String, method: String)]) {
        let routes = routes + [(Endpoint.webhook, "POST"), (MetricFamily.other, MetricFamily.other)]
        let labels: [MetricFamily.Label] = [
            .fixed("route", Set(routes.map(\.path)).sorted()), .fixed("method", Set(routes.map(\.method)).sorted()),
        ]
        let pairs = routes.map { [$0.path, $0.method] }
        registry.declare([
            MetricFamily(
                Name.requests,
                .counter,
                "Requests by route, method and status; what no route has is other.",
                labels: labels + [.fixed("status", Self.statuses)],
                initial: pairs.flatMap { pair in Self.statuses.map { pair + [$0] } }
            ),
            MetricFamily(
                Name.requestSeconds,
                .histogram(buckets: [0.005, 0.025, 0.1, 0.5, 2.5, 10]),
                "Time from a request to its answer, in seconds; of a stream, to its beginning.",
                labels: labels,
                initial: pairs
            ),
        ])
    }

    /// A request was answered.
    func answered(route: String, method: String, status: Int, after duration: Duration) {
        let labels = [("route", route), ("method", method)]
        registry.series(Name.requests, labels + [("status", "\(status)")])?.increment(by: Int64(1))
        registry.series(Name.requestSeconds, labels)?.record(duration / .seconds(1))
    }

    /// A request was refused before any route saw it.
    func refused(status: Int) {
        let labels = [("route", MetricFamily.other), ("method", MetricFamily.other), ("status", "\(status)")]
        registry.series(Name.requests, labels)?.increment(by: Int64(1))
    }

    /// A run of the service has ended.
    func runFinished(_ run: StoredRun, _ code: RunReport.ExitCode, at now: Timestamp) {
        let verdict =
            switch code {
            case .pass: "pass"
            case .assertionFailed: "fail"
            case .inconclusive: "inconclusive"
            case .usage, .refused, .timedOut, .outcomeUnknown: "none"
            }
        let labels = [("kind", run.kind.rawValue), ("verdict", verdict)]
        registry.series(Name.finished, labels)?.increment(by: Int64(1))
        durations?.record(Double(max(0, now.milliseconds - run.startedAt)) / 1000)
    }

    /// What the receiver of webhooks tells.
    var observer: WebhookObserver {
        WebhookObserver(
            answered: { self.answered(route: Endpoint.webhook, method: "POST", status: $0, after: $1) },
            committed: { self.commits?.record($0 / .seconds(1)) },
            refused: { problem in
                let result = ReceptionCounters.Result(refusing: problem)
                self.registry.series(Name.webhooks, [("result", result.rawValue)])?.increment(by: Int64(1))
            }
        )
    }

    // MARK: The page

    /// The page for a service as it is now.
    func page(of service: RunningService) async -> String {
        let now = ContinuousClock.now
        let gauges = await gauges(of: service.store, at: now)
        let readiness = service.currentReadiness
        var readings = ProcessMetrics.readings()
        readings[Name.build] = [.init([Run.version], 1)]
        readings[Name.storeUp] = [.init([], readiness.isStoreUp(at: now) && gauges != nil ? 1 : 0)]
        if let polled = readiness.workersPolledAt {
            readings[Name.progress] = [.init([], polled.duration(to: now) / .seconds(1))]
        }
        if let gauges { readings.merge(Self.readings(gauges, at: service.store.time)) { $1 } }
        return registry.page(readings)
    }

    /// The gauges of the store, read at most once a second; `nil` if it cannot be read.
    private func gauges(of store: RunStore, at now: ContinuousClock.Instant) async -> StoreGauges? {
        let known = state.withLock { state in
            state.readAt.flatMap { $0.duration(to: now) < .seconds(1) ? state.gauges : nil }
        }
        if let known { return known }
        let gauges = try? await store.gauges()
        state.withLock { ($0.gauges, $0.readAt) = (gauges, now) }
        return gauges
    }

    private static func readings(_ gauges: StoreGauges, at now: Timestamp) -> [String: [PrometheusMetrics.Reading]] {
        let waiting = gauges.oldestQueued.map { Double(now.milliseconds - $0.milliseconds) / 1000 }
        return [
            Name.runs: StoredRun.State.allCases.map { .init([$0.rawValue], Double(gauges.runs[$0] ?? 0)) },
            Name.oldest: [.init([], max(0, waiting ?? 0))],
            Name.slots: gauges.slots.flatMap { pool, counts -> [PrometheusMetrics.Reading] in
                [.init([pool, "held"], Double(counts.held)), .init([pool, "waiting"], Double(counts.waiting))]
            },
            Name.deadRows: gauges.deadRows.map { [.init([], Double($0))] } ?? [],
            Name.deliveries: gauges.deliveries.map { .init([$0.monitor, $0.state.rawValue], Double($0.count)) },
        ]
    }
}
