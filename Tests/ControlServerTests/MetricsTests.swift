import ExactJSON
import Foundation
import HTTPService
import HTTPTypes
import Monitors
import RunReport
import RunStore
import SimulationAPI
import Testing

@testable import ControlServer
@testable import Webhooks

/// The page of metrics of a service.
@Suite(.timeLimit(.minutes(5)))
struct MetricsTests {
    private static func page(_ fixture: Fixture) async throws -> [String] {
        let answer = try await fixture.send(.get, "/metrics", headers: [.authorization: "Bearer \(Fixture.token)"])
        #expect(answer.status == 200)
        #expect(answer.headers[.contentType] == "text/plain; version=0.0.4; charset=utf-8")
        return String(decoding: answer.body, as: UTF8.self).split(separator: "\n").map(String.init)
    }

    private static func value(_ page: [String], _ series: String) -> Double? {
        page.first { $0.hasPrefix(series + " ") }.flatMap { Double($0.dropFirst(series.count + 1)) }
    }

    /// The types that the outside contract names.
    @Test(arguments: [
        ("ringback_build_info", "gauge"), ("ringback_runs", "gauge"), ("ringback_runs_finished_total", "counter"),
        ("ringback_run_duration_seconds", "histogram"), ("ringback_queue_oldest_seconds", "gauge"),
        ("ringback_slots", "gauge"), ("ringback_webhooks_received_total", "counter"),
        ("ringback_webhook_commit_seconds", "histogram"), ("ringback_deliveries", "gauge"),
        ("ringback_delivery_attempts_total", "counter"), ("ringback_http_requests_total", "counter"),
        ("ringback_http_request_seconds", "histogram"), ("ringback_store_up", "gauge"),
        ("ringback_worker_last_progress_seconds", "gauge"), ("process_cpu_seconds_total", "counter"),
        ("process_resident_memory_bytes", "gauge"), ("process_start_time_seconds", "gauge"),
        ("process_open_fds", "gauge"), ("process_max_fds", "gauge"),
    ])
    func aFreshServiceHasEveryMetric(_ name: String, _ type: String) async throws {
        try await Fixture.with { fixture in
            fixture.service.workersPolled()
            let page = try await Self.page(fixture)
            #expect(page.contains("# TYPE \(name) \(type)"))
            #expect(page.contains { $0.hasPrefix("# HELP \(name) ") })
            // A pool or a monitor appears with its first run or delivery.
            let isLater = ["ringback_slots", "ringback_deliveries", "ringback_delivery_attempts_total"].contains(name)
            let hasSeries = page.contains { line in
                ["{", " ", "_bucket", "_count"].contains { line.hasPrefix(name + $0) }
            }
            #expect(hasSeries || isLater, "\(name)")
        }
    }

