import ExactJSON
import Synchronization
import Testing
import Tracing

@testable import Telemetry

/// Spans as the collector gets them, and what happens without one.
@Suite(.timeLimit(.minutes(5)))
struct OTLPTests {
    /// A collector that keeps what it gets, or refuses it.
    private final class Collector: Sendable {
        let bodies = Mutex<[JSONValue]>([])
        let isAway = Mutex(false)

        var tracer: OTLPTracer {
            OTLPTracer(service: "ringback", version: "1.2.3") { body in
                guard !self.isAway.withLock({ $0 }) else { return false }
                self.bodies.withLock { bodies in
                    if let json = try? JSONReader.read(body) { bodies.append(json) }
                }
                return true
            }
        }

        var spans: [JSONValue] {
            bodies.withLock { $0 }.flatMap { body in
                body["resourceSpans"]?.elements?.first?["scopeSpans"]?.elements?.first?["spans"]?.elements ?? []
            }
        }
    }

    @Test(arguments: [
        ("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01", true),
        ("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00", true),
        ("cc-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-more", true),
        ("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-more", false),
        ("ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01", false),
        ("00-00000000000000000000000000000000-00f067aa0ba902b7-01", false),
        ("00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01", false),
        ("00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01", false),
        ("00-4bf92f3577b34da6a3ce929d0e0e473-00f067aa0ba902b7-01", false), ("", false), ("00", false), ("----", false),
    ])
    func aPlaceInATraceIsReadStrictly(_ text: String, _ isValid: Bool) {
        let place = TraceContext(text)
        #expect((place != nil) == isValid)
        if text.hasPrefix("00"), isValid { #expect(place?.text == text) }
    }

    @Test func spansBelowEachOtherAreOneTrace() async throws {
        let collector = Collector()
        let tracer = collector.tracer
        withTracer(tracer) {
            withSpan("submit", ofKind: .server) { span in
                span.attributes["http.route"] = "/v1/runs"
                span.attributes["http.response.status_code"] = 202
                withSpan("POST /create", ofKind: .client) { $0.setStatus(SpanStatus(code: .error, message: "no")) }
            }
        }
        await tracer.flush()
        let spans = collector.spans
        #expect(spans.map { $0["name"]?.string } == ["POST /create", "submit"])
        let (inner, outer) = (spans[0], spans[1])
        #expect(inner["traceId"] == outer["traceId"] && inner["parentSpanId"] == outer["spanId"])
        #expect(outer["parentSpanId"] == nil && outer["kind"] == 2 && inner["kind"] == 3)
        #expect(inner["status"] == ["code": 2, "message": "no"])
        #expect(outer["traceId"]?.string?.utf8.count == 32 && outer["spanId"]?.string?.utf8.count == 16)
        let attributes = outer["attributes"]?.elements ?? []
        #expect(attributes.contains(["key": "http.route", "value": ["stringValue": "/v1/runs"]]))
        #expect(attributes.contains(["key": "http.response.status_code", "value": ["intValue": "202"]]))
        let resource = collector.bodies.withLock { $0 }.first?["resourceSpans"]?.elements?.first?["resource"]
        #expect(
            resource?["attributes"]?.elements?.first == ["key": "service.name", "value": ["stringValue": "ringback"]]
        )
        let (start, end) = (outer["startTimeUnixNano"]?.string ?? "", outer["endTimeUnixNano"]?.string ?? "")
        #expect((UInt64(start) ?? .max) <= (UInt64(end) ?? 0) && start.utf8.count == 19)
    }

    private struct Fields: Extractor, Injector {
        func extract(key: String, from carrier: [String: String]) -> String? { carrier[key] }
        func inject(_ value: String, forKey key: String, into carrier: inout [String: String]) { carrier[key] = value }
    }

    @Test func aTraceGoesOnFromTheFieldAndInIt() async {
        let collector = Collector()
        let tracer = collector.tracer
        var context = ServiceContext.topLevel
        let given = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
        tracer.extract(["traceparent": given], into: &context, using: Fields())
        let span = tracer.startSpan("a", context: context, ofKind: .server)
        var out: [String: String] = [:]
        tracer.inject(span.context, into: &out, using: Fields())
        span.end()
        span.end()
        await tracer.flush()
        #expect(
            out["traceparent"]?.hasPrefix("00-4bf92f3577b34da6a3ce929d0e0e4736-") == true && out["traceparent"] != given
        )
        #expect(collector.spans.count == 1 && collector.spans.first?["parentSpanId"] == "00f067aa0ba902b7")
    }

    @Test func aTraceThatIsNotSampledIsNotSent() async {
        let collector = Collector()
        let tracer = collector.tracer
        let place = TraceContext("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00")
        let span = tracer.startSpan("a", context: place?.context() ?? .topLevel, ofKind: .server)
        #expect(!span.isRecording)
        span.end()
        await tracer.flush()
        #expect(collector.spans.isEmpty)
    }

    /// A collector that is away costs spans, and neither memory nor time.
    @Test func withoutACollectorSpansAreDropped() async {
        let collector = Collector()
        collector.isAway.withLock { $0 = true }
        let tracer = collector.tracer
        for _ in 0..<OTLPTracer.capacity + 100 { tracer.startSpan("a", context: .topLevel, ofKind: .internal).end() }
        #expect(tracer.dropped == 100)
        await tracer.flush()
        #expect(tracer.dropped == 100 + OTLPTracer.batchSize)
        collector.isAway.withLock { $0 = false }
        await tracer.flush()
        #expect(collector.spans.count == OTLPTracer.capacity - OTLPTracer.batchSize)
        #expect(collector.bodies.withLock { $0 }.count == 7)
    }

    /// What an error says may be what a remote side sent.
    @Test func theTextOfAnErrorIsNotTold() async {
        struct Failure: Error, CustomStringConvertible { var description: String { "canary-text" } }
        let collector = Collector()
        let tracer = collector.tracer
        withTracer(tracer) { try? withSpan("a") { _ in throw Failure() } }
        await tracer.flush()
        #expect(collector.spans.first?["status"]?["message"] == "Failure", "\(collector.spans)")
        #expect(collector.spans.first?.text.contains("canary") == false)
    }
}
