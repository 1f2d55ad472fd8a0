import HTTPExchange
import Monitors
import Tracing

extension HTTPTransport {
    /// The same transport, with a span for each request and its place in the trace as `traceparent`.
    var traced: HTTPTransport {
        HTTPTransport { (request) async throws(TransportError) in
            let tracer = InstrumentationSystem.tracer
            var request = request
            let span = tracer.startAnySpan(Self.name(of: request), ofKind: .client)
            defer { span.end() }
            request.headers.addPlace(of: span)
            span.attributes["http.request.method"] = request.method.rawValue
            do throws(TransportError) {
                let response = try await send(request)
                span.attributes["http.response.status_code"] = response.status
                if response.status >= 400 { span.setStatus(SpanStatus(code: .error)) }
                return response
            } catch {
                span.setStatus(SpanStatus(code: .error, message: "\(error.code)"))
                throw error
            }
        }
    }

    /// The method and the path, with a word in place of each id, so that equal requests have one name.
    private static func name(of request: OutgoingRequest) -> String {
        let rest = request.url.split(separator: "?").first ?? ""
        let path = rest.split(separator: "/").dropFirst(2).map { part in
            part.contains { $0.isNumber } && part.utf8.count > 3 ? "{id}" : String(part)
        }
        return "\(request.method.rawValue) /\(path.joined(separator: "/"))"
    }
}

/// The spans of the events of one run, which come on threads that know nothing of it.
struct EventSpans: Sendable {
    private let tracer = InstrumentationSystem.tracer
    private let context = ServiceContext.current

    /// Begins the span of an event, which ends when the event is stored; `nil` outside of a trace.
    func begin() -> (any Span)? {
        context.map { tracer.startAnySpan("receive event", context: $0, ofKind: .consumer) }
    }
}
