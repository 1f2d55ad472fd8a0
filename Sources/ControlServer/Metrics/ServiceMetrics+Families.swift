import Monitors
import RunStore
import SimulationAPI
import Telemetry
import Webhooks

/// What the page of metrics has.
extension ServiceMetrics {
    enum Name {
        static let build = "ringback_build_info"
        static let runs = "ringback_runs"
        static let finished = "ringback_runs_finished_total"
        static let durations = "ringback_run_duration_seconds"
        static let oldest = "ringback_queue_oldest_seconds"
        static let slots = "ringback_slots"
        static let webhooks = ReceptionCounters.label
        static let commits = "ringback_webhook_commit_seconds"
        static let deliveries = "ringback_deliveries"
        static let attempts = AttemptCounters.label
        static let requests = "ringback_http_requests_total"
        static let requestSeconds = "ringback_http_request_seconds"
        static let storeUp = "ringback_store_up"
        static let deadRows = "ringback_store_dead_rows"
        static let progress = "ringback_worker_last_progress_seconds"
    }

    /// The statuses that answers have; any other counts as `other`.
    static let statuses =
        [
            200, 201, 202, 303, 400, 401, 403, 404, 405, 408, 409, 413, 415, 417, 421, 422, 431, 503,
        ].map { "\($0)" } + [MetricFamily.other]

    private static let shared = " Every process that shares the store shows the same: take the maximum."

    /// All but those of the routes.
    static let families: [MetricFamily] =
        [
            MetricFamily(Name.build, .gauge, "The version of the program; always 1.", labels: [.free("version")]),
            MetricFamily(
                Name.runs,
                .gauge,
                "Runs of the store by state." + shared,
                labels: [.fixed("state", StoredRun.State.allCases.map(\.rawValue))]
            ),
            MetricFamily(
                Name.finished,
                .counter,
                "Runs that this process has ended, by verdict; a run that was cancelled or could not be carried out counts as none.",
                labels: [
                    .fixed("kind", StoredRun.Kind.allCases.map(\.rawValue)),
                    .fixed("verdict", ["pass", "fail", "inconclusive", "none"]),
                ]
            ),
            MetricFamily(
                Name.durations,
                .histogram(buckets: [0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600, 1800, 3600]),
                "Time from the start of a run to its end, in seconds."
            ),
            MetricFamily(
                Name.oldest,
                .gauge,
                "How long the oldest run that waits for a worker has waited, in seconds; 0 if none waits." + shared
            ),
            MetricFamily(
                Name.slots,
                .gauge,
                "Runs that hold a slot of a pool or wait for one." + shared,
                labels: [.free("pool"), .fixed("state", ["held", "waiting"])]
            ),
            MetricFamily(
                Name.webhooks,
                .counter,
                "Webhooks by what became of them: stored, seen before, quarantined, refused, or not stored.",
                labels: [.fixed("result", ReceptionCounters.Result.allCases.map(\.rawValue))]
            ),
            MetricFamily(
                Name.commits,
                .histogram(buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5]),
                "Time from a webhook to its commit in the store, in seconds."
            ),
            MetricFamily(
                Name.deliveries,
                .gauge,
                "Deliveries to monitors by state." + shared,
                labels: [.free("monitor"), .fixed("state", DeliveryState.allCases.map(\.rawValue))]
            ),
            MetricFamily(
                Name.attempts,
                .counter,
                "Attempts to deliver to monitors, by how they ended.",
                labels: [.free("monitor"), .fixed("result", AttemptCounters.results)]
            ),
            MetricFamily(
                Name.storeUp,
                .gauge,
                "1 if the store can be read and was written within the last ten seconds, else 0."
            ),
            MetricFamily(
                Name.deadRows,
                .gauge,
                "Dead rows that the tables of a database that machines share wait to get rid of." + shared
            ),
            MetricFamily(
                Name.progress,
                .gauge,
                "How long ago a worker of this process last looked for a run, in seconds."
            ),
        ] + ProcessMetrics.families
}

extension ReceptionCounters.Result {
    /// What a webhook counts as that was answered with this problem.
    init(refusing problem: Problem) { self = problem.code == "store_unavailable" ? .unavailable : .refused }
}
