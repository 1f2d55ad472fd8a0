import Addresses
import SimulationAPI
import SimulationClient

/// Asks the other side what can be asked without creating anything: for a token, and for a list by a tag of nobody's.
struct RemoteProbe: Sendable {
    let base: HTTPURL
    private let remote: RemoteTarget
    private let client: SimulationClient
    private let log: ExchangeLog
    private let timeout: Duration

    /// Prepares the questions; `nil` where the base is no address, which ``SimulationClient/Target`` has ruled out.
    init?(_ remote: RemoteTarget, transport: HTTPTransport, timeout: Duration) {
        guard let base = HTTPURL(remote.target.baseURL) else { return nil }
        self.base = base
        self.remote = remote
        self.timeout = timeout
        log = ExchangeLog(tokenURL: remote.target.tokenURL)
        client = SimulationClient(
            target: remote.target,
            credentials: remote.credentials,
            capabilities: remote.capabilities,
            retryPolicy: .once,
            version: Run.version,
            environment: ClientEnvironment(transport: log.watching(transport))
        )
    }

    /// Whether the token endpoint is reached over the base's own address.
    var asksOneHost: Bool { HTTPURL(remote.target.tokenURL)?.origin == base.origin }

    private var scopes: Scopes { Scopes(wanted: remote.credentials.scope, granted: log.grant?.scope) }

    func address() async -> Finding {
        .address(base, await ConnectionProbe(base, timeout: timeout).run(tls: false))
    }

    func tls() async -> Finding {
        guard base.scheme == "https" else { return .tls(base, nil) }
        return .tls(base, await ConnectionProbe(base, timeout: timeout).run(tls: true))
    }

    func token() async -> Finding {
        do {
            _ = try await client.authenticate(until: client.timeline.after(timeout))
            return .token(wanted: remote.credentials.scope, grant: log.grant, error: nil)
        } catch {
            return .token(wanted: remote.credentials.scope, grant: nil, error: error)
        }
    }

    func readScope() async -> Finding {
        guard remote.capabilities.listByTag else {
            return .scope("read scope", .simulationsRead, for: "tracking a simulation", scopes)
        }
        let tag = "ringback-doctor-\(ClientEnvironment.randomRequestID())"
        do {
            let found = try await client.list(tag: tag, until: client.timeline.after(timeout))
            return .read(found: found.count, error: nil)
        } catch {
            return .read(found: 0, error: error)
        }
    }

    func writeScope() -> Finding { .scope("write scope", .simulationsWrite, for: "creating a simulation", scopes) }

    func metricsScope() -> Finding { .scope("metrics scope", .metricsRead, for: "storing the metrics", scopes) }

    func clock() -> Finding { .clock(log.readings, answers: log.answers) }
}
