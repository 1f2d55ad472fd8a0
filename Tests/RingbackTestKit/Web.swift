import AsyncHTTPClient
import NIOCore
import NIOHTTP1

/// Requests as anybody might send them.
package enum Web {
    /// An answer.
    package struct Answer: Sendable {
        /// The status.
        package var status: Int
        /// The body as text.
        package var body: String
    }

    /// Gets an address, with a bearer token where there is one.
    package static func get(_ url: String, token: String? = nil) async throws -> Answer {
        var request = HTTPClientRequest(url: url)
        if let token { request.headers.add(name: "Authorization", value: "Bearer \(token)") }
        return try await send(request)
    }

    /// Posts a form.
    package static func post(_ url: String, form: String) async throws -> Answer {
        var request = HTTPClientRequest(url: url)
        request.method = .POST
        request.headers.add(name: "Content-Type", value: "application/x-www-form-urlencoded")
        request.body = .bytes(ByteBuffer(string: form))
        return try await send(request)
    }

    private static func send(_ request: HTTPClientRequest) async throws -> Answer {
        let response = try await HTTPClient.shared.execute(request, timeout: .seconds(15))
        let body = try await response.body.collect(upTo: 1024 * 1024)
        return Answer(status: Int(response.status.code), body: String(buffer: body))
    }
}
