import ExactJSON
import HTTPService
import ScenarioFile
import Synchronization

/// The simulation API as a server over real HTTP, with a dialer engine behind it.
///
/// ```swift
/// try await Sandbox.with(SandboxConfiguration(logger: logger)) { sandbox in
///     print("listening on \(sandbox.origin)")
/// }
/// ```
package struct Sandbox: Sendable {
    /// The origin of its URLs, such as `http://127.0.0.1:41873`.
    package let origin: String

    /// Serves while `body` runs.
    ///
    /// - Throws: ``HTTPServer/BindError`` if the address cannot be bound, or what `body` throws.
    package static func with<Result: Sendable>(
        _ configuration: SandboxConfiguration,
        environment: SandboxEnvironment = SandboxEnvironment(),
        body: @escaping @Sendable (Sandbox) async throws -> Result
    ) async throws -> Result {
        let (simulations, input) = AsyncStream<SimulationRecord>.makeStream()
        let faults = FaultInjector(configuration.faults)
        let service = SandboxService(configuration, faults: faults, environment: environment) { input.yield($0) }
        let sender = WebhookSender(secret: configuration.webhookSecret, faults: faults, environment: environment)
        var server = HTTPServer.Configuration(
            host: configuration.host,
            port: configuration.port,
            logger: configuration.logger
        )
        server.tls = configuration.tls
        return try await withThrowingTaskGroup(of: Result?.self) { group in
            group.addTask {
                await sender.run()
                return nil
            }
            group.addTask {
                await withDiscardingTaskGroup { runners in
                    for await record in simulations {
                        runners.addTask {
                            await SimulationRunner(
                                record: record,
                                service: service,
                                sender: sender,
                                seed: configuration.seed,
                                speed: configuration.speed,
                                fault: faults.next(at: .simulation).fault
                            ).run()
                        }
                    }
                }
                return nil
            }
            group.addTask { [server] in
                try await HTTPServer.with(server, respond: { await service.respond(to: $0) }) { port in
                    try await body(Sandbox(origin: server.origin(port: port)))
                }
            }
            defer { group.cancelAll() }
            while let next = try await group.next() {
                if let result = next { return result }
            }
            throw CancellationError()
        }
    }
}
