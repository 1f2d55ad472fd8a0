import Logging
import Sandbox
import ScenarioFile
import SimulationAPI
import SimulationClient
import Webhooks

extension EmbeddedSandbox {
    /// Serves on a loopback port while `body` runs, with a client that nobody else knows.
    func serving<Result: Sendable>(
        _ limits: Scenario.Limits,
        secret: WebhookSecret?,
        body: @escaping @Sendable (RemoteTarget) async throws -> Result
    ) async throws -> Result {
        let password = (0..<4).map { _ in String(UInt64.random(in: .min ... .max), radix: 16) }.joined()
        var configuration = SandboxConfiguration(logger: .silent)
        configuration.clients = [SandboxClient(id: "sandbox", secret: password, scopes: Scope.allCases)]
        configuration.seed = seed
        configuration.speed = speed.map { .factor($0) } ?? .max
        configuration.maxActive = limits.maxActiveSimulations
        configuration.maxConcurrent = limits.maxConcurrent
        configuration.webhookSecret = secret
        configuration.faults = faults
        return try await Sandbox.with(configuration) { sandbox in
            let target: Target
            do {
                target = try Target(baseURL: sandbox.origin)
            } catch {
                throw RunError(.configuration, "the embedded sandbox cannot be reached: \(error)", cause: error)
            }
            let remote = RemoteTarget(
                target: target,
                credentials: Credentials(clientID: "sandbox", secret: Secret(password)),
                capabilities: capabilities
            )
            return try await body(remote)
        }
    }
}

extension Logger {
    /// A logger for servers whose errors are answered, not logged.
    static var silent: Logger { Logger(label: "ringback") { _ in SwiftLogNoOpLogHandler() } }
}

extension ListenAddress {
    /// What a payload carries for a receiver that listens here, on a port that may have been chosen since.
    func webhookURL(port: Int) -> String {
        "http://\(ListenAddress(host: host, port: port).authority)\(Endpoint.webhook)"
    }
}
