import Crypto
import ExactJSON
import Foundation
import RingbackTestKit
import SimulationAPI
import Statistics
import Testing

/// Three services share runs, slots, events and deliveries, and survive the loss of any of them and of the database.
///
/// Some cells of the table here; all of them, 20 seeds each, with `RINGBACK_SOAK` in `make soak`.
@Suite(.serialized, .timeLimit(.minutes(15)))
struct ClusterTests {
    private static let few = [
        ClusterFault(nemesis: .kill, phase: .create, seed: 1), ClusterFault(nemesis: .stop, phase: .tracking, seed: 2),
        ClusterFault(nemesis: .partition, phase: .tracking, seed: 3),
        ClusterFault(nemesis: .clock, phase: .create, seed: 4),
        ClusterFault(nemesis: .restart, phase: .end, seed: 5),
    ]

    /// All cells, in an order in which each part of the table has some of every kind.
    ///
    /// `RINGBACK_SOAK_CELLS` takes a part of them: `0-119`, for example, or `clock`.
    private static let all = (UInt64(1)...20).flatMap { seed in
        ClusterFault.Phase.allCases.flatMap { phase in
            ClusterFault.Nemesis.allCases.map { ClusterFault(nemesis: $0, phase: phase, seed: seed) }
        }
    }

    private static var cells: [ClusterFault] {
        let variables = ProcessInfo.processInfo.environment
        guard variables["RINGBACK_SOAK"] != nil else { return few }
        let part = variables["RINGBACK_SOAK_CELLS"] ?? ""
        if let nemesis = ClusterFault.Nemesis(rawValue: part) { return all.filter { $0.nemesis == nemesis } }
        let ends = part.split(separator: "-").compactMap { Int($0) }
        guard ends.count == 2 else { return all }
        return Array(all[max(0, ends[0])...min(ends[1], all.count - 1)])
    }

    @Test(arguments: cells) func nothingIsLostAndNothingIsDoneTwice(_ fault: ClusterFault) async throws {
        try await Cluster.with(hasFakeClock: fault.nemesis == .clock) { cluster in
            var random = SplitMix64(seed: fault.seed)
            // Each time that a run comes to its end is noted by the database itself.
            _ = try await cluster.query(
                """
                CREATE TABLE ends(run bigint);
                CREATE FUNCTION noteEnd() RETURNS trigger LANGUAGE plpgsql AS
                  $$ BEGIN INSERT INTO ends VALUES(NEW.rowID); RETURN NEW; END $$;
                CREATE TRIGGER noteEnd AFTER UPDATE ON runs FOR EACH ROW
                  WHEN (NEW.finishedAt IS DISTINCT FROM OLD.finishedAt OR OLD.finishedAt IS NOT NULL
                    AND NEW.verdict IS DISTINCT FROM OLD.verdict) EXECUTE FUNCTION noteEnd();
                """
            )
            let text = try cluster.workspace.text(
                try cluster.workspace.scenario(
                    extra: """
                        limits: {maxActiveSimulations: \(Cluster.slots)}
                        thresholds: {callsAttempted: "== 20"}
                        """
                )
            )
            let began = ContinuousClock.now
            var remote: [String] = []
            for number in 0..<12 {
                let isRemote = number % 6 != 5
                let service = cluster.workers[number % 3].service
                let id = try await service.submit(text, "?target=\(isRemote ? "cxone" : "sandbox")&seed=\(number)")
                if isRemote { remote.append(id) }
            }
            try await cluster.reach(fault.phase, &random)
            try await cluster.suffer(fault.nemesis, &random)
            try await cluster.wait(for: "the end of all runs") {
                try await cluster.query("SELECT id FROM runs WHERE finishedAt IS NULL").isEmpty
            }
            try await cluster.wait(for: "the end of all deliveries") {
                try await cluster.query("SELECT rowID FROM deliveries WHERE state = 'pending'").isEmpty
            }
            try await expectAllPassed(cluster, remote)
            try await expectOneOfEach(cluster, remote)
            try await expectDelivered(cluster)
            if ProcessInfo.processInfo.environment["RINGBACK_SOAK"] != nil {
                print("cell \(fault.testDescription): \((ContinuousClock.now - began).components.seconds) s")
            }
        }
    }

