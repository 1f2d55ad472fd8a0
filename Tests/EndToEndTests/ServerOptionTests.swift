import ExactJSON
import Foundation
import HTTPService
import HTTPTypes
import RingbackTestKit
import Synchronization
import Testing

/// `--server`: a run at a service, through proxies that answer for it.
@Suite(.timeLimit(.minutes(15)))
struct ServerOptionTests {
    private static let token = ["RINGBACK_API_TOKEN": "t0ken-canary"]
    private static let page = "<html><body>busy</body></html>"

    @Test(arguments: [("== 20", Int32(0), "passed"), ("== 21", 1, "failed")])
    func theExitCodeIsTheRuns(_ demand: String, _ code: Int32, _ state: String) async throws {
        try await Workspace.with { workspace in
            try workspace.scenario(extra: "thresholds: {callsAttempted: \"\(demand)\"}")
            let service = try await RunningService(workspace, [], ServiceRunTests.variables)
            let run = try await workspace.run(
                ["run", "scenario.yaml", "--server", service.origin, "--out", "copied", "--json"],
                environment: Self.token
            )
            #expect(run.exitCode == code, "\(run.stderr)")
            let result = try JSONReader.read(run.stdout)
            #expect(result["calls"]?["attempted"] == 20)
            #expect(try JSONReader.read(workspace.text("copied/result.json")) == result)
            #expect(try workspace.events("\(workspace.folder)/copied").isEmpty == false)
            #expect(try workspace.text("copied/report.html").contains("<svg"))
            let id = try #require(result["runId"]?.string)
            #expect(try await service.get("/v1/runs/\(id)").json["state"]?.string == state)
            let again = try await workspace.run(
                ["run", "--resume", id, "--server", service.origin, "--quiet"],
                environment: Self.token
            )
            #expect(again.exitCode == code && again.stdout == (code == 0 ? "PASS\n" : "FAIL\n"))
            _ = await service.stop()
        }
    }

    /// The proxy passes the request on and answers 504: the key makes it one run, which is followed to its end.
    @Test func aLostAnswerIsOneRun() async throws {
        try await behind { asked, service in
            guard asked.method == .post, asked.number == 1 else { return try await service(asked) }
            _ = try await service(asked)
            return ServiceResponse(status: 504, type: "text/html", body: Array(Self.page.utf8))
        } body: { run, service in
            #expect(run.exitCode == 0, "\(run.stderr)")
            #expect(run.stderr.contains("504") && run.stderr.contains("not Ringback's own"), "\(run.stderr)")
            let list = try await service.get("/v1/runs").json
            #expect(list.elementCount == 1)
        }
    }

    @Test func aRefusalOfAProxyIsNamedByItsStatus() async throws {
        try await behind { asked, service in
            guard asked.method == .post else { return try await service(asked) }
            return ServiceResponse(status: 413, type: "text/html", body: Array(Self.page.utf8))
        } body: { run, _ in
            #expect(run.exitCode == 3 && run.stderr.contains("413"), "\(run.stderr)")
            #expect(run.stderr.contains("not Ringback's own"), "\(run.stderr)")
        }
    }

    @Test func tenPagesOfAProxyAreWaitedOut() async throws {
        try await behind(timeout: "60s") { asked, service in
            guard asked.method == .get, asked.number <= 3 else { return try await service(asked) }
            return ServiceResponse(status: 502, type: "text/html", body: Array(Self.page.utf8))
        } body: { run, _ in
            #expect(run.exitCode == 0, "\(run.stderr)")
        }
    }

    @Test func silenceEndsWithTheCommandThatFollows() async throws {
        try await behind(timeout: "2s") { asked, service in
            if asked.method == .post { return try await service(asked) }
            try await Task.sleep(for: .seconds(60))
            return ServiceResponse(status: 500)
        } body: { run, service in
            #expect(run.exitCode == 5, "\(run.stderr)")
            let items = try await service.get("/v1/runs").json["items"]?.elements ?? []
            let id = try #require(items.first?["id"]?.string)
            #expect(run.stderr.contains("ringback run --server http://127.0.0.1:"), "\(run.stderr)")
            #expect(run.stderr.contains("--resume \(id) follows it"), "\(run.stderr)")
        }
    }

