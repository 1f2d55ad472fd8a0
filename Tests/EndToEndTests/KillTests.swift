import Foundation
import RingbackTestKit
import RunStore
import Statistics
import Testing

/// Every event that was answered with 200 is stored, whenever the process is killed.
@Suite(.serialized, .timeLimit(.minutes(120)))
struct KillTests {
    private static let points = InboxPoint.allCases.map(\.rawValue)
    private static let senders = 8
    private static let events = 500

    /// Kills at each named place once, and at two random moments; `RINGBACK_SOAK` is the number of rounds.
    @Test func whatWasAcknowledgedIsStored() async throws {
        var random = SplitMix64(seed: 5)
        for round in 0..<(Soak.rounds ?? Self.points.count + 2) {
            let point = round % (Self.points.count + 2)
            if point < Self.points.count {
                // Late enough that an event has been acknowledged, early enough that the place is reached.
                try await kill(at: "\(Self.points[point]):\(Int.random(in: 2...40, using: &random))", round)
            } else {
                try await kill(after: .milliseconds(Int.random(in: 0...400, using: &random)), round)
            }
        }
    }

    /// Kills the program at a place, or some time after the first delivery is under way.
    private func kill(at point: String? = nil, after delay: Duration = .zero, _ round: Int) async throws {
        try await Workspace.with { workspace in
            let acknowledged = Shared<Set<String>>([])
            let environment = point.map { ["RINGBACK_CRASH_AT": $0] } ?? [:]
            try await ReceivingRun.with(workspace, environment: environment) { receiving in
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for sender in 0..<Self.senders {
                        group.addTask {
                            guard let connection = try? RawConnection(port: receiving.port) else { return }
                            for number in 0..<Self.events / Self.senders {
                                let id = "msg_\(round)_\(sender)_\(number)"
                                let status = try await receiving.deliver(id, call: number, over: connection)
                                guard status == 200 else { return }
                                acknowledged.withLock { _ = $0.insert(id) }
                            }
                        }
                    }
                    if point == nil {
                        try await Task.sleep(for: delay)
                        receiving.program.signal(SIGKILL)
                    }
                    try await group.waitForAll()
                }
                if point != nil {
                    let ended = await receiving.program.finished()
                    #expect(ended.exitCode == -SIGKILL, "round \(round), \(point ?? "") \(ended.stderr)")
                }
            }
            let (stored, integrity) = try workspace.storedWebhooks()
            let answered = acknowledged.withLock { $0 }
            #expect(answered.subtracting(stored).isEmpty, "round \(round), \(point ?? "after \(delay)")")
            #expect(Set(stored).count == stored.count)
            #expect(integrity == "ok")
            // The next process finds the marker of the dead one, checks the database, and continues.
            let listed = try await workspace.run(["inbox", "list", "--limit", "1", "--json"])
            #expect(listed.exitCode == 0, "\(listed.stderr)")
        }
    }
}
