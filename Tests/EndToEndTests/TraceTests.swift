import ExactJSON
import Foundation
import RingbackTestKit
import Testing

/// One trace from the submission of a run to the delivery of its events, at a collector.
@Suite(.timeLimit(.minutes(15)))
struct TraceTests {
    private static func spans(_ collector: FakeMonitor) throws -> [JSONValue] {
        try collector.requests("/v1/traces").flatMap { request in
            try JSONReader.read(request.body)["resourceSpans"]?.elements?.first?["scopeSpans"]?.elements?.first?[
                "spans"
            ]?
            .elements ?? []
        }
    }

    @Test func aRunIsOneTraceFromItsSubmissionToItsDeliveries() async throws {
        try await Workspace.with { workspace in
            try await FakeMonitor.with { monitor in
                try workspace.monitors(monitor.origin)
                let service = try await RunningService(
                    workspace,
                    ["--monitors", "monitors.yaml"],
                    ["RINGBACK_API_TOKEN": "t0ken-canary", "OTEL_EXPORTER_OTLP_ENDPOINT": monitor.origin]
                )
                let trace = "4bf92f3577b34da6a3ce929d0e0e4736"
                try workspace.scenario(calls: 3)
                let accepted = try await HTTPAnswer.to(
                    "POST",
                    service.origin + "/v1/runs",
                    headers: [
                        ("Authorization", "Bearer t0ken-canary"), ("Content-Type", "application/yaml"),
                        ("traceparent", "00-\(trace)-00f067aa0ba902b7-01"), ("X-Request-Id", "request-7"),
                    ],
                    body: Array(try String(contentsOfFile: "\(workspace.folder)/scenario.yaml", encoding: .utf8).utf8)
                )
                #expect(accepted.status == 202, "\(accepted.text)")
                let id = try #require(try JSONReader.read(accepted.body)["id"]?.string)
                while try await service.get("/v1/runs/\(id)").json["finishedAt"]?.string == nil {
                    try await Task.sleep(for: .milliseconds(100))
                }
                await monitor.wait(for: 3, at: "/qa")
                let ended = await service.stop()
                #expect(ended.exitCode == 0)
                for words in ["run queued", "run ended"] {
                    let line = ended.stderr.split(separator: "\n").first { $0.contains(words) } ?? ""
                    #expect(line.contains("request=request-7") && line.contains("run=\(id)"), "\(line)")
                }
                let spans = try Self.spans(monitor).filter { $0["traceId"]?.string == trace }
                let names = Set(spans.compactMap { $0["name"]?.string })
                for name in [
                    "POST /v1/runs", "run", "POST /oauth/token", "POST /api/v2/dialer/simulations",
                    "GET /api/v2/dialer/simulations/{id}", "POST /api/v2/dialer/metrics/aggregations", "receive event",
                    "deliver event",
                ] { #expect(names.contains(name), "\(name) in \(names)") }
                // All hang together: each span but the first is below another one, or below that of the request.
                let ids = Set(spans.compactMap { $0["spanId"]?.string } + ["00f067aa0ba902b7"])
                #expect(spans.allSatisfy { ids.contains($0["parentSpanId"]?.string ?? "") })
                let carried = monitor.requests("/qa").map(\.traceparent)
                // An event that overtakes the answer to the create goes on before it is known whose it is.
                #expect(carried.contains { $0.hasPrefix("00-\(trace)-") }, "\(carried)")
                let all = try Self.spans(monitor)
                #expect(!all.contains { $0.text.contains("t0ken-canary") })
            }
        }
    }

    /// A collector that is away is told once, and holds nothing up.
    @Test func aCollectorThatIsAwayHoldsNothingUp() async throws {
        try await Workspace.with { workspace in
            let port = try ReservedPort()
            defer { port.release() }
            let service = try await RunningService(
                workspace,
                [],
                [
                    "RINGBACK_API_TOKEN": "t0ken-canary",
                    "OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:\(port.port)",
                ]
            )
            for _ in 0..<50 { #expect(try await service.get("/v1/runs").status == 200) }
            _ = await service.program.errorLine { $0.contains("traces are not taken") }
            for _ in 0..<50 { #expect(try await service.get("/v1/runs").status == 200) }
            let ended = await service.stop()
            #expect(ended.exitCode == 0)
            #expect(ended.stderr.components(separatedBy: "traces are not taken").count == 2)
        }
    }

    @Test(arguments: [
        ("collector:4318", ""), ("ftp://127.0.0.1", ""), ("http://127.0.0.1:4318", "key"),
        ("http://127.0.0.1:4318", "a b=c"),
    ])
    func anAddressThatIsNoneIsNamed(_ endpoint: String, _ headers: String) async throws {
        try await Workspace.with { workspace in
            let ended = try await workspace.run(
                ["serve", "--listen", "127.0.0.1:0"],
                environment: ["OTEL_EXPORTER_OTLP_ENDPOINT": endpoint, "OTEL_EXPORTER_OTLP_HEADERS": headers]
            )
            #expect(ended.exitCode == 2 && ended.stderr.contains("OTEL_EXPORTER_OTLP_ENDPOINT must be a URL"))
        }
    }
}