    /// An alert on an increase misses a counter that is born at 1.
    @Test func everyKnownPairStandsAtZeroFromTheStart() async throws {
        try await Fixture.with { fixture in
            let page = try await Self.page(fixture)
            for kind in StoredRun.Kind.allCases {
                for verdict in ["pass", "fail", "inconclusive", "none"] {
                    let labels = "{kind=\"\(kind.rawValue)\",verdict=\"\(verdict)\"}"
                    #expect(Self.value(page, "ringback_runs_finished_total\(labels)") == 0)
                }
            }
            for result in ReceptionCounters.Result.allCases.map(\.rawValue) {
                #expect(Self.value(page, "ringback_webhooks_received_total{result=\"\(result)\"}") == 0)
            }
            for state in StoredRun.State.allCases {
                #expect(Self.value(page, "ringback_runs{state=\"\(state.rawValue)\"}") == 0)
            }
            for route in fixture.routes.table.routes {
                for status in ServiceMetrics.statuses {
                    let labels = "{route=\"\(route.path)\",method=\"\(route.method.rawValue)\",status=\"\(status)\"}"
                    #expect(Self.value(page, "ringback_http_requests_total\(labels)") == 0, "\(labels)")
                }
            }
            #expect(
                Self.value(page, "ringback_http_requests_total{route=\"other\",method=\"other\",status=\"404\"}") == 0
            )
            #expect(Self.value(page, "ringback_queue_oldest_seconds") == 0)
            #expect(Self.value(page, "ringback_store_up") == 1)
        }
    }

    @Test func randomPathsAndMethodsMakeNoSeries() async throws {
        try await Fixture.with { fixture in
            func names(_ page: [String]) -> [String] {
                page.map { String($0.prefix { $0 != " " || page.first?.hasPrefix("#") == false }) }
                    .filter { $0.hasPrefix("ringback_http") }.map { String($0.split(separator: " ")[0]) }
            }
            let before = names(try await Self.page(fixture))
            for number in 0..<2000 {
                let method = try #require(HTTPRequest.Method("M\(number % 50)"))
                _ = try await fixture.send(
                    number % 2 == 0 ? .get : method,
                    number % 3 == 0 ? "/v1/webhooks" : "/x\(number)/\(number)",
                    headers: [.authorization: "Bearer \(Fixture.token)"]
                )
            }
            let after = try await Self.page(fixture)
            #expect(names(after) == before)
            let labels = "{route=\"other\",method=\"other\",status=\"404\"}"
            #expect((Self.value(after, "ringback_http_requests_total\(labels)") ?? 0) > 1000)
        }
    }

    @Test func whatHappensIsCounted() async throws {
        try await Fixture.with(monitors: ["qa"]) { fixture in
            for (id, call) in [("1", "a"), ("1", "a"), ("2", "b")] { try await fixture.receive(id, call: call) }
            try await fixture.quarantine("3")
            let empty = ServiceRequest(.post, Endpoint.webhook, headers: [.contentType: "text/plain"])
            #expect(await fixture.receiver.respond(to: empty).status == 415)
            try await fixture.endedRuns(1)
            let run = try #require(try await fixture.store.run(id: "run-0"))
            fixture.service.metrics.runFinished(run, .assertionFailed, at: fixture.service.store.time)
            fixture.service.metrics.runFinished(run, .timedOut, at: fixture.service.store.time)
            try await fixture.expect(404, .post, "/v1/deliveries/9/replay")
            let page = try await Self.page(fixture)
            for (series, value) in [
                ("ringback_webhooks_received_total{result=\"accepted\"}", 2.0),
                ("ringback_webhooks_received_total{result=\"duplicate\"}", 1),
                ("ringback_webhooks_received_total{result=\"quarantined\"}", 1),
                ("ringback_webhooks_received_total{result=\"refused\"}", 1),
                ("ringback_http_requests_total{route=\"\(Endpoint.webhook)\",method=\"POST\",status=\"415\"}", 1),
                (
                    "ringback_http_requests_total{route=\"/v1/deliveries/{id}/replay\",method=\"POST\",status=\"404\"}",
                    1
                ),
                ("ringback_http_request_seconds_count{route=\"/v1/deliveries/{id}/replay\",method=\"POST\"}", 1),
                ("ringback_runs_finished_total{kind=\"simulate\",verdict=\"fail\"}", 1),
                ("ringback_runs_finished_total{kind=\"simulate\",verdict=\"none\"}", 1),
                ("ringback_run_duration_seconds_count", 2),
                ("ringback_deliveries{monitor=\"qa\",state=\"pending\"}", 2),
            ] { #expect(Self.value(page, series) == value, "\(series)") }
        }
    }

    /// What a counter says is this process's own: rows that go take nothing from it.
    @Test func noCounterFallsByAPrune() async throws {
        try await Fixture.with { fixture in
            try await fixture.endedRuns(5)
            let run = try #require(try await fixture.store.run(id: "run-0"))
            fixture.service.metrics.runFinished(run, .pass, at: fixture.service.store.time)
            let counters = { (page: [String]) in
                page.filter { $0.hasPrefix("ringback_") && $0.contains("_total{") }.map { line in
                    (String(line.prefix { $0 != "}" }), Double(line.split(separator: " ").last ?? "") ?? -1)
                }
            }
            let before = counters(try await Self.page(fixture))
            #expect(try await fixture.post("/v1/runs/prune", ["keep": 0]).status == 200)
            #expect(try await fixture.store.runPage(RunPageQuery()).items.isEmpty)
            let after = Dictionary(counters(try await Self.page(fixture))) { $0 + $1 }
            for (name, value) in Dictionary(before, uniquingKeysWith: { $0 + $1 }) {
                #expect((after[name] ?? -1) >= value, "\(name)")
            }
        }
    }

    @Test func theQueueTellsHowLongItsOldestRunHasWaited() async throws {
        try await Fixture.with { fixture in
            let submission = NewSubmission(
                id: "r",
                kind: .run,
                target: .sandbox,
                scenario: "spring",
                token: "ci",
                key: nil,
                digest: [1],
                request: ["kind": "run"],
                at: WallClock.now.adding(milliseconds: -90_000),
                folder: "/nowhere"
            )
            _ = try await fixture.store.submit(submission)
            let page = try await Self.page(fixture)
            #expect((89...120).contains(Self.value(page, "ringback_queue_oldest_seconds") ?? 0))
            #expect(Self.value(page, "ringback_runs{state=\"queued\"}") == 1)
        }
    }

    /// Who adds processes up must know which gauges they share.
    @Test func sharedGaugesSaySo() async throws {
        try await Fixture.with { fixture in
            let page = try await Self.page(fixture)
            for name in ["runs", "queue_oldest_seconds", "slots", "deliveries"] {
                let help = page.first { $0.hasPrefix("# HELP ringback_\(name) ") }
                #expect(help?.hasSuffix("take the maximum.") == true, "\(name)")
            }
        }
    }

    @Test func theListenerOfMetricsAsksForNothingAndServesNothingElse() async throws {
        try await Fixture.with(settings: .init(publicPath: PublicPath("/ringback") ?? .root)) { fixture in
            func ask(_ method: HTTPRequest.Method, _ path: String) async -> Int {
                var request = ServiceRequest(method, path)
                request.authority = "10.0.0.7:9090"
                return await fixture.routes.respondWithMetrics(to: request).status
            }
            #expect(await ask(.get, "/metrics") == 200)
            #expect(await ask(.get, "/ringback/metrics") == 200)
            #expect(await ask(.post, "/metrics") == 405)
            #expect(await ask(.get, "/v1/webhooks") == 404)
            try await fixture.expect(401, .get, "/v1/webhooks", headers: [:])
            #expect(try await fixture.send(.get, "/ringback/metrics").status == 401)
        }
    }
}

/// The rules and the dashboard ask for what there is.
@Suite struct ObservabilityExampleTests {
    @Test(arguments: ["alerts.yaml", "dashboard.json", "prometheus.yaml"])
    func everyMetricThatIsAskedForExists(_ name: String) async throws {
        let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appending(path: "Examples/observability")
        let text = try String(contentsOf: folder.appending(path: name), encoding: .utf8)
        try await Fixture.with { fixture in
            fixture.service.workersPolled()
            let page = await fixture.service.metrics.page(of: fixture.service)
            let names = Set(page.matches(of: #/# TYPE (\S+) /#).map { String($0.1) })
            let asked = Set(text.matches(of: /(ringback|process)_[a-z_]+/).map { String($0.0) })
            for word in asked {
                let base = ["_bucket", "_count", "_sum"].first { word.hasSuffix($0) }.map {
                    String(word.dropLast($0.count))
                }
                #expect(names.contains(base ?? word), "\(word)")
            }
            #expect(asked.count > 5 || name == "prometheus.yaml")
            if name == "dashboard.json" { _ = try JSONReader.read(Array(text.utf8)) }
        }
    }
}
