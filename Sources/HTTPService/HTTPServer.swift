import HTTPTypes
import Hummingbird
import HummingbirdCore
import HummingbirdTLS
package import Logging
import NIOCore
import NIOPosix
package import NIOSSL
import ServiceLifecycle
import Synchronization

/// A server that lives as long as a scope.
package struct HTTPServer: Sendable {
    /// Where to listen and how.
    package struct Configuration: Sendable {
        /// The host name or address to bind.
        package var host: String
        /// The port; 0 lets the system choose.
        package var port: Int
        /// TLS, where it is wanted.
        package var tls: TLSConfiguration?
        /// What a connection may take.
        package var limits = ConnectionLimits()
        /// Called for errors of the server itself.
        package var logger: Logger

        /// Creates a configuration.
        package init(
            host: String,
            port: Int,
            tls: TLSConfiguration? = nil,
            requestDeadline: Duration = .seconds(15),
            logger: Logger
        ) {
            self.host = host
            self.port = port
            self.tls = tls
            limits.requestDeadline = requestDeadline
            self.logger = logger
        }
    }

    /// The address could not be bound.
    package struct BindError: Error {
        /// The reason, in words.
        package var reason: String
    }

    /// Binds, serves while `body` runs, and then stops; requests that are being answered are answered first.
    ///
    /// - Parameters:
    ///   - configuration: where to listen and how.
    ///   - direct: a path that is answered on the event loop itself.
    ///   - respond: answers one request of any other path.
    ///   - body: gets the port that was bound.
    /// - Throws: ``BindError`` where the address cannot be bound, or whatever `body` throws.
    package static func with<Result: Sendable>(
        _ configuration: Configuration,
        direct: DirectRoute? = nil,
        respond: @escaping @Sendable (ServiceRequest) async -> ServiceResponse = { .notFound($0.path) },
        body: @Sendable (_ port: Int) async throws -> Result
    ) async throws -> Result {
        let (started, continuation) = AsyncThrowingStream<Int, any Error>.makeStream()
        let application = try application(configuration, direct: direct, respond: respond) { port in
            continuation.yield(port)
        }
        var services = ServiceGroupConfiguration(
            services: [.init(service: application)],
            logger: configuration.logger
        )
        // A client that never finishes its request must not keep the server from stopping.
        services.maximumGracefulShutdownDuration = .seconds(3)
        let group = ServiceGroup(configuration: services)
        return try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask {
                do {
                    try await group.run()
                    continuation.finish()
                } catch {
                    continuation.finish(throwing: BindError(reason: "\(error)"))
                }
            }
            defer { tasks.cancelAll() }
            var iterator = started.makeAsyncIterator()
            guard let port = try await iterator.next() else { throw BindError(reason: "the server did not start") }
            let result: Swift.Result<Result, any Error>
            do {
                result = .success(try await body(port))
            } catch {
                result = .failure(error)
            }
            await group.triggerGracefulShutdown()
            try? await tasks.waitForAll()
            return try result.get()
        }
    }

    private static func application(
        _ configuration: Configuration,
        direct: DirectRoute?,
        respond: @escaping @Sendable (ServiceRequest) async -> ServiceResponse,
        onPort: @escaping @Sendable (Int) -> Void
    ) throws -> some ApplicationProtocol {
        let limits = configuration.limits
        // What is answered on the loop itself comes from one loop in larger batches, and leaves other cores to its writer.
        let all = MultiThreadedEventLoopGroup.singleton
        let loops: any EventLoopGroup = direct == nil ? all : all.next()
        let (mailboxes, census) = (AnswerMailboxes(), AddressCensus())
        let http1 = HTTPServerBuilder.http1(
            configuration: .init(
                additionalChannelHandlers: [
                    ConnectionHandlers(limits, route: direct, mailboxes: mailboxes, census: census)
                ],
                httpDecoderConfiguration: .init(
                    maxHeaderFieldSize: 16 * 1024,
                    maxHeaderListSize: 64 * 1024,
                    maxHeaderFieldCount: 100
                )
            )
        )
        let server = try configuration.tls.map { try HTTPServerBuilder.tls(http1, tlsConfiguration: $0) } ?? http1
        return Application(
            responder: CallbackResponder<ConnectionContext> { request, context in
                let response = await respond(ServiceRequest(request))
                return Response(
                    status: .init(code: response.status),
                    headers: response.headers,
                    body: await BodySending.body(of: response, on: context.channel)
                )
            },
            server: server,
            configuration: ApplicationConfiguration(
                address: .hostname(configuration.host, port: configuration.port),
                backlog: 1024,
                availableConnectionsDelegate: .maximum(limits.connections, logger: configuration.logger)
            ),
            onServerRunning: { channel in onPort(channel.localAddress?.port ?? 0) },
            eventLoopGroupProvider: .shared(loops),
            logger: configuration.logger
        )
    }
}
