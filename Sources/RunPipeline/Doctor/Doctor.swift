import Addresses
import ScenarioFile
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
        var secrets = WebhookSecrets()
        var problem: String?
        if let text = setup.webhookSecret {
            do { secrets = try WebhookSecrets(text) } catch { problem = "RINGBACK_WEBHOOK_SECRET \(error)" }
        }
        switch setup.target {
        case .embeddedSandbox(let sandbox)?:
            // As in a run: sandbox and receiver share a random key where none is set.
            let shared = problem == nil ? secrets.withSigning : secrets
            return try await sandbox.serving(Scenario.Limits(), secret: shared.signing) { [problem] remote in
                try await report(remote, secrets: shared, problem: problem)
            }
        case .remote(let remote)?: return try await report(remote, secrets: secrets, problem: problem)
        case nil: return try await report(nil, secrets: secrets, problem: problem)
        }
    }

    private func report(
        _ remote: RemoteTarget?,
        secrets: WebhookSecrets,
        problem: String?
    ) async throws -> DoctorReport {
        try await HTTPTransport.withAsyncHTTPClient { transport in
            let probe = remote.flatMap { RemoteProbe($0, transport: transport, timeout: setup.timeout) }
            let webhook = WebhookProbe(
                setup: setup,
                listen: setup.webhookListen ?? setup.target?.webhookListen ?? RunTarget.remoteWebhookListen,
                secrets: secrets,
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
