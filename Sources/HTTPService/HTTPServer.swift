import Addresses
import Glibc
import HTTPTypes
import Hummingbird
import HummingbirdCore
import HummingbirdTLS
package import Logging
package import NIOCore
import NIOHTTP1
import NIOPosix
package import NIOSSL
import ServiceLifecycle
package import SimulationAPI

/// A server that lives as long as a scope.
package struct HTTPServer: Sendable {
    /// Where to listen and how.
    package struct Configuration: Sendable {
        /// The host to bind.
        package var host: BoundHost
        /// The port; 0 lets the system choose.
        package var port: Int
        /// Nil for plain HTTP.
        package var tls: TLSConfiguration?
        package var limits = ConnectionLimits()
        /// Where errors of the server itself are logged.
        package var logger: Logger
        /// Called with each refusal that comes before every handler: of the protocol, or of a request that is too slow.
        package var onRefusal: @Sendable (Problem) -> Void = { _ in }
        /// Whether the limit of connections does not hold for an address, such as that of a proxy.
        package var isExempt: @Sendable (_ address: String) -> Bool = { _ in false }
        /// The event loops of the connections.
        package var eventLoops: any EventLoopGroup = MultiThreadedEventLoopGroup.singleton

        package init(
            host: BoundHost,
            port: Int,
            tls: TLSConfiguration? = nil,
            requestDeadline: Duration = .seconds(15),
            logger: Logger
        ) {
            (self.host, self.port, self.tls, self.logger) = (host, port, tls, logger)
            limits.requestDeadline = requestDeadline
        }
    }

    /// The address could not be bound.
    package struct BindError: Error {
        package var reason: String

        init(reason: String) { self.reason = reason }

        /// Why a server could not start, in our own words.
        init(_ error: (any Error)?) {
            reason = (error as? IOError).map { String(cString: strerror($0.errnoCode)) } ?? "the server did not start"
        }
    }

    /// Binds, serves while `body` runs, and then stops; requests that are being answered are answered first.
    ///
    /// - Parameters:
    ///   - configuration: where to listen and how.
    ///   - handler: sees the requests of a connection first, on its event loop.
    ///   - respond: answers the requests that the handler leaves.
    ///   - body: gets the port that was bound.
    /// - Throws: ``BindError`` if the address cannot be bound, or the error of `body`.
    package static func with<Result: Sendable>(
        _ configuration: Configuration,
        handler: RequestHandler? = nil,
        respond: @escaping @Sendable (ServiceRequest) async -> ServiceResponse,
        body: @Sendable (_ port: Int) async throws -> Result
    ) async throws -> Result {
        let census = AddressCensus()
        let http1 = HTTPServerBuilder.http1(
            configuration: .init(
                additionalChannelHandlers: [
                    ConnectionSetup(configuration, handler, census)
                ],
                httpDecoderConfiguration: .init(
                    maxHeaderFieldSize: headerLimits.maxHeaderFieldSize,
                    maxHeaderListSize: headerLimits.maxHeaderListSize,
                    maxHeaderFieldCount: headerLimits.maxHeaderFieldCount
                )
            )
        )
        let server = try configuration.tls.map { try HTTPServerBuilder.tls(http1, tlsConfiguration: $0) } ?? http1
        let responder = CallbackResponder<ConnectionContext> { request, context in
            var asked = ServiceRequest(request, on: context.channel)
            // HEAD answers as GET, without its content.
            let isHead = asked.method == .head
            if isHead { asked.method = .get }
            let response = await respond(asked)
            return Response(
                status: .init(code: response.status),
                headers: response.headers,
                body: await BodySending.body(of: response, isHead: isHead, on: context.channel)
            )
        }
        return try await run(configuration.logger, body) { onPort in
            Application(
                responder: responder,
                server: server,
                configuration: ApplicationConfiguration(
                    address: .hostname(configuration.host.toBind, port: configuration.port),
                    backlog: backlog,
                    availableConnectionsDelegate: configuration.connections
                ),
                onServerRunning: onPort,
                eventLoopGroupProvider: .shared(configuration.eventLoops),
                logger: configuration.logger
            )
        }
    }

    /// Like the other, with a handler that serves all requests by itself, and without TLS.
    package static func with<Result: Sendable>(
        _ configuration: Configuration,
        servedBy handler: @escaping RequestHandler,
        body: @Sendable (_ port: Int) async throws -> Result
    ) async throws -> Result {
        precondition(configuration.tls == nil, "only Hummingbird's server has TLS")
        let census = AddressCensus()
        let connections = HandledConnections(headerLimits: headerLimits) {
            ConnectionSetup(configuration, handler, census)
        }
        return try await run(configuration.logger, body) { onPort in
            Server(
                childChannelSetup: connections,
                configuration: ServerConfiguration(
                    address: .hostname(configuration.host.toBind, port: configuration.port),
                    backlog: backlog,
                    availableConnectionsDelegate: configuration.connections
                ),
                onServerRunning: onPort,
                eventLoopGroup: configuration.eventLoops,
                logger: configuration.logger
            )
        }
    }

    private static let backlog = 1024

    private static var headerLimits: NIOHTTPDecoderLimitConfiguration {
        var limits = NIOHTTPDecoderLimitConfiguration()
        limits.maxHeaderFieldSize = 16 * 1024
        limits.maxHeaderListSize = 64 * 1024
        limits.maxHeaderFieldCount = 100
        return limits
    }

    /// Runs a server until `body` has returned.
    private static func run<Result: Sendable>(
        _ logger: Logger,
        _ body: @Sendable (_ port: Int) async throws -> Result,
        server: (_ onPort: @escaping @Sendable (any Channel) async -> Void) -> any Service
    ) async throws -> Result {
        let (started, continuation) = AsyncThrowingStream<Int, any Error>.makeStream()
        let server = server { continuation.yield($0.localAddress?.port ?? 0) }
        var services = ServiceGroupConfiguration(services: [.init(service: server)], logger: logger)
        // A client that never finishes its request must not keep the server from stopping.
        services.maximumGracefulShutdownDuration = .seconds(3)
        let group = ServiceGroup(configuration: services)
        return try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask {
                do {
                    try await group.run()
                    continuation.finish()
                } catch {
                    continuation.finish(throwing: BindError(error))
                }
            }
            defer { tasks.cancelAll() }
            var iterator = started.makeAsyncIterator()
            guard let port = try await iterator.next() else { throw BindError(nil) }
            let result: Swift.Result<Result, any Error>
            do { result = .success(try await body(port)) } catch { result = .failure(error) }
            await group.triggerGracefulShutdown()
            try? await tasks.waitForAll()
            return try result.get()
        }
    }
}

extension HTTPServer.Configuration {
    /// The origin of the server's URLs once it listens on a port.
    package func origin(port: Int) -> String {
        "\(tls == nil ? "http" : "https")://\(HTTPURL.bracketed(host.name)):\(port)"
    }

    fileprivate var connections: any AvailableConnectionsDelegate { .maximum(limits.connections, logger: logger) }
}
