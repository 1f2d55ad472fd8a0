import CoreMetrics
import Testing

@testable import Telemetry

/// The page of metrics: what stands on it from the start, what is added, and what never is.
@Suite(.timeLimit(.minutes(5)))
struct PrometheusMetricsTests {
    private static let requests = MetricFamily(
        "requests_total",
        .counter,
        "Requests.",
        labels: [.fixed("route", ["/a", "other"]), .fixed("result", ["ok", "other"])]
    )
    private static let seconds = MetricFamily(
        "work_seconds",
        .histogram(buckets: [0.1, 1, 10]),
        "How long it takes.\nIn \\ seconds.",
        labels: [.fixed("kind", ["run"])]
    )
    private static let attempts = MetricFamily(
        "attempts_total",
        .counter,
        "Attempts.",
        labels: [.free("monitor"), .fixed("result", ["ok", "failed"])]
    )
    private static let size = MetricFamily("size", .gauge, "Size.", labels: [.free("pool")])

    private static func count(_ metrics: PrometheusMetrics, _ prefix: String) -> Int {
        metrics.page().split(separator: "\n").count { $0.hasPrefix(prefix) }
    }

    @Test func everyKnownCombinationStandsAtZeroFromTheStart() {
        let page = PrometheusMetrics([Self.requests, Self.seconds, Self.attempts, Self.size]).page()
        #expect(
            page == """
                # HELP requests_total Requests.
                # TYPE requests_total counter
                requests_total{route="/a",result="ok"} 0
                requests_total{route="/a",result="other"} 0
                requests_total{route="other",result="ok"} 0
                requests_total{route="other",result="other"} 0
                # HELP work_seconds How long it takes.\\nIn \\\\ seconds.
                # TYPE work_seconds histogram
                work_seconds_bucket{kind="run",le="0.1"} 0
                work_seconds_bucket{kind="run",le="1"} 0
                work_seconds_bucket{kind="run",le="10"} 0
                work_seconds_bucket{kind="run",le="+Inf"} 0
                work_seconds_sum{kind="run"} 0
                work_seconds_count{kind="run"} 0
                # HELP attempts_total Attempts.
                # TYPE attempts_total counter
                # HELP size Size.
                # TYPE size gauge

                """
        )
    }

    @Test func whatIsNotKnownIsOther() {
        let metrics = PrometheusMetrics([Self.requests])
        for number in 0..<2000 {
            Counter(label: "requests_total", dimensions: [("route", "/\(number)"), ("result", "x")], factory: metrics)
                .increment()
            Counter(label: "of_a_library", dimensions: [("n", "\(number)")], factory: metrics).increment()
        }
        #expect(Self.count(metrics, "requests_total{") == 4)
        #expect(metrics.page().contains("requests_total{route=\"other\",result=\"other\"} 2000\n"))
        #expect(!metrics.page().contains("of_a_library"))
    }

    @Test func aFreeLabelHasAHundredValuesAndOther() {
        let metrics = PrometheusMetrics([Self.attempts])
        for number in 0..<300 {
            let dimensions = [("monitor", "m\(number)"), ("result", "ok")]
            Counter(label: "attempts_total", dimensions: dimensions, factory: metrics).increment()
        }
        #expect(Self.count(metrics, "attempts_total{") == 101)
        #expect(metrics.page().contains("attempts_total{monitor=\"other\",result=\"ok\"} 200\n"))
        let readings = (0..<300).map { PrometheusMetrics.Reading(["p\($0)"], 1) }
        let page = PrometheusMetrics([Self.size]).page(["size": readings])
        #expect(page.split(separator: "\n").count { $0.hasPrefix("size{") } == 101)
        #expect(page.contains("size{pool=\"other\"} 200\n"))
    }

    @Test func bucketsAddUp() {
        let metrics = PrometheusMetrics([Self.seconds])
        let recorder = Recorder(label: "work_seconds", dimensions: [("kind", "run")], aggregate: true, factory: metrics)
        for value in [0.05, 0.1, 0.5, 5, 50] { recorder.record(value) }
        let page = metrics.page()
        for (bound, count) in [("0.1", 2), ("1", 3), ("10", 4), ("+Inf", 5)] {
            #expect(page.contains("work_seconds_bucket{kind=\"run\",le=\"\(bound)\"} \(count)\n"))
        }
        #expect(page.contains("work_seconds_sum{kind=\"run\"} 55.65\n"))
        #expect(page.contains("work_seconds_count{kind=\"run\"} 5\n"))
    }

    @Test func aCounterNeverFalls() {
        let metrics = PrometheusMetrics([Self.attempts])
        let counter = Counter(
            label: "attempts_total",
            dimensions: [("monitor", "a"), ("result", "ok")],
            factory: metrics
        )
        counter.increment(by: 3)
        counter.reset()
        counter.increment(by: -2)
        #expect(metrics.page().contains("attempts_total{monitor=\"a\",result=\"ok\"} 3\n"))
    }

    @Test func namesFromOutsideAreQuoted() {
        let page = PrometheusMetrics([Self.size]).page(["size": [.init(["a\"b\\c\nd"], 1.5)]])
        #expect(page.contains("size{pool=\"a\\\"b\\\\c\\nd\"} 1.5\n"))
    }

    @Test func theProcessIsMeasured() {
        let readings = ProcessMetrics.readings()
        for family in ProcessMetrics.families {
            let value = readings[family.name]?.first?.value
            #expect((value ?? -1) >= 0, "\(family.name)")
        }
        #expect((readings["process_resident_memory_bytes"]?.first?.value ?? 0) > 1e6)
        #expect((readings["process_open_fds"]?.first?.value ?? 0) >= 3)
        #expect((readings["process_start_time_seconds"]?.first?.value ?? 0) > 1.6e9)
    }
}
