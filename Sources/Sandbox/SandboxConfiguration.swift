import Addresses
package import ExactJSON
package import HTTPExchange
package import HTTPService
package import Logging
package import NIOSSL
package import ScenarioFile
package import SimulationAPI
package import Webhooks

/// The settings of a sandbox: its clients, its limits, and the speed of its virtual time.
package struct SandboxConfiguration: Sendable {
    package var clients: [SandboxClient] = [SandboxClient(id: "sandbox", secret: "sandbox", scopes: Scope.allCases)]
    package var speed = Speed.max
    /// Every random number of the engine follows from it.
    package var seed: UInt32 = 1
    /// Simulations at once per organisation.
    package var maxActive = 5
    /// The highest `concurrencyLimit` of a payload.
    package var maxConcurrent = 5
    package var tokenLifetime: Duration = .seconds(3600)
    /// Requests per second, per client and endpoint; nil for no limit.
    package var rateLimit: Double?
    /// The key that signs webhooks; nil sends them unsigned.
    package var webhookSecret: WebhookSecret?
    /// The faults that it injects; nil for none.
    package var faults: FaultPlan?
    package var host = BoundHost.loopback
    /// The port; 0 lets the system choose.
    package var port = 0
    package var tls: TLSConfiguration?
    package var logger: Logger

    package init(logger: Logger) { self.logger = logger }

    /// How fast virtual time goes against real time.
    package enum Speed: Hashable, Sendable {
        /// As fast as the machine allows.
        case max
        /// Virtual seconds per real second.
        case factor(Double)
    }
}

/// A client of the sandbox's token endpoint.
package struct SandboxClient: Hashable, Sendable {
    package var id: String
    package var secret: String
    package var scopes: [Scope]

    package init(id: String, secret: String, scopes: [Scope]) {
        self.id = id
        self.secret = secret
        self.scopes = scopes
    }

    /// A text that does not describe a client.
    package struct ClientFormatError: Error, CustomStringConvertible {
        package var description: String
    }

    /// Reads `ID:SECRET[:SCOPES]`: percent escapes in id and secret, scopes separated by spaces or commas.
    ///
    /// - Throws: ``ClientFormatError`` that says what is wrong.
    package init(parsing text: String) throws(ClientFormatError) {
        let parts = text.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count >= 2, !parts[0].isEmpty, !parts[1].isEmpty,
            let id = PercentEncoding.decode(parts[0]), let secret = PercentEncoding.decode(parts[1])
        else {
            throw ClientFormatError(
                description: "a client is written ID:SECRET or ID:SECRET:SCOPES; percent-encode a colon (%3A)"
            )
        }
        self.init(id: id, secret: secret, scopes: parts.count == 3 ? [] : Scope.allCases)
        guard parts.count == 3 else { return }
        for word in parts[2].split(whereSeparator: { $0 == " " || $0 == "," }) {
            guard let scope = Scope(rawValue: String(word)) else {
                throw ClientFormatError(description: "\"\(word)\" is not a scope; the scopes are \(Scope.all)")
            }
            scopes.append(scope)
        }
    }
}

/// Where a sandbox takes time and chance from.
package struct SandboxEnvironment: Sendable {
    /// Monotonic time and sleeping.
    package var timeline = Timeline()
    package var now: @Sendable () -> Timestamp = { WallClock.now }
    /// A draw from 0..<1 for the jitter of retries.
    package var chance: @Sendable () -> Double = { .random(in: 0..<1) }

    /// Both clocks, read together.
    var moment: SandboxState.Moment {
        SandboxState.Moment(seconds: timeline.now.offset / .seconds(1), wall: now())
    }

    func sleep(seconds: Double) async throws { try await timeline.sleep(until: timeline.after(.seconds(seconds))) }
}
