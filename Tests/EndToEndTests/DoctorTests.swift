import ExactJSON
import Foundation
import HTTPService
import HTTPTypes
import RingbackTestKit
import SimulationAPI
import Testing

/// `ringback doctor` from outside, against the embedded sandbox and against fake APIs with one thing wrong.
@Suite(.timeLimit(.minutes(15)))
struct DoctorTests {
    static let secret = "whsec_" + Data(repeating: 7, count: 32).base64EncodedString()

    /// What a doctor said.
    struct Answer {
        var ended: Program.Finished
        var document: JSONValue

        var exitCode: Int32 { ended.exitCode }

        func check(_ name: String) -> JSONValue? {
            document["checks"]?.elements?.first { $0["name"]?.string == name }
        }

        func status(_ name: String) -> String? { check(name)?["status"]?.string }

        /// Detail and advice of a check.
        func text(_ name: String) -> String {
            [check(name)?["detail"]?.string, check(name)?["advice"]?.string].compactMap { $0 }.joined(separator: " ")
        }

        /// The checks that are not ok.
        var troubles: [String: String] {
            let pairs = (document["checks"]?.elements ?? []).compactMap { check -> (String, String)? in
                guard let name = check["name"]?.string, let status = check["status"]?.string else { return nil }
                return status == "ok" ? nil : (name, status)
            }
            return Dictionary(pairs) { $1 }
        }
    }

    private func doctor(
        _ workspace: Workspace,
        _ arguments: [String] = [],
        environment: [String: String] = [:]
    ) async throws -> Answer {
        let ended = try await workspace.run(["doctor", "--json"] + arguments, environment: environment)
        let document = try JSONReader.read(Array(ended.stdout.utf8))
        #expect(document["exitCode"]?.integer == Int(ended.exitCode))
        #expect(document["verdict"]?.string == (ended.exitCode == 0 ? "pass" : "fail"))
        #expect(!(ended.stdout + ended.stderr).contains("canary"))
        return Answer(ended: ended, document: document)
    }

    /// Asks a fake API, which must see no create and nothing but questions.
    private func doctor(
        _ workspace: Workspace,
        against script: FakeScript,
        _ arguments: [String] = [],
        environment: [String: String] = [:]
    ) async throws -> Answer {
        try await FakeAPI.with(script) { api in
            let variables = Workspace.credentials(api.origin)
                .merging(["RINGBACK_WEBHOOK_SECRET": Self.secret]) { $1 }.merging(environment) { $1 }
            let base = ["--target", "cxone", "--webhook-listen", "127.0.0.1:0"]
            let answer = try await doctor(workspace, base + arguments, environment: variables)
            #expect(api.requests(.create).isEmpty)
            #expect(api.requests.allSatisfy { $0.operation == .token || $0.operation == .list })
            return answer
        }
    }

    private static func dated(_ offset: TimeInterval) -> [String: String] {
        let formatter = DateFormatter()
        formatter.locale = Locale(identifier: "en_US_POSIX")
        formatter.timeZone = TimeZone(identifier: "GMT")
        formatter.dateFormat = "EEE, dd MMM yyyy HH:mm:ss 'GMT'"
        return ["Date": formatter.string(from: Date(timeIntervalSinceNow: offset))]
    }

    private static func token(scope: String = Scope.all, lifetime: Int = 3600, clock: TimeInterval = 0) -> FakeAnswer {
        let answer = TokenAnswer(accessToken: "fake-token-canary", expiresIn: lifetime, scope: scope)
        return .raw(200, headers: dated(clock), body: answer.json.text)
    }

    /// A well-behaved API whose answers are dated.
    private static func script(_ change: (inout FakeScript) -> Void = { _ in }) -> FakeScript {
        FakeScript {
            $0.token = [token()]
            change(&$0)
        }
    }

    // MARK: All is well

