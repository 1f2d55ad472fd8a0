import Foundation
import RingbackTestKit
import SimulationAPI
import Testing

/// Hostile clients of a service: others are still answered, on each of its listeners.
@Suite(.serialized, .timeLimit(.minutes(15)))
struct HostileServiceTests {
    private typealias Abuse = HostileClientTests.Abuse

    private static let get = "GET /v1/runs HTTP/1.1\r\nHost: 127.0.0.1\r\n"
    private static let post = "POST /v1/tokens HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"

    static let all: [HostileClientTests.Abuse] = [
        .init(testDescription: "slow head", opening: get, piece: "x: y\r\n"),
        .init(testDescription: "slow body", opening: post + "Content-Length: 60000\r\n\r\n", piece: "xxxxxxxxxx"),
        .init(
            testDescription: "a huge head",
            opening: get + "Authorization: Bearer ",
            piece: String(repeating: "y", count: 65_536),
            pause: .zero
        ),
        .init(
            testDescription: "a body without an end",
            opening: post + "Transfer-Encoding: chunked\r\n\r\n",
            piece: "10000\r\n" + String(repeating: "z", count: 65_536) + "\r\n",
            pause: .zero
        ),
        .init(
            testDescription: "ten thousand pipelined requests",
            connections: 2,
            opening: String(repeating: "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n", count: 10_000)
        ),
        .init(
            testDescription: "wrong tokens",
            opening: "",
            piece: get + "Authorization: Bearer wrong\r\nX-Forwarded-For: 198.51.100.7\r\n\r\n",
            pause: .zero
        ),
        .init(
            testDescription: "forged hosts and origins",
            opening: "",
            piece: "POST /v1/runs/1/cancel HTTP/1.1\r\nHost: evil.example\r\nOrigin: http://127.0.0.1\r\n"
                + "X-Forwarded-Host: 127.0.0.1\r\nForwarded: for=127.0.0.1\r\n\r\n",
            pause: .zero
        ),
        .init(testDescription: "idle connections", connections: 400, opening: ""),
    ]

    @Test(arguments: all) func othersAreStillAnswered(_ abuse: HostileClientTests.Abuse) async throws {
        try await Workspace.with { workspace in
            let secret = ReceivingRun.secret
            let service = try await RunningService(
                workspace,
                ["--metrics-listen", "127.0.0.1:0", "--log-level", "warning"],
                ["RINGBACK_API_TOKEN": "t0ken-canary", "RINGBACK_WEBHOOK_SECRET": secret]
            )
            let attack = Task { await HostileClientTests.attack(abuse, port: service.port) }
            defer { attack.cancel() }
            // Each is answered; one that is not ends the test at its time limit.
            for number in 0..<15 {
                #expect(try await service.get("/v1/runs").status == 200)
                #expect(try await service.get("/readyz").status == 200)
                let event =
                    #"{"simulationId":"s","callId":"c\#(number)","state":"ringing","timestamp":"2026-11-29T12:00:00.000Z","durationMs":1}"#
                #expect(try await service.send(event, id: "msg_\(number)", secret: secret).status == 200)
                try await Task.sleep(for: .milliseconds(50))
            }
            attack.cancel()
            service.program.signal(SIGKILL)
            await attack.value
            #expect(service.program.peakKiB < 400 * 1024)
        }
    }

    /// A hundred wrong tokens, each from another forged address, do not lock the right one out.
    @Test func wrongTokensLockNobodyOut() async throws {
        try await Workspace.with { workspace in
            let service = try await RunningService(
                workspace,
                ["--trusted-proxy", "127.0.0.1"],
                ["RINGBACK_API_TOKEN": "t0ken-canary"]
            )
            for number in 0..<100 {
                let answer = try await HTTPAnswer.to(
                    "GET",
                    service.origin + "/v1/runs",
                    headers: [
                        ("Authorization", "Bearer wrong-\(number)"), ("X-Forwarded-For", "198.51.100.\(number)"),
                    ]
                )
                #expect(answer.status == 401)
            }
            #expect(try await service.get("/v1/runs").status == 200)
            let log = await service.stop().stderr
            #expect(log.contains("client=198.51.100.7") && !log.contains("wrong-7"))
        }
    }

    /// A token that another process makes works at once; one that it revokes ends within ten seconds.
    @Test func tokensOfOtherProcessesCount() async throws {
        try await Workspace.with { workspace in
            let service = try await RunningService(workspace, [], ["RINGBACK_API_TOKEN": "t0ken-canary"])
            let made = try await workspace.run(["token", "create", "--name", "ci", "--role", "viewer", "--quiet"])
            let token = made.stdout.trimmingCharacters(in: .whitespacesAndNewlines)
            #expect(try await service.get("/v1/runs", token: token).status == 200)
            #expect(try await workspace.run(["token", "revoke", "ci"]).exitCode == 0)
            let revoked = ContinuousClock.now
            while try await service.get("/v1/runs", token: token).status == 200 {
                try #require(revoked.duration(to: .now) < .seconds(10), "a revoked token still counts")
                try await Task.sleep(for: .milliseconds(200))
            }
            _ = await service.stop()
        }
    }
}
