import Addresses
import HTTPService
import SimulationAPI

/// A form that a browser has sent.
struct SentForm: Sendable {
    private let fields: [(name: String, value: String)]

    /// Reads the body of a request.
    ///
    /// - Throws: `Problem` if it has another type, or more bytes than `limit`.
    init(_ request: ServiceRequest, upTo limit: Int = 64 * 1024) async throws(Problem) {
        guard request.headers.isForm else {
            throw Problem(
                status: 415,
                code: "unsupported_media_type",
                title: "Unsupported media type",
                detail:
                    "send the form as application/x-www-form-urlencoded; programs send Authorization: Bearer instead"
            )
        }
        let bytes: [UInt8]
        do { bytes = try await request.body(upTo: limit) } catch {
            throw error == .tooLarge ? .bodyTooLarge("the form may have \(limit) bytes") : .incompleteBody
        }
        fields = FormEncoding.decode(String(decoding: bytes, as: UTF8.self)) ?? []
    }

    /// The first value of a name; `nil` without one.
    subscript(_ name: String) -> String? { fields.first { $0.name == name }?.value }

    /// All values of a name.
    func all(_ name: String) -> [String] { fields.filter { $0.name == name }.map(\.value) }
}