    @Test func anInterruptionCancelsTheRun() async throws {
        try await Workspace.with { workspace in
            try await workspace.withSandbox(["--speed", "1"], environment: ServiceRunTests.key) { sandbox in
                try workspace.scenario(calls: 2000)
                let service = try await RunningService(
                    workspace,
                    ["--profile", "sandbox", "--poll-interval", "50ms"],
                    ServiceRunTests.variables.merging(sandbox.variables) { $1 }
                )
                let run = try workspace.start(
                    ["run", "scenario.yaml", "--target", "cxone", "--server", service.origin],
                    environment: Self.token
                )
                try await eventually(every: .milliseconds(50)) { try await sandbox.simulations().count == 1 }
                run.signal(SIGINT)
                let ended = await run.finished()
                #expect(ended.exitCode == 4, "\(ended.stderr)")
                #expect(try await sandbox.simulations().map { $0["state"]?.string } == ["cancelled"])
                _ = await service.stop()
            }
        }
    }

    @Test(
        arguments: [
            (["--server", "ftp://x"], "http://HOST:PORT"), (["--server", "http://example.com"], "CXONE_ALLOW_HTTP"),
            (["--server", "http://127.0.0.1:1", "--speed", "2"], "--speed and --server"),
            (["--server", "http://127.0.0.1:1", "--anchor", "x"], "--anchor and --server"),
        ]
    )
    func whatAServiceDecidesIsRefused(_ flags: [String], _ words: String) async throws {
        try await Workspace.with { workspace in
            try workspace.scenario()
            let run = try await workspace.run(["run", "scenario.yaml"] + flags, environment: Self.token)
            #expect(run.exitCode == 2 && run.stderr.contains(words), "\(run.stderr)")
        }
    }

    @Test func withoutATokenNothingIsSent() async throws {
        try await Workspace.with { workspace in
            try workspace.scenario()
            let run = try await workspace.run(["run", "scenario.yaml", "--server", "http://127.0.0.1:1"])
            #expect(run.exitCode == 2 && run.stderr.contains("RINGBACK_API_TOKEN"), "\(run.stderr)")
        }
    }

    // MARK: A proxy

    /// A request that comes to a proxy, the number of its method counted from 1.
    private struct Asked: Sendable {
        var method: HTTPRequest.Method
        var number: Int
        var request: ServiceRequest
    }

    private typealias PassOn = @Sendable (Asked) async throws -> ServiceResponse

    /// Runs a scenario at a service through a proxy.
    private func behind(
        timeout: String = "30s",
        _ proxy: @escaping @Sendable (Asked, PassOn) async throws -> ServiceResponse,
        body: (Program.Finished, RunningService) async throws -> Void
    ) async throws {
        try await Workspace.with { workspace in
            try workspace.scenario()
            let service = try await RunningService(workspace, [], ServiceRunTests.variables)
            let counts = Mutex<[HTTPRequest.Method: Int]>([:])
            let pass: PassOn = { try await Self.passOn($0.request, to: service.origin) }
            let run = try await Loopback.serve { request in
                let number = counts.withLock { counts in
                    counts[request.method, default: 0] += 1
                    return counts[request.method, default: 0]
                }
                let asked = Asked(method: request.method, number: number, request: request)
                do { return try await proxy(asked, pass) } catch { return ServiceResponse(status: 502) }
            } body: { origin in
                try await workspace.run(
                    ["run", "scenario.yaml", "--server", origin, "--timeout", timeout],
                    environment: Self.token
                )
            }
            try await body(run, service)
            _ = await service.stop()
        }
    }

    private static func passOn(_ request: ServiceRequest, to origin: String) async throws -> ServiceResponse {
        let query = request.query.map { "\($0.name)=\($0.value)" }.joined(separator: "&")
        let answer = try await HTTPAnswer.to(
            request.method.rawValue,
            origin + request.path + (query.isEmpty ? "" : "?\(query)"),
            headers: request.headers.map { ($0.name.rawName, $0.value) }.filter {
                ["authorization", "content-type", "idempotency-key"].contains($0.0.lowercased())
            },
            body: try await request.body(upTo: 1 << 20)
        )
        return ServiceResponse(status: answer.status, type: answer.headers["content-type"], body: answer.body)
    }
}
