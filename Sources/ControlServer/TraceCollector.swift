import Addresses
import HTTPExchange
package import HTTPTypes
import Logging
import RingbackHome
import RunPipeline
import Synchronization
import Telemetry
import Tracing

/// Where traces go: a collector that takes OTLP over HTTP.
package struct TraceCollector: Hashable, Sendable {
    package static let variable = "OTEL_EXPORTER_OTLP_ENDPOINT"
    package static let headersVariable = "OTEL_EXPORTER_OTLP_HEADERS"
    package static let serviceVariable = "OTEL_SERVICE_NAME"

    /// The address with the path of traces.
    package var url: String
    /// The fields of each request, such as a key.
    package var headers: [HTTPField] = []
    /// The name of this service in the traces.
    package var service = "ringback"

    /// - Parameters:
    ///   - endpoint: the address of the collector without the path of traces.
    ///   - headers: `name=value` pairs, separated by commas, percent-encoded.
    /// - Returns: `nil` if one of them cannot be read.
    package init?(endpoint: String, headers: String? = nil, service: String? = nil) {
        let base = endpoint.hasSuffix("/") ? String(endpoint.dropLast()) : endpoint
        url = base + "/v1/traces"
        guard let parsed = HTTPURL(url), ["http", "https"].contains(parsed.scheme) else { return nil }
        for pair in (headers ?? "").split(separator: ",") {
            let halves = pair.split(separator: "=", maxSplits: 1).map { half in
                String(half.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
            }
            guard halves.count == 2, let name = HTTPField.Name(halves[0]), let value = PercentEncoding.decode(halves[1])
            else { return nil }
            self.headers.append(HTTPField(name: name, value: value))
        }
        if let service, !service.isEmpty { self.service = service }
    }
}

extension TraceCollector {
    /// Runs `body`; what it traces goes to the collector meanwhile, and what is left at its end.
    static func with(
        _ collector: TraceCollector?,
        logger: Logger,
        body: @Sendable (_ tracer: OTLPTracer?) async throws -> Void
    ) async throws {
        guard let collector else { return try await body(nil) }
        let connections = HTTPConnections()
        let hasFailed = Mutex(false)
        let tracer = OTLPTracer(service: collector.service, version: Run.version) { bytes in
            let problem = await collector.problem(sending: bytes, over: connections)
            let hadFailed = hasFailed.withLock { failed in
                defer { failed = problem != nil }
                return failed
            }
            // One line for each time that the collector goes away, and none for each request.
            if let problem, !hadFailed {
                logger.warning(
                    "traces are not taken",
                    metadata: ["collector": "\(collector.url)", "reason": "\(problem)"]
                )
            }
            return problem == nil
        }
        let result = await Result {
            try await withTracer(tracer) {
                try await withThrowingTaskGroup(of: Void.self) { group in
                    group.addTask { await tracer.run() }
                    defer { group.cancelAll() }
                    try await body(tracer)
                }
            }
        }
        await tracer.flush()
        await connections.shutDown()
        try result.get()
    }

    /// Sends a request; says why it was not taken.
    private func problem(sending bytes: [UInt8], over connections: HTTPConnections) async -> String? {
        var fields = HeaderFields([("Content-Type", "application/json")])
        for field in headers { fields.append(field.name.rawName, field.value) }
        let request = OutgoingRequest(
            method: .post,
            url: url,
            headers: fields,
            body: bytes,
            timeout: .seconds(5),
            maxResponseBytes: 64 * 1024
        )
        do throws(TransportError) {
            let response = try await connections.send(request)
            return 200..<300 ~= response.status ? nil : "HTTP \(response.status)"
        } catch {
            return error.message
        }
    }
}

/// Reads the place in a trace out of the fields of a request.
struct FieldExtractor: Extractor {
    func extract(key: String, from headers: HTTPFields) -> String? {
        HTTPField.Name(key).flatMap { name in
            let values = headers[values: name]
            return values.count == 1 ? values[0] : nil
        }
    }
}