    @Test func theEmbeddedSandboxIsWell() async throws {
        try await Workspace.with { workspace in
            let answer = try await doctor(workspace)
            #expect(answer.exitCode == 0)
            #expect(answer.troubles.isEmpty, "\(answer.document.prettyText)")
            #expect(answer.ended.stderr == "")
            let names = answer.document["checks"]?.elements?.compactMap { $0["name"]?.string }
            #expect(
                names == [
                    "versions", "configuration", "home", "disk space", "store", "audit log", "address", "tls", "token",
                    "read scope", "write scope", "metrics scope", "clock", "webhook",
                ]
            )
        }
    }

    @Test func aRemoteTargetIsWell() async throws {
        try await Workspace.with { workspace in
            let answer = try await doctor(workspace, against: Self.script())
            #expect(answer.exitCode == 0)
            #expect(answer.troubles.isEmpty, "\(answer.document.prettyText)")
            #expect(answer.text("configuration").contains("base URL from CXONE_BASE_URL"))
        }
    }

    @Test func nothingIsMade() async throws {
        try await Workspace.with { workspace in
            _ = try await doctor(workspace)
            #expect(!FileManager.default.fileExists(atPath: workspace.home))
            try workspace.scenario()
            #expect(try await workspace.run(["run", "scenario.yaml", "--out", "out"]).exitCode == 0)
            let before = try FileManager.default.subpathsOfDirectory(atPath: workspace.folder).sorted()
            let log = try workspace.text("\(workspace.home)/audit/00000001.jsonl")
            let answer = try await doctor(workspace)
            #expect(answer.troubles.isEmpty, "\(answer.document.prettyText)")
            #expect(answer.text("store").contains("the database is sound, with 1 run"))
            #expect(answer.text("audit log").contains(" entries, the last of 20"))
            #expect(try FileManager.default.subpathsOfDirectory(atPath: workspace.folder).sorted() == before)
            #expect(try workspace.text("\(workspace.home)/audit/00000001.jsonl") == log)
        }
    }

    @Test func peopleGetALinePerCheck() async throws {
        try await Workspace.with { workspace in
            let ended = try await workspace.run(["doctor"], environment: ["COLUMNS": "200"])
            #expect(ended.exitCode == 0)
            #expect(ended.stderr == "")
            let lines = ended.stdout.split(separator: "\n")
            #expect(lines.count == 16 && lines[1...14].allSatisfy { $0.hasPrefix("  ✓ ") }, "\(ended.stdout)")
            #expect(lines.last == "  PASS  nothing stands in the way of a run")
            let quiet = try await workspace.run(["doctor", "--quiet"])
            #expect(quiet.stdout == "PASS  nothing stands in the way of a run\n")
            let verbose = try await workspace.run(["doctor", "-v"])
            #expect(verbose.stdout.contains("scopes granted: dialer:campaigns:write"), "\(verbose.stdout)")
        }
    }

    // MARK: Configuration

    @Test func everythingMissingIsNamed() async throws {
        try await Workspace.with { workspace in
            let answer = try await doctor(
                workspace,
                ["--target", "cxone", "--webhook-listen", "127.0.0.1:0"],
                environment: ["CXONE_CLIENT_AUTH": "digest", "RINGBACK_WEBHOOK_SECRET": "hunter2"]
            )
            #expect(answer.exitCode == 2)
            for name in ["CXONE_ORG_ID", "CXONE_CLIENT_ID", "CXONE_CLIENT_SECRET", "CXONE_CLIENT_AUTH"] {
                #expect(answer.text("configuration").contains(name), "\(answer.document.prettyText)")
            }
            #expect(answer.status("token") == "skipped" && answer.status("clock") == "skipped")
            #expect(answer.status("webhook") == "failure")
            #expect(answer.text("webhook").contains("RINGBACK_WEBHOOK_SECRET must be whsec_"))
            #expect(!answer.text("webhook").contains("hunter2"))
            #expect(answer.status("home") == "ok")
        }
    }

    @Test func aBadProfileIsAConfigurationFailure() async throws {
        try await Workspace.with { workspace in
            let path = "\(workspace.folder)/p.yaml"
            try "version: 1\nname: p\nhonour: {}\n".write(toFile: path, atomically: true, encoding: .utf8)
            let answer = try await doctor(workspace, ["--profile", "p.yaml"])
            #expect(answer.exitCode == 2)
            #expect(answer.text("configuration").contains("p.yaml:3:1: error: "), "\(answer.document.prettyText)")
            #expect(answer.status("webhook") == "ok")
            let unknown = try await doctor(workspace, ["--profile", "sandbax"])
            #expect(unknown.exitCode == 2)
            #expect(unknown.text("configuration").contains("did you mean sandbox?"))
        }
    }

    @Test func httpBeyondLoopbackIsRefused() async throws {
        try await Workspace.with { workspace in
            let answer = try await doctor(
                workspace,
                against: Self.script(),
                environment: ["CXONE_BASE_URL": "http://192.0.2.1"]
            )
            #expect(answer.exitCode == 2)
            #expect(answer.text("configuration").contains("https"))
            #expect(answer.status("address") == "skipped")
            #expect(answer.status("webhook") == "ok")
        }
    }

    // MARK: The remote side

    @Test func aWrongSecretIsRefused() async throws {
        try await Workspace.with { workspace in
            let refusal = FakeAnswer.raw(401, headers: Self.dated(0), body: #"{"error": "invalid_client"}"#)
            let script = Self.script { $0.token = [refusal] }
            let plain = try await doctor(workspace, against: script)
            #expect(plain.exitCode == 3)
            #expect(
                plain.troubles == [
                    "token": "failure", "read scope": "skipped", "write scope": "skipped", "metrics scope": "skipped",
                ]
            )
            #expect(plain.text("token").contains("Check CXONE_CLIENT_ID and CXONE_CLIENT_SECRET."))
            #expect(!plain.text("token").contains("CXONE_CLIENT_AUTH"))
            let special = try await doctor(
                workspace,
                against: script,
                environment: ["CXONE_CLIENT_SECRET": "s3cret/canary+"]
            )
            #expect(special.text("token").contains("CXONE_CLIENT_AUTH=basic-raw or post"), "\(special.text("token"))")
        }
    }

    @Test func missingScopesAreNamed() async throws {
        try await Workspace.with { workspace in
            let forbidden = FakeAnswer.problem(403, "insufficient_scope", "no")
            let answer = try await doctor(
                workspace,
                against: Self.script {
                    $0.token = [Self.token(scope: "dialer:metrics:read")]
                    $0.list = [forbidden]
                }
            )
            #expect(answer.exitCode == 3)
            #expect(
                answer.troubles == ["token": "warning", "read scope": "failure", "write scope": "failure"],
                "\(answer.document.prettyText)"
            )
            #expect(answer.text("read scope").contains("dialer:simulations:read"))
            #expect(answer.text("write scope").contains("dialer:simulations:write"))
        }
    }

    @Test func aListThatIsNotOfferedIsAWarning() async throws {
        try await Workspace.with { workspace in
            let script = Self.script { $0.list = [.raw(404, body: "")] }
            let answer = try await doctor(workspace, against: script)
            #expect(answer.exitCode == 0)
            #expect(answer.troubles == ["read scope": "warning"])
            #expect(answer.text("read scope").contains("listByTag: false"))
        }
    }

    @Test func aProfileMaySayThatNothingIsListed() async throws {
        try await Workspace.with { workspace in
            let path = "\(workspace.folder)/p.yaml"
            try "version: 1\nname: p\nhonours: {listByTag: false}\n"
                .write(toFile: path, atomically: true, encoding: .utf8)
            let answer = try await doctor(workspace, against: Self.script(), ["--profile", "p.yaml"])
            #expect(answer.exitCode == 0)
            #expect(answer.text("read scope").contains("dialer:simulations:read is granted"))
        }
    }

    @Test(arguments: [
        (-10.0, "ok", Int32(0)), (60, "warning", 0), (-60, "warning", 0), (400, "failure", 1), (-400, "failure", 1),
    ])
    func clocksAreCompared(_ offset: Double, _ status: String, _ exitCode: Int32) async throws {
        try await Workspace.with { workspace in
            let answer = try await doctor(workspace, against: Self.script { $0.token = [Self.token(clock: offset)] })
            #expect(answer.status("clock") == status, "\(answer.text("clock"))")
            #expect(answer.exitCode == exitCode)
            #expect(answer.text("clock").contains(offset < 0 ? "behind" : "ahead"))
        }
    }

    @Test func whereNothingListensTheAddressFails() async throws {
        let reserved = try ReservedPort()
        defer { reserved.release() }
        try await Workspace.with { workspace in
            let answer = try await doctor(
                workspace,
                against: Self.script(),
                environment: ["CXONE_BASE_URL": "http://127.0.0.1:\(reserved.port)"]
            )
            #expect(answer.exitCode == 3)
            #expect(answer.status("address") == "failure" && answer.status("token") == "skipped")
            #expect(answer.text("address").contains("Connection refused"), "\(answer.text("address"))")
            #expect(answer.status("webhook") == "ok")
        }
    }

    @Test func aServerWithoutTLSFailsTheHandshake() async throws {
        try await Workspace.with { workspace in
            try await FakeAPI.with { api in
                let port = api.origin.split(separator: ":").last ?? ""
                let variables = Workspace.credentials("https://127.0.0.1:\(port)")
                let answer = try await doctor(
                    workspace,
                    ["--target", "cxone", "--webhook-listen", "127.0.0.1:0", "--timeout", "5s"],
                    environment: variables
                )
                #expect(answer.exitCode == 3)
                #expect(answer.status("address") == "ok" && answer.status("tls") == "failure")
                #expect(answer.status("token") == "skipped")
                #expect(answer.text("tls").contains("handshake"), "\(answer.text("tls"))")
            }
        }
    }

    @Test(.enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/openssl"), "needs openssl(1)"))
    func aCertificateOfNobodyIsNotTrusted() async throws {
        try await Workspace.with { workspace in
            let openssl = try Program(
                "/usr/bin/openssl",
                [
                    "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
                    "-subj", "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", "key.pem", "-out",
                    "certificate.pem",
                ],
                environment: ["PATH": "/usr/bin:/bin"],
                in: workspace.folder
            )
            #expect(await openssl.finished().exitCode == 0)
            let tls = ["--tls-certificate", "certificate.pem", "--tls-key", "key.pem"]
            let sandbox = try workspace.start(["sandbox", "--listen", "127.0.0.1:0"] + tls)
            let line = try #require(await sandbox.line { $0.hasPrefix("listening on ") })
            let origin = String(line.dropFirst("listening on ".count))
            var variables = Workspace.credentials(origin)
            let arguments = ["--target", "cxone", "--webhook-listen", "127.0.0.1:0"]
            let distrusted = try await doctor(workspace, arguments, environment: variables)
            #expect(distrusted.exitCode == 3)
            #expect(distrusted.text("tls").contains("certificate verify failed"), "\(distrusted.text("tls"))")
            variables["CXONE_BASE_URL"] = origin.replacing("https://", with: "http://")
            let plain = try await doctor(workspace, arguments, environment: variables)
            #expect(plain.exitCode == 3)
            #expect(plain.text("token").contains("Check scheme, host and port"), "\(plain.text("token"))")
            sandbox.signal(SIGTERM)
            _ = await sandbox.finished()
        }
    }

    // MARK: This machine

    @Test func aHomeThatIsNoFolderFails() async throws {
        try await Workspace.with { workspace in
            try "".write(toFile: workspace.home, atomically: true, encoding: .utf8)
            for home in [workspace.home, "\(workspace.home)/below"] {
                let answer = try await doctor(workspace, ["--home", home])
                #expect(answer.exitCode == 1)
                #expect(answer.status("home") == "failure" && answer.status("store") == "skipped")
                #expect(answer.status("webhook") == "ok")
            }
        }
    }

    @Test func aHomeThatOthersMayReadIsAWarning() async throws {
        try await Workspace.with { workspace in
            let mode: [FileAttributeKey: Any] = [.posixPermissions: 0o755]
            try FileManager.default.createDirectory(
                atPath: workspace.home,
                withIntermediateDirectories: true,
                attributes: mode
            )
            let answer = try await doctor(workspace)
            #expect(answer.exitCode == 0)
            #expect(answer.troubles == ["home": "warning"])
            #expect(answer.text("home").contains("chmod 700"))
        }
    }

    @Test func damagedRecordsFail() async throws {
        try await Workspace.with { workspace in
            try workspace.scenario()
            _ = try await workspace.run(["run", "scenario.yaml", "--out", "out"])
            try FileManager.default.removeItem(atPath: "\(workspace.home)/ringback.sqlite-wal")
            try "no database at all, and long enough to have a header of its own: ".appending(
                String(repeating: "x", count: 4096)
            )
            .write(toFile: "\(workspace.home)/ringback.sqlite", atomically: true, encoding: .utf8)
            try "no entry\n".write(toFile: "\(workspace.home)/audit/00000001.jsonl", atomically: true, encoding: .utf8)
            let answer = try await doctor(workspace)
            #expect(answer.exitCode == 1)
            #expect(answer.troubles == ["store": "failure", "audit log": "failure"], "\(answer.document.prettyText)")
        }
    }

    @Test func aTakenPortFails() async throws {
        try await Workspace.with { workspace in
            try await Loopback.serve { _ in
                ServiceResponse(status: 204)
            } body: { taken in
                let address = String(taken.dropFirst("http://".count))
                let answer = try await doctor(workspace, ["--webhook-listen", address])
                #expect(answer.exitCode == 1)
                #expect(answer.troubles == ["webhook": "failure"])
                #expect(answer.text("webhook").contains("cannot listen on \(address)"), "\(answer.text("webhook"))")
            }
        }
    }

    @Test func aProxyIsGoneThrough() async throws {
        let reserved = try ReservedPort()
        defer { reserved.release() }
        try await Workspace.with { [port = reserved.port] workspace in
            try await Loopback.serve { request in
                let body = (try? await request.body(upTo: 1 << 16)) ?? []
                let headers = request.headers.map { ($0.name.rawName, $0.value) }.filter { $0.0 != "Content-Length" }
                let passedOn = try? await HTTPAnswer.to(
                    "POST",
                    "http://127.0.0.1:\(port)/webhook/simulation-events",
                    headers: headers,
                    body: body
                )
                return ServiceResponse(status: passedOn?.status ?? 502)
            } body: { proxy in
                let url = "\(proxy)/hook"
                let arguments = ["--webhook-listen", "127.0.0.1:\(port)", "--webhook-url", url]
                let answer = try await doctor(workspace, arguments)
                #expect(answer.troubles.isEmpty, "\(answer.document.prettyText)")
                #expect(answer.text("webhook").contains("a signed event went through \(url)"))
            }
        }
    }

    @Test func somethingElseAtTheAddressIsTold() async throws {
        try await Workspace.with { workspace in
            try await Loopback.serve { _ in
                ServiceResponse(status: 200)
            } body: { other in
                let answer = try await doctor(workspace, ["--webhook-url", "\(other)/hook", "--timeout", "3s"])
                #expect(answer.exitCode == 1)
                #expect(answer.text("webhook").contains("something else listens there"))
            }
        }
    }

    @Test func withoutASecretTheDoctorSaysWhatIsTaken() async throws {
        try await Workspace.with { workspace in
            let answer = try await doctor(
                workspace,
                against: Self.script(),
                environment: ["RINGBACK_WEBHOOK_SECRET": ""]
            )
            #expect(answer.exitCode == 0)
            #expect(answer.troubles == ["webhook": "warning"])
            #expect(answer.text("webhook").contains("unsigned events are taken, on loopback addresses only"))
            let open = try await doctor(
                workspace,
                against: Self.script(),
                ["--webhook-listen", "0.0.0.0:0"],
                environment: ["RINGBACK_WEBHOOK_SECRET": ""]
            )
            #expect(open.exitCode == 2)
            #expect(open.text("webhook").contains("RINGBACK_WEBHOOK_SECRET"))
        }
    }
}
