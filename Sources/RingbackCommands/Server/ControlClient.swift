import Addresses
import ExactJSON
import HTTPExchange
import RunReport
import SimulationAPI

/// Asks the control API of a service.
struct ControlClient: Sendable {
    /// A service and the token for it.
    struct Service: Sendable {
        /// The address that paths are appended to, such as `https://ci.example/ringback`.
        var base: String
        var token: String
    }

    let service: Service
    let transport: HTTPTransport

    /// The largest answer, in bytes: the document of a long run.
    private static let mostBytes = 256 << 20

    /// An answer, or why it did not come.
    enum ControlAnswer: Sendable {
        case success(IncomingResponse)
        /// The service's own problem.
        case problem(Problem, JSONValue)
        /// An answer that is not the service's own: of a proxy, most likely.
        case foreign(status: Int)
        case lost(TransportError)

        /// Whether the same request may succeed a little later.
        var mayPass: Bool {
            switch self {
            case .success: false
            case .problem(let problem, _): problem.status >= 500 || problem.status == 429
            // A success of a proxy's own, such as its page for a service that restarts, says nothing either.
            case .foreign(let status): status >= 500 || status == 429 || status < 300
            case .lost(let error): ![.refused, .untrusted, .cancelled].contains(error.code)
            }
        }

        /// What went wrong, in words.
        var reason: String {
            switch self {
            case .success: "the service answered"
            case .problem(let problem, _): "the service answered \(problem.status): \(problem.detail)"
            case .foreign(let status):
                "the answer has status \(status) and is not Ringback's own; look at what stands before the service (a proxy?)"
            case .lost(let error): "the service could not be asked: \(error)"
            }
        }
    }

    func get(_ path: String, timeout: Duration = .seconds(15)) async -> ControlAnswer {
        await send(.get, path, headers: [], body: [], timeout)
    }

    func post(
        _ path: String,
        headers: [(String, String)] = [],
        body: [UInt8] = [],
        timeout: Duration = .seconds(15)
    ) async -> ControlAnswer {
        await send(.post, path, headers: headers, body: body, timeout)
    }

    private func send(
        _ method: RequestMethod,
        _ path: String,
        headers: [(String, String)],
        body: [UInt8],
        _ timeout: Duration
    ) async -> ControlAnswer {
        let request = OutgoingRequest(
            method: method,
            url: service.base + path,
            headers: HeaderFields([("Authorization", "Bearer \(service.token)")] + headers),
            body: body,
            timeout: timeout,
            maxResponseBytes: Self.mostBytes
        )
        do throws(TransportError) { return Self.read(try await transport.send(request)) } catch {
            return .lost(error)
        }
    }

    /// What an answer is: success and problems of the service are JSON of its own shape.
    static func read(_ response: IncomingResponse) -> ControlAnswer {
        if (200..<300).contains(response.status) { return .success(response) }
        let type = response.headers["Content-Type"]?.lowercased() ?? ""
        guard type.hasPrefix(Problem.mediaType), let json = try? JSONReader.read(response.body),
            json["type"]?.string?.hasPrefix("urn:ringback:problem:") == true,
            let problem = Problem(status: response.status, json: json)
        else { return .foreign(status: response.status) }
        return .problem(problem, json)
    }
}
