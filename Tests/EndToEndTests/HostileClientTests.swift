import Foundation
import RingbackTestKit
import SimulationAPI
import Testing

/// A healthy client beside hostile ones is still answered, and memory stays bounded.
///
/// Each attack has a receiver of its own, and they run one after the other: one alone keeps a core busy.
@Suite(.serialized, .timeLimit(.minutes(15)))
struct HostileClientTests {
    private static let head = "POST \(Endpoint.webhook) HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"

    /// One way to misuse a server: what is sent, piece by piece, over and over.
    struct Abuse: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var connections = 20
        /// What is sent first.
        var opening: String
        /// What is sent after it again and again, with this pause in between.
        var piece = ""
        var pause = Duration.milliseconds(50)
    }

    static let all: [Abuse] = [
        Abuse(testDescription: "slow head", opening: "POST / HTTP/1.1\r\n", piece: "x: y\r\n"),
        Abuse(testDescription: "slow body", opening: head + "Content-Length: 200000\r\n\r\n", piece: "xxxxxxxxxx"),
        Abuse(
            testDescription: "a byte a second",
            opening: head + "Content-Length: 1000\r\n\r\n",
            piece: "x",
            pause: .seconds(1)
        ),
        Abuse(
            testDescription: "very many tiny headers",
            opening: head,
            piece: String(repeating: "a: b\r\n", count: 5000),
            pause: .zero
        ),
        Abuse(
            testDescription: "a huge header",
            opening: head + "x: ",
            piece: String(repeating: "y", count: 65_536),
            pause: .zero
        ),
        Abuse(
            testDescription: "chunks without an end",
            opening: head + "Transfer-Encoding: chunked\r\n\r\n",
            piece: "10000\r\n" + String(repeating: "z", count: 65_536) + "\r\n",
            pause: .zero
        ),
        Abuse(
            testDescription: "a length that lies",
            opening: head + "Content-Length: 5\r\n\r\n{}",
            piece: "GARBAGE\r\n\r\n"
        ),
        Abuse(
            testDescription: "two lengths",
            opening: head
                + "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET / HTTP/1.1\r\nHost: x\r\n\r\n"
        ),
        Abuse(
            testDescription: "ten thousand pipelined requests",
            connections: 2,
            opening: String(repeating: head + "Content-Length: 2\r\n\r\n{}", count: 10_000)
        ),
        Abuse(testDescription: "idle connections", connections: 600, opening: ""),
        Abuse(
            testDescription: "compressed body",
            opening: head + "Content-Encoding: gzip\r\nContent-Length: 20\r\n\r\n\u{1F}abcdefghijklmnopqrs",
            piece: head + "Content-Encoding: gzip\r\nContent-Length: 20\r\n\r\n\u{1F}abcdefghijklmnopqrs"
        ),
        Abuse(
            testDescription: "HTTP/2 preface",
            opening: "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
            piece: String(repeating: "\0\0\0\u{04}\0\0\0\0\0", count: 1000)
        ),
    ]

    static func attack(_ abuse: Abuse, port: Int) async {
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<abuse.connections {
                group.addTask {
                    while !Task.isCancelled {
                        guard let connection = try? RawConnection(port: port) else { return }
                        var isOpen = await connection.send(abuse.opening)
                        while isOpen, !Task.isCancelled {
                            try? await Task.sleep(for: max(abuse.pause, .milliseconds(1)))
                            isOpen = abuse.piece.isEmpty ? !Task.isCancelled : await connection.send(abuse.piece)
                        }
                    }
                }
            }
        }
    }

    @Test(arguments: all) func otherClientsAreStillServed(_ abuse: Abuse) async throws {
        try await Workspace.with { workspace in
            let latencies = Shared<[Duration]>([])
            let peak = Shared(0)
            try await ReceivingRun.with(workspace, measuresMemory: true) { receiving in
                let connection = try RawConnection(port: receiving.port)
                #expect(try await receiving.deliver("first", over: connection) == 200)
                let attack = Task { await Self.attack(abuse, port: receiving.port) }
                let end = ContinuousClock.now.advanced(by: .seconds(3))
                var number = 0
                while ContinuousClock.now < end {
                    number += 1
                    let start = ContinuousClock.now
                    #expect(try await receiving.deliver("msg_\(number)", over: connection) == 200)
                    latencies.withLock { $0.append(start.duration(to: .now)) }
                }
                attack.cancel()
                receiving.program.signal(SIGKILL)
                await attack.value
                peak.withLock { [program = receiving.program] in $0 = program.peakKiB }
            }
            let sorted = latencies.withLock { $0.sorted() }
            let p99 = try #require(sorted.dropFirst(sorted.count * 99 / 100).first)
            let kibibytes = peak.withLock { $0 }
            print("hostile: \(abuse.testDescription): \(sorted.count) healthy, p99 \(p99), \(kibibytes / 1024) MiB")
            // Debug builds on a busy machine: the bound is far above what a release build needs.
            #expect(p99 < .seconds(5))
            #expect(kibibytes < 256 * 1024)
            #expect(try workspace.storedWebhooks().ids.count == sorted.count + 1)
        }
    }
}
