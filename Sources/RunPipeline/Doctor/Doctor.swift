import ScenarioFile
import SimulationAPI
import SimulationClient
import Webhooks

/// Checks configuration, credentials, reachability and webhooks before a run, and changes nothing: no simulation is
/// created, and nothing is made in the home.
package struct Doctor: Sendable {
    private let setup: DoctorSetup

    /// Prepares the checks; nothing happens yet.
    package init(_ setup: DoctorSetup) { self.setup = setup }

    /// Carries the checks out.
    ///
    /// - Throws: where the embedded sandbox cannot be started.
    package func report() async throws -> DoctorReport {
        var secret: WebhookSecret?
        var problem: String?
        if let text = setup.webhookSecret {
            do { secret = try WebhookSecret(text) } catch { problem = "RINGBACK_WEBHOOK_SECRET \(error)" }
        }
        switch setup.target {
        case .embeddedSandbox(let sandbox)?:
            // As in a run: sandbox and receiver share a random key where none is set.
            let shared = secret ?? (problem == nil ? WebhookSecret.random() : nil)
            return try await sandbox.serving(Scenario.Limits(), secret: shared) { [problem] remote in
                try await report(remote, secret: shared, problem: problem)
            }
        case .remote(let remote)?: return try await report(remote, secret: secret, problem: problem)
        case nil: return try await report(nil, secret: secret, problem: problem)
        }
    }

    private func report(_ remote: RemoteTarget?, secret: WebhookSecret?, problem: String?) async throws -> DoctorReport
    {
        try await HTTPTransport.withAsyncHTTPClient { transport in
            let probe = remote.flatMap { RemoteProbe($0, transport: transport, timeout: setup.timeout) }
            let webhook = WebhookProbe(
                setup: setup,
                listen: setup.webhookListen ?? setup.target?.webhookListen ?? RunTarget.remoteWebhookListen,
                secret: secret,
                transport: transport,
                isTargetLocal: probe?.base.isLoopback ?? true
            )
            let checks =
                DoctorCheck.local(setup) + DoctorCheck.remote(probe)
                + [DoctorCheck.webhook(problem == nil ? webhook : nil, problem: problem)]
            let place = remote.map { " · \($0.target.baseURL)" } ?? ""
            return DoctorReport(
                subject: "target \(setup.targetName)\(place) · profile \(setup.profileName) · home \(setup.home)",
                findings: await DoctorCheck.carryOut(checks)
            )
        }
    }
}
