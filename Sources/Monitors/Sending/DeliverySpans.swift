package import HTTPExchange
import RunStore
package import Tracing

/// The spans of the attempts to deliver to one monitor.
package struct DeliverySpans: Sendable {
    let monitor: String
    let trace: @Sendable (_ simulationID: String) -> ServiceContext?

    /// Begins the span of an attempt, and writes its place in the trace into the fields; `nil` outside of a trace.
    func begin(_ delivery: DueDelivery, _ headers: inout HeaderFields) -> (any Span)? {
        // The key of a call begins with its simulation.
        let simulationID = String(delivery.callKey.prefix { $0 != "\u{1F}" })
        guard let context = trace(simulationID) ?? ServiceContext.current else { return nil }
        let tracer = InstrumentationSystem.tracer
        let span = tracer.startAnySpan("deliver event", context: context, ofKind: .producer)
        span.attributes["ringback.monitor"] = monitor
        span.attributes["ringback.attempt"] = delivery.attempts + 1
        headers.addPlace(of: span)
        return span
    }

    func end(_ span: any Span, _ result: DeliveryResult) {
        switch result {
        case .delivered(let status):
            if let status { span.attributes["http.response.status_code"] = status }
        case .failed(let status, _, _):
            if let status { span.attributes["http.response.status_code"] = status }
            span.setStatus(SpanStatus(code: .error))
        case .gone, .refused, .cancelled: span.setStatus(SpanStatus(code: .error))
        }
        span.end()
    }
}

extension HeaderFields {
    /// Adds the place of a span in its trace, as `traceparent`.
    package mutating func addPlace(of span: any Span) {
        InstrumentationSystem.tracer.inject(span.context, into: &self, using: HeaderInjector())
    }
}

private struct HeaderInjector: Injector {
    func inject(_ value: String, forKey key: String, into headers: inout HeaderFields) { headers.append(key, value) }
}
