import Addresses
import ExactJSON
import NIOSSL
import RunReport
import SimulationAPI
import SimulationClient
import Testing

@testable import AuditLog
@testable import RingbackHome
@testable import RunPipeline
@testable import RunStore

/// What the doctor makes of facts: no network, no files.
@Suite(.timeLimit(.minutes(5)))
struct FindingTests {
    // MARK: Clock

    private func reading(_ offset: Int64, trip: Int64 = 100) -> ClockReading {
        let now: Int64 = 1_800_000_000_000
        return ClockReading(
            remoteSeconds: (now + trip / 2) / 1000 + offset,
            span: .init(began: Timestamp(milliseconds: now), ended: Timestamp(milliseconds: now + trip))
        )
    }

    @Test(arguments: [
        (Int64(0), Finding.Status.ok), (1, .ok), (-25, .ok), (32, .warning), (-32, .warning), (299, .warning),
        (302, .failure), (-302, .failure), (1_000_000, .failure),
    ]) func clocks(_ offset: Int64, _ status: Finding.Status) {
        let finding = Finding.clock([reading(offset)], answers: 1)
        #expect(finding.status == status, "\(finding)")
        #expect(finding.domain == .local)
    }

    @Test func theClosestReadingCounts() {
        // An answer that took a minute says little about a clock; one that took no time says much.
        #expect(reading(0, trip: 120_000).offset == 0)
        #expect(Finding.clock([reading(400, trip: 800_000), reading(400)], answers: 2).status == .ok)
        #expect(Finding.clock([], answers: 1).status == .warning)
        #expect(Finding.clock([], answers: 0).status == .skipped)
    }

    // MARK: Token and scopes

    @Test func tokens() {
        func grant(_ lifetime: Int?, _ scope: String?) -> TokenAnswer {
            TokenAnswer(accessToken: "t", expiresIn: lifetime, scope: scope)
        }
        #expect(Finding.token(wanted: "a b", grant: grant(3600, "b a"), error: nil).status == .ok)
        #expect(Finding.token(wanted: "a b", grant: grant(nil, nil), error: nil).status == .ok)
        #expect(Finding.token(wanted: "a b", grant: grant(59, "a b"), error: nil).status == .warning)
        let partly = Finding.token(wanted: "a b c", grant: grant(3600, "b"), error: nil)
        #expect(partly.status == .warning && partly.detail.contains("without a, c"))
        let refused = ClientError(.credentialsRejected, "refused", remedy: "Check it.")
        let finding = Finding.token(wanted: "a", grant: nil, error: refused)
        #expect(finding.status == .failure && finding.domain == .remote && finding.advice == "Check it.")
    }

    @Test(
        arguments: [
            (Scope.all, nil, Finding.Status.ok), (Scope.all, Scope.all, .ok), (Scope.all, "other", .failure),
            ("other", "other", .warning), ("other", nil, .warning), ("other", Scope.all, .ok),
        ] as [(String, String?, Finding.Status)]
    )
    func scopes(_ wanted: String, _ granted: String?, _ status: Finding.Status) {
        let scopes = Scopes(wanted: wanted, granted: granted)
        let finding = Finding.scope("write scope", .simulationsWrite, for: "a create", scopes)
        #expect(finding.status == status, "\(finding)")
    }

    @Test func reads() {
        #expect(Finding.read(found: 0, error: nil).status == .ok)
        #expect(Finding.read(found: 2, error: nil).status == .warning)
        #expect(Finding.read(found: 0, error: ClientError(.notOffered, "no")).status == .warning)
        #expect(Finding.read(found: 0, error: ClientError(.forbidden, "no")).status == .failure)
    }

    // MARK: The way there

