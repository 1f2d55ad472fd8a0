package import Logging
package import Monitors
package import NIOSSL
package import Webhooks

/// What a service is started with.
package struct ServiceConfiguration: Sendable {
    /// The host name or address to bind.
    package var host = "127.0.0.1"
    /// The port; 0 lets the system choose.
    package var port = 8088
    /// TLS, where it is wanted.
    package var tls: TLSConfiguration?
    /// Who may use the control API.
    package var access: AccessRules
    /// The keys of senders; none takes unsigned events.
    package var secrets = WebhookSecrets()
    /// Monitors that get every accepted event, and the keys that sign what is sent to them.
    package var monitors: [PreparedMonitor] = []
    /// How long monitors are waited for when the service stops.
    package var drain = Duration.seconds(10)
    /// The variables of the environment, in which the keys of adopted monitors are.
    package var variables: @Sendable (String) -> String? = { _ in nil }
    /// Called for errors of the server itself.
    package var logger: Logger
    /// Told what an operator should know, in one line.
    package var warn: @Sendable (String) -> Void = { _ in }

    /// Creates a configuration of a service on a loopback address.
    package init(access: AccessRules, logger: Logger) {
        self.access = access
        self.logger = logger
    }
}
