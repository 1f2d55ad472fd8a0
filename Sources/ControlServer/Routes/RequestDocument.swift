import ExactJSON
import HTTPService
import SimulationAPI

/// The JSON document in the body of a request.
enum RequestDocument {
    private static let maximumBody = 64 * 1024

    /// Reads the members of the document; any other member is a problem.
    ///
    /// - Throws: `Problem`: 413, 415, 400, or 422 with everything that is wrong.
    static func read<Value>(_ request: ServiceRequest, _ read: (Form) -> Value?) async throws(Problem) -> Value {
        guard request.headers.isJSON, request.headers.isIdentityEncoded else { throw .unsupportedMediaType }
        let bytes: [UInt8]
        do { bytes = try await request.body(upTo: maximumBody) } catch {
            throw error == .tooLarge ? .bodyTooLarge("the body may have \(maximumBody) bytes") : .incompleteBody
        }
        let json: JSONValue
        do { json = try JSONReader.read(bytes) } catch {
            throw Problem(status: 400, code: "malformed_json", title: "Malformed JSON", detail: "\(error)")
        }
        let report = FormReport(capacity: 100)
        let value = FormField(json, report).form(of: "member") { read($0) }
        switch report.result(value) {
        case .success(let value): return value
        case .failure(let violations): throw .invalid(violations.list)
        }
    }
}

extension Problem {
    /// What a request asks for is not allowed.
    static func invalid(_ violations: [Violation]) -> Problem {
        Problem(
            status: 422,
            code: "validation_failed",
            title: "Validation failed",
            detail: violations.map(\.message).joined(separator: "; "),
            violations: violations
        )
    }
}