    /// No run is lost: each has passed, or had its sandbox in a process that died.
    private func expectAllPassed(_ cluster: Cluster, _ remote: [String]) async throws {
        let ended = try await cluster.query(
            """
            SELECT id, state, verdict, convert_from(document, 'UTF8')::json -> 'ending'
            FROM runs LEFT JOIN runDocuments ON run = rowID ORDER BY rowID
            """
        )
        #expect(ended.count == 12)
        for line in ended {
            let words = line.split(separator: "|").map { String($0) }
            let isRemote = remote.contains(words[0])
            #expect(words[1] == "passed" || !isRemote && words[1] == "errored", "\(line)")
        }
        // All events of each call came to the run.
        let calls = try await cluster.query(
            "SELECT run FROM runDocuments WHERE convert_from(document, 'UTF8') LIKE '%\"lost\":0%'"
        )
        #expect(calls.count >= remote.count)
    }

    private func expectOneOfEach(_ cluster: Cluster, _ remote: [String]) async throws {
        let tags = try await cluster.sandbox.simulations().compactMap { $0["tag"]?.string }
        #expect(tags.sorted() == remote.map { "e2e:\($0)" }.sorted(), "simulations of each run")
        let ends = try await cluster.query("SELECT run, count(*) FROM ends GROUP BY run HAVING count(*) > 1")
        #expect(ends.isEmpty, "runs that were completed more than once")
        #expect(try await cluster.query("SELECT runId FROM slotTickets").isEmpty)
        // The sandbox refuses a sixth simulation, and the audit log of the worker has the refusal.
        for worker in cluster.workers {
            let log = (try? cluster.workspace.text("\(worker.home)/audit/00000001.jsonl")) ?? ""
            #expect(!log.contains("refusals"), "a simulation was refused for want of a slot")
        }
    }

    /// Each event came to the monitor at least once, and those of a call in their order.
    private func expectDelivered(_ cluster: Cluster) async throws {
        let queued = try await cluster.query(
            """
            SELECT encode(convert_to(d.callKey, 'UTF8'), 'hex'), encode(digest, 'hex')
            FROM deliveries AS d JOIN webhooks AS w ON w.rowID = d.webhook ORDER BY d.rowID
            """
        )
        let missing = try await cluster.query(
            """
            SELECT rowID FROM webhooks WHERE reason IS NULL AND NOT EXISTS(
              SELECT 1 FROM deliveries WHERE webhook = webhooks.rowID AND state = 'delivered')
            """
        )
        #expect(!queued.isEmpty && missing.isEmpty, "events that were not delivered: \(missing.count)")
        func orders(_ pairs: [(call: String, event: String)]) -> [String: [String]] {
            var seen: Set<String> = []
            return Dictionary(grouping: pairs.filter { seen.insert("\($0.call) \($0.event)").inserted }, by: \.call)
                .mapValues { $0.map(\.event) }
        }
        let sent = queued.map { line in
            let words = line.split(separator: "|").map { String($0) }
            return (call: words[0], event: words[1])
        }
        let received = try cluster.monitor.requests("/qa").map { request in
            let event = try SimulationEvent(body: request.body)
            let key = "\(event.simulationID)\u{1F}\(event.callID)"
            return (call: hex(Array(key.utf8)), event: hex(Array(SHA256.hash(data: request.body))))
        }
        #expect(orders(received) == orders(sent))
    }

    private func hex(_ bytes: [UInt8]) -> String { bytes.map { String(format: "%02x", $0) }.joined() }
}