    @Test func ways() throws {
        let url = try #require(HTTPURL("https://acme.example"))
        #expect(Finding.address(url, .connected("192.0.2.1:443")).status == .ok)
        #expect(Finding.address(url, .unresolved).detail.contains("acme.example has no address"))
        #expect(Finding.address(url, .refused("no route")).detail.contains("no route"))
        #expect(Finding.tls(url, nil).status == .ok)
        #expect(Finding.tls(url, .connected("")).status == .ok)
        #expect(Finding.tls(url, .handshakeFailed("certificate has expired")).domain == .remote)
        // Without TLS the address counts that was dialled, not the name.
        let plain = try #require(HTTPURL("http://x.localhost:80"))
        for (address, status) in [
            ("127.0.0.1:80", Finding.Status.ok), ("[::1]:80", .ok), ("192.168.100.200:80", .failure),
            ("[fd00::2]:80", .failure),
        ] { #expect(Finding.tls(plain, .connected(address)).status == status, "\(address)") }
    }

    @Test func aHandshakesReasonIsReadable() {
        struct Failure: Error, CustomStringConvertible {
            var description: String {
                "handshakeFailed(sslError([Error: 268435581 error:1000007d:SSL "
                    + "routines:OPENSSL_internal:CERTIFICATE_VERIFY_FAILED at /somewhere/handshake.cc:393]))"
            }
        }
        #expect(ConnectionProbe.reason(of: Failure()) == "certificate verify failed")
        let mismatch = NIOSSLExtraError.failedToValidateHostname
        #expect(ConnectionProbe.reason(of: mismatch, host: "a.example") == "the certificate is not for a.example")
        #expect(ConnectionProbe.reason(of: CancellationError()) == "the other side broke it off")
    }

    // MARK: Home and records

    private func home(_ mode: UInt32 = 0o700, isFolder: Bool = true, isOwn: Bool = true, isWritable: Bool = true)
        -> (path: String, facts: PathFacts)
    {
        ("home", PathFacts(isFolder: isFolder, mode: mode, isOwn: isOwn, isWritable: isWritable))
    }

    @Test func homes() {
        #expect(Finding.home("home", nearest: home(), isReadOnly: false).status == .ok)
        #expect(Finding.home("home/a", nearest: home(0o755), isReadOnly: false).status == .ok)
        #expect(Finding.home("home", nearest: home(0o750), isReadOnly: false).status == .warning)
        #expect(Finding.home("home", nearest: home(isOwn: false), isReadOnly: false).status == .warning)
        #expect(Finding.home("home", nearest: home(), isReadOnly: true).status == .failure)
        #expect(Finding.home("home", nearest: home(isWritable: false), isReadOnly: false).status == .failure)
        #expect(Finding.home("home/a", nearest: home(isFolder: false), isReadOnly: false).status == .failure)
    }

    @Test(arguments: [
        (UInt64(64 << 20) - 1, Finding.Status.failure, "63.9 MiB"), (64 << 20, .warning, "64.0 MiB"),
        (1 << 30, .ok, "1.0 GiB"), (0, .failure, "0 B"), (.max, .ok, "15.9 EiB"),
    ]) func space(_ bytes: UInt64, _ status: Finding.Status, _ text: String) {
        #expect(Finding.space(bytes).status == status)
        #expect(Finding.space(bytes).detail.hasPrefix(text), "\(Finding.space(bytes).detail)")
    }

    @Test func stores() {
        func health(isOwn: Bool = true, format: Int = 1, damages: [String] = []) -> StoreHealth {
            StoreHealth(isOwn: isOwn, format: format, supportedFormat: 1, damages: damages, runs: 3)
        }
        #expect(Finding.store(nil, fileSystem: "ext4").status == .ok)
        #expect(Finding.store(health(), fileSystem: nil).status == .ok)
        #expect(Finding.store(health(), fileSystem: "nfs4").status == .warning)
        #expect(Finding.store(health(), fileSystem: "fuse.sshfs").status == .warning)
        #expect(Finding.store(health(isOwn: false), fileSystem: "ext4").status == .failure)
        #expect(Finding.store(health(format: 2), fileSystem: "ext4").status == .failure)
        #expect(Finding.store(health(damages: ["row 1 missing"]), fileSystem: "ext4").detail.contains("row 1 missing"))
    }

    @Test func auditLogs() {
        func log(_ sequence: Int, torn: Int = 0) -> AuditLog.Inspection {
            AuditLog.Inspection(segments: 1, sequence: sequence, timestamp: "2026-11-22T00:00:00Z", tornBytes: torn)
        }
        #expect(Finding.auditLog(nil).status == .ok)
        #expect(Finding.auditLog(log(7)).detail == "7 entries, the last of 2026-11-22T00:00:00Z")
        #expect(Finding.auditLog(log(7, torn: 12)).status == .warning)
    }

    // MARK: Webhooks

    @Test func webhooks() {
        func facts(_ outcome: WebhookFacts.Arrival, isSigned: Bool = true, isTargetLocal: Bool = true) -> Finding {
            .webhook(
                WebhookFacts(
                    listen: "127.0.0.1:8080",
                    url: "http://127.0.0.1:8080/webhook/simulation-events",
                    isSigned: isSigned,
                    isTargetLocal: isTargetLocal,
                    outcome: outcome
                )
            )
        }
        let arrived = WebhookFacts.Arrival.answered(status: 200, hasArrived: true)
        #expect(facts(arrived).status == .ok)
        #expect(facts(arrived, isSigned: false).status == .warning)
        #expect(facts(arrived, isTargetLocal: false).advice.contains("--webhook-url"))
        #expect(facts(.answered(status: 200, hasArrived: false)).status == .failure)
        #expect(facts(.answered(status: 401, hasArrived: false)).advice.contains("signature"))
        #expect(facts(.notListening("in use")).detail.contains("in use"))
        #expect(facts(.unreachable("no route")).detail.contains("no route"))
    }

    // MARK: The whole

    private func report(_ findings: [Finding]) -> DoctorReport { DoctorReport(subject: "target x", findings: findings) }

    @Test func theExitCodeIsOfWhatComesFirst() {
        let warning = Finding.warning("")
        let local = Finding.failure(.local, "")
        let remote = Finding.failure(.remote, "")
        let configuration = Finding.failure(.configuration, "")
        #expect(report([]).exitCode == .pass)
        #expect(report([warning, .skipped("")]).exitCode == .pass)
        #expect(report([local]).exitCode == .assertionFailed)
        #expect(report([local, remote]).exitCode == .refused)
        #expect(report([local, remote, configuration]).exitCode == .usage)
    }

    @Test func aFailedCheckHidesNoIndependentOne() async {
        let findings = await DoctorCheck.findings([
            DoctorCheck(name: "a") { .failure(.local, "") },
            DoctorCheck(name: "b", needs: ["a"]) { .ok("") },
            DoctorCheck(name: "c", needs: ["b"]) { .ok("") },
            DoctorCheck(name: "d") { .warning("") },
            DoctorCheck(name: "e", needs: ["d"]) { .ok("") },
        ])
        #expect(findings.map(\.status) == [.failure, .skipped, .skipped, .warning, .ok])
        #expect(findings[2].detail == "needs b")
    }

    @Test func theTextHasALinePerCheck() {
        var findings: [Finding] = [
            .ok("it is reached").with(["connected to it"]), .failure(.remote, "one\ntwo", "Do it."),
            .skipped("needs token"),
        ]
        for (index, name) in ["address", "token", "read scope"].enumerated() { findings[index].name = name }
        let text = report(findings)
        let expected = """
            ringback doctor  target x
              ✓ address      it is reached
              ✗ token        one
                             two
                             → Do it.
              – read scope   needs token
              FAIL  failed: token · skipped: read scope
            """
        #expect(text.text(style: .plain, width: 80) == expected)
        #expect(text.text(style: .plain, width: 80, isVerbose: true).contains("connected to it"))
        #expect(!text.text(style: .plain, width: 80).contains("connected to it"))
    }
}
