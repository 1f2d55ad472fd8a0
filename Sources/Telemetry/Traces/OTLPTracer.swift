import ExactJSON
import Synchronization
package import Tracing

/// Makes spans and hands them to a collector, as OTLP over HTTP in JSON.
///
/// It never waits and never grows: a span that finds the buffer full is dropped and counted.
package final class OTLPTracer: Tracer {
    package typealias Span = OTLPSpan

    /// How many spans wait for the collector at most.
    package static let capacity = 2048
    /// How many spans go into one request.
    static let batchSize = 256
    /// The longest time between two requests while spans wait.
    static let interval = Duration.seconds(1)

    private struct State {
        var waiting: [JSONValue] = []
        var dropped = 0
    }

    private let state = Mutex(State())
    private let resource: JSONValue
    private let send: @Sendable (_ body: [UInt8]) async -> Bool
    private let newTrace: @Sendable () -> UInt128
    private let newSpan: @Sendable () -> UInt64

    /// - Parameters:
    ///   - send: gives a request to the collector; false if it was not taken.
    package init(
        service: String,
        version: String,
        newTrace: @escaping @Sendable () -> UInt128 = { .random(in: 1...UInt128.max) },
        newSpan: @escaping @Sendable () -> UInt64 = { .random(in: 1...UInt64.max) },
        send: @escaping @Sendable (_ body: [UInt8]) async -> Bool
    ) {
        (self.newTrace, self.newSpan, self.send) = (newTrace, newSpan, send)
        resource = [
            "attributes": [
                ["key": "service.name", "value": ["stringValue": .string(service)]],
                ["key": "service.version", "value": ["stringValue": .string(version)]],
            ]
        ]
    }

    package func startSpan<Instant: TracerInstant>(
        _ operationName: String,
        context: @autoclosure () -> ServiceContext,
        ofKind kind: SpanKind,
        at instant: @autoclosure () -> Instant,
        function: String,
        file fileID: String,
        line: UInt
    ) -> OTLPSpan {
        let context = context()
        let parent = TraceContext(context)
        let place = TraceContext(
            trace: parent?.trace ?? newTrace(),
            span: newSpan(),
            isSampled: parent?.isSampled ?? true
        )
        return OTLPSpan(
            operationName,
            at: place,
            below: parent?.span,
            in: context,
            kind: kind,
            start: instant().nanosecondsSinceEpoch
        ) { self.take($0) }
    }

    package func activeSpan(identifiedBy context: ServiceContext) -> OTLPSpan? { nil }

    package func forceFlush() {}

    package func extract<Carrier, Extract: Extractor>(
        _ carrier: Carrier,
        into context: inout ServiceContext,
        using extractor: Extract
    ) where Extract.Carrier == Carrier {
        guard let text = extractor.extract(key: TraceContext.field, from: carrier), let place = TraceContext(text)
        else { return }
        context = place.context(in: context)
    }

    package func inject<Carrier, Inject: Injector>(
        _ context: ServiceContext,
        into carrier: inout Carrier,
        using injector: Inject
    ) where Inject.Carrier == Carrier {
        guard let place = TraceContext(context) else { return }
        injector.inject(place.text, forKey: TraceContext.field, into: &carrier)
    }

    // MARK: The way to the collector

    /// The spans that found the buffer full, or that the collector did not take.
    package var dropped: Int { state.withLock { $0.dropped } }

    private func take(_ span: JSONValue) {
        state.withLock { state in
            guard state.waiting.count < Self.capacity else { return state.dropped += 1 }
            state.waiting.append(span)
        }
    }

    /// Sends what waits, again and again, until it is cancelled; then once more.
    package func run() async {
        while !Task.isCancelled {
            await flush()
            try? await Task.sleep(for: Self.interval)
        }
    }

    /// Sends what waits now.
    package func flush() async {
        while true {
            let batch = state.withLock { state in
                let batch = Array(state.waiting.prefix(Self.batchSize))
                state.waiting.removeFirst(batch.count)
                return batch
            }
            guard !batch.isEmpty else { return }
            let body: JSONValue = [
                "resourceSpans": [
                    [
                        "resource": resource,
                        "scopeSpans": [["scope": ["name": "ringback"], "spans": .array(batch)]],
                    ]
                ]
            ]
            // A collector that does not answer costs these spans, and no more memory.
            if await !send(body.bytes) {
                state.withLock { $0.dropped += batch.count }
                return
            }
        }
    }
}
