import Addresses
import ExactJSON
import HTTPExchange
import SimulationAPI
import SimulationClient
import Synchronization

/// A network that is one closure; it keeps what was sent.
final class FakeTransport: Sendable {
    typealias Answer =
        @Sendable (OutgoingRequest, _ index: Int) async throws(TransportError) -> IncomingResponse

    private let seen = Mutex<[OutgoingRequest]>([])
    private let answer: Answer

    /// `index` counts the requests from 0.
    init(_ answer: @escaping Answer) { self.answer = answer }

    var requests: [OutgoingRequest] { seen.withLock { $0 } }

    var transport: HTTPTransport {
        HTTPTransport { (request) throws(TransportError) in
            let index = self.seen.withLock { seen in
                seen.append(request)
                return seen.count - 1
            }
            return try await self.answer(request, index)
        }
    }
}

extension OutgoingRequest {
    var path: String { HTTPURL(url)?.rest ?? "" }
    var isToken: Bool { path == Endpoint.token }
    var text: String { String(decoding: body, as: UTF8.self) }
}

extension IncomingResponse {
    static func json(_ status: Int, _ json: JSONValue, _ headers: HeaderFields = [:]) -> Self {
        Self(status: status, headers: headers, body: json.bytes)
    }

    static func problem(_ status: Int, _ code: String, _ detail: String = "", _ headers: HeaderFields = [:]) -> Self {
        json(status, Problem(status: status, code: code, title: code, detail: detail).json, headers)
    }

    static func token(_ value: String = "token-1", expiresIn: Int? = 3600, scope: String? = nil) -> Self {
        json(200, TokenAnswer(accessToken: value, expiresIn: expiresIn, scope: scope).json)
    }

    static func created(_ id: String = "sim-1") -> Self { json(201, CreateAnswer(id: id).json) }

    static func status(
        _ state: String,
        id: String = "sim-1",
        attempted: Int = 0,
        tag: String? = nil
    ) -> Self {
        json(200, .status(state, id: id, attempted: attempted, tag: tag))
    }
}

extension JSONValue {
    static func status(_ state: String, id: String = "sim-1", attempted: Int = 0, tag: String? = nil) -> JSONValue {
        var status = SimulationStatus(
            id: id,
            state: .queued,
            callsAttempted: attempted,
            callsCompleted: 0,
            complianceBypassed: true
        )
        (status.stateWord, status.tag) = (state, tag)
        return status.json
    }
}
