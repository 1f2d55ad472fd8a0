package import ExactJSON
import HTTPExchange
import SimulationAPI

/// Why the body of a successful response was rejected.
enum AnswerRefusal: Error, Hashable {
    /// It cannot be read.
    case unreadable(String)
    /// It says that the operation failed.
    case refused(String)
}

/// One request of the API, and how its answer is read.
struct APICall<Value: Sendable>: Sendable {
    var operation: Operation
    var method: RequestMethod
    var path: String
    var headers: HeaderFields = [:]
    var body: [UInt8] = []
    var timeout: Duration
    var read: @Sendable (IncomingResponse) throws(AnswerRefusal) -> Value

    /// What one attempt came to.
    enum AttemptResult {
        case value(Value)
        /// `isDoubtful` if the server may have acted nevertheless.
        case failed(Disposition, ClientError, isDoubtful: Bool)

        /// Whether the answer is one of this API.
        var isUsable: Bool {
            if case .failed(_, let error, _) = self { error.code != .protocolViolation } else { true }
        }
    }

    /// Judges the result of an attempt.
    func judge(
        _ result: Result<IncomingResponse, TransportError>,
        _ help: Troubleshooting,
        _ success: SuccessCodes
    ) -> AttemptResult {
        let response: IncomingResponse
        do { response = try result.get() } catch {
            let isDoubtful = operation.isCreate && error.mayHaveBeenHandled
            return .failed(operation.disposition(of: error), help.error(error), isDoubtful: isDoubtful)
        }
        guard operation.api.map({ success[$0] })?.contains(response.status) ?? (response.status == 200) else {
            let json = try? JSONReader.read(response.body)
            let problem = json.flatMap { Problem(status: response.status, json: $0) }
            return .failed(
                operation.disposition(of: response, code: problem?.code),
                help.error(response, problem),
                isDoubtful: operation.isCreate && operation.mayHaveHappened(response)
            )
        }
        do { return .value(try read(response)) } catch {
            let reason = help.error(response, error)
            guard case .unreadable = error else { return .failed(.fatal, reason, isDoubtful: false) }
            return .failed(operation.repeatable(nil), reason, isDoubtful: operation.isCreate)
        }
    }
}

extension IncomingResponse {
    /// The body as JSON, a byte order mark passed over; nil if it is not JSON.
    package var document: JSONValue? {
        let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
        return try? JSONReader.read(body.starts(with: mark) ? Array(body.dropFirst(3)) : body)
    }

    /// The document of the body.
    func json() throws(AnswerRefusal) -> JSONValue {
        do { return try JSONReader.read(body) } catch { throw .unreadable("it is not JSON: \(error)") }
    }
}
