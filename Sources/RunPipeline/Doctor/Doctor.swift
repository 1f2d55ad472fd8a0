import Addresses
import HTTPExchange
package import RingbackHome
import ScenarioFile
import SimulationClient
import Webhooks

/// Checks configuration, credentials, reachability and webhooks before a run, and changes nothing: no simulation is
/// created, and nothing is made in the home.
package struct Doctor: Sendable {
    private let setup: DoctorSetup

    package init(_ setup: DoctorSetup) { self.setup = setup }

    /// - Throws: an error if the embedded sandbox cannot be started.
    package func report() async throws -> DoctorReport {
        var secrets = WebhookSecrets()
        var problem: String?
        do { secrets = try WebhookSecrets(setup.webhookSecret) } catch { problem = "\(error)" }
        switch setup.target {
        case .embeddedSandbox(let sandbox)?:
            // As in a run: without a key of the user, sandbox and receiver share a random one.
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
        try await withTransports(remote) { toTarget, toReceiver in
            let probe = remote.flatMap { RemoteProbe($0, transport: toTarget, timeout: setup.timeout) }
            let webhook = WebhookProbe(
                setup: setup,
                listen: setup.webhookListen ?? setup.target?.webhookListen ?? RunTarget.remoteWebhookListen,
                secrets: secrets,
                transport: toReceiver,
                isTargetLocal: probe?.base.isLoopback ?? true
            )
            let checks =
                DoctorCheck.local(setup) + DoctorCheck.remote(probe)
                + [DoctorCheck.webhook(problem == nil ? webhook : nil, problem: problem)]
            let place = remote.map { " · \($0.target.baseURL)" } ?? ""
            return DoctorReport(
                subject: "target \(setup.targetName)\(place) · profile \(setup.profileName) · home \(setup.home)",
                findings: await DoctorCheck.findings(checks)
            )
        }
    }
}

/// The connections to the target, and those to the receiver, which know no proxy.
private func withTransports<Value>(
    _ remote: RemoteTarget?,
    _ body: (_ toTarget: HTTPTransport, _ toReceiver: HTTPTransport) async throws -> Value
) async throws -> Value {
    try await HTTPTransport.withConnections(remote?.connections ?? ConnectionSettings()) { toTarget in
        try await HTTPTransport.withConnections { try await body(toTarget, $0) }
    }
}

/// What `doctor` looks at.
package struct DoctorSetup: Sendable {
    /// Where a run would go; `nil` if the configuration is not complete.
    package var target: RunTarget?
    package var targetName: String
    package var profileName: String
    /// The settings of a remote target, with where each comes from.
    package var settings: [RemoteSettings.Setting] = []
    /// What the profile assumes, a line each.
    package var assumptions: [String] = []
    package var problems: [String] = []
    package var oddities: [String] = []
    package var home: String
    /// Where the store is.
    package var store = StorePlace.current
    /// Where the receiver listens; `nil` for the target's own.
    package var webhookListen: ListenAddress?
    /// The webhook address in the payload, if the receiver is behind a proxy.
    package var webhookURL: String?
    /// The key that deliveries are signed with (`whsec_…`).
    package var webhookSecret: String?
    /// For one check.
    package var timeout: Duration = .seconds(10)

    package init(target: RunTarget?, targetName: String, profileName: String, home: String) {
        self.target = target
        self.targetName = targetName
        self.profileName = profileName
        self.home = home
    }
}

/// One check of `doctor`, as data: its name, the checks that must succeed before it, and how it is done.
struct DoctorCheck: Sendable {
    var name: String
    var needs: [String] = []
    var run: @Sendable () async -> Finding

    /// Does checks in their order; a check that needs a failed or skipped one is skipped.
    static func findings(_ checks: [DoctorCheck]) async -> [Finding] {
        var findings: [Finding] = []
        for check in checks {
            let blocker = check.needs.first { need in
                findings.contains { $0.name == need && ($0.status == .failure || $0.status == .skipped) }
            }
            var finding = if let blocker { Finding.skipped("needs \(blocker)") } else { await check.run() }
            finding.name = check.name
            findings.append(finding)
        }
        return findings
    }

    static func local(_ setup: DoctorSetup) -> [DoctorCheck] {
        let home = HomeProbe(path: setup.home)
        let shared: [DoctorCheck] =
            if case .shared(let place) = setup.store {
                [
                    DoctorCheck(name: "database") { await .database(place) },
                    DoctorCheck(name: "store", needs: ["home"]) { await home.leftWork(place) },
                ]
            } else {
                [DoctorCheck(name: "store", needs: ["home"]) { await home.store() }]
            }
        return [
            DoctorCheck(name: "versions") { Versions.finding() },
            DoctorCheck(name: "configuration") { .configuration(setup) },
            DoctorCheck(name: "home") { await home.home() },
            DoctorCheck(name: "disk space") { await home.space() },
        ] + shared + [DoctorCheck(name: "audit log", needs: ["home"]) { await home.auditLog() }]
    }

    /// The checks of the target; they are skipped if the target is not known.
    static func remote(_ probe: RemoteProbe?) -> [DoctorCheck] {
        func check(_ name: String, _ needs: [String], _ run: @escaping @Sendable (RemoteProbe) async -> Finding)
            -> DoctorCheck
        {
            DoctorCheck(name: name, needs: ["configuration"] + needs) {
                guard let probe else { return .skipped("there is no target to ask") }
                return await run(probe)
            }
        }
        let way = probe?.asksOneHost == false ? [] : ["address", "tls"]
        return [
            check("address", []) { await $0.address() },
            check("tls", ["address"]) { await $0.tls() },
            check("token", way) { await $0.token() },
            check("read scope", ["address", "tls", "token"]) { await $0.readScope() },
            check("write scope", ["token"]) { $0.writeScope() },
            check("metrics scope", ["token"]) { $0.metricsScope() },
            check("clock", way) { $0.clock() },
        ]
    }

    static func webhook(_ probe: WebhookProbe?, problem: String?) -> DoctorCheck {
        DoctorCheck(name: "webhook") {
            if let probe { return await probe.finding() }
            return .failure(.configuration, problem ?? "there is no receiver")
                .advising("Set RINGBACK_WEBHOOK_SECRET to the key that the target signs with, or leave it out.")
        }
    }
}
