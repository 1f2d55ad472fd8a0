import AsyncHTTPClient
import NIOCore
import NIOHTTP1
package import NIOSSL

/// An answer that came over real HTTP.
package struct HTTPAnswer: Sendable {
    /// The status.
    package var status: Int
    /// The header fields, names in lower case.
    package var headers: [String: String]
    /// The body.
    package var body: [UInt8]
    /// The body as text.
    package var text: String { String(decoding: body, as: UTF8.self) }
}

extension HTTPAnswer {
    /// Sends one request over a connection of its own and gives the answer.
    package static func to(
        _ method: String,
        _ url: String,
        headers: [(String, String)] = [],
        body: [UInt8]? = nil,
        tls: TLSConfiguration? = nil
    ) async throws -> HTTPAnswer {
        var configuration = HTTPClient.Configuration(redirectConfiguration: .disallow)
        configuration.tlsConfiguration = tls
        configuration.connectionPool.retryConnectionEstablishment = false
        let client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
        var request = HTTPClientRequest(url: url)
        request.method = HTTPMethod(rawValue: method)
        for (name, value) in headers { request.headers.add(name: name, value: value) }
        if let body { request.body = .bytes(ByteBuffer(bytes: body)) }
        let result: Result<HTTPAnswer, any Error>
        do {
            let response = try await client.execute(request, timeout: .seconds(30))
            let bytes = try await response.body.collect(upTo: 1 << 22)
            let fields = response.headers.map { ($0.name.lowercased(), $0.value) }
            result = .success(
                HTTPAnswer(
                    status: Int(response.status.code),
                    headers: Dictionary(fields) { $0 + ", " + $1 },
                    body: Array(bytes.readableBytesView)
                )
            )
        } catch {
            result = .failure(error)
        }
        try? await client.shutdown()
        return try result.get()
    }
}

/// Waits until a state has been reached that nothing announces; the time limit of the suite bounds it.
///
/// - Parameter pause: the time between two looks, longer where a look costs more.
package func eventually(
    every pause: Duration = .milliseconds(2),
    _ condition: () async throws -> Bool
) async throws {
    while try await !condition() { try await Task.sleep(for: pause) }
}
