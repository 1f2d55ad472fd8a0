/// One check of `doctor`, as data: its name, the checks without which it makes no sense, and how it is done.
struct DoctorCheck: Sendable {
    var name: String
    var needs: [String] = []
    var run: @Sendable () async -> Finding

    /// Carries checks out in their order; one that needs a failed or skipped one is skipped.
    static func carryOut(_ checks: [DoctorCheck]) async -> [Finding] {
        var findings: [Finding] = []
        for check in checks {
            let blocker = check.needs.first { need in
                findings.contains { $0.name == need && ($0.status == .failure || $0.status == .skipped) }
            }
            if let blocker {
                findings.append(.skipped(check.name, "needs \(blocker)"))
            } else {
                findings.append(await check.run())
            }
        }
        return findings
    }

    /// What is looked at on this machine.
    static func local(_ setup: DoctorSetup) -> [DoctorCheck] {
        let home = HomeProbe(path: setup.home)
        return [
            DoctorCheck(name: "versions") { Versions.finding() },
            DoctorCheck(name: "configuration") { .configuration(setup) },
            DoctorCheck(name: "home") { await home.home() },
            DoctorCheck(name: "disk space") { await home.space() },
            DoctorCheck(name: "store", needs: ["home"]) { await home.store() },
            DoctorCheck(name: "audit log", needs: ["home"]) { await home.auditLog() },
        ]
    }

    /// What is asked of the other side; without one there is nobody to ask.
    static func remote(_ probe: RemoteProbe?) -> [DoctorCheck] {
        func check(_ name: String, _ needs: [String], _ run: @escaping @Sendable (RemoteProbe) async -> Finding)
            -> DoctorCheck
        {
            DoctorCheck(name: name, needs: ["configuration"] + needs) {
                guard let probe else { return .skipped(name, "there is no target to ask") }
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

    /// The round trip of a webhook.
    static func webhook(_ probe: WebhookProbe?, problem: String?) -> DoctorCheck {
        DoctorCheck(name: "webhook") {
            if let probe { return await probe.finding() }
            return .failure(
                "webhook",
                .configuration,
                problem ?? "there is no receiver",
                "Set RINGBACK_WEBHOOK_SECRET to the key that the target signs with, or leave it out."
            )
        }
    }
}
