internal import DialerEngine
internal import Foundation

/// The same seed gives the same results, however the work is divided.
enum ReproducibilityFamily {
    /// Each policy on one thread, on several, and in parts.
    static func family(_ simulator: Simulator) async throws -> Family {
        var comparisons: [Comparison] = []
        for pacing in AccountingFamily.policies {
            let calls = Int(4000 * simulator.scale)
            let experiment = AccountingFamily.experiment(pacing, calls: calls)
            let whole = try await Replications.run(experiment, count: 7, threads: 1)
            let threads = try await Replications.run(experiment, count: 7, threads: 4)
            var parts: [ReplicationResult] = []
            for (part, threads) in [(5..<7, 2), (0..<1, 1), (1..<5, 3)] as [(Range<UInt32>, Int)] {
                parts += try await Replications.run(experiment, numbers: part, threads: threads)
            }
            parts.sort { $0.replication < $1.replication }
            let traced = try (0..<7).map {
                try Replication.run(experiment, number: $0, trace: TraceHandler { _ in })
            }
            for (way, results) in [
                ("4 threads", threads), ("3 parts on 2, 1 and 3 threads", parts), ("traced", traced),
            ] {
                comparisons.append(
                    Comparison(
                        model: pacing.name.rawValue,
                        parameters: "7 replications of \(calls) calls, \(way)",
                        quantity: "fingerprint of the results",
                        exact: fingerprint(whole),
                        estimate: fingerprint(results),
                        test: .identity(holds: results == whole),
                        source: "one thread"
                    )
                )
            }
        }
        return Family(
            title: "Reproducibility",
            introduction:
                "Random numbers belong to an attempt and a purpose, not to a place in a stream, so the results of a "
                + "seed do not depend on threads, on how replications are divided, or on a trace. All fields of the "
                + "results are compared; the fingerprint is of some of them.",
            comparisons: comparisons
        )
    }

    private static func fingerprint(_ results: [ReplicationResult]) -> String {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for result in results {
            let calls = result.allCalls
            let counts = [calls.attempted, calls.answered, calls.connected, calls.abandoned, result.events]
            let sums = [calls.waitSeconds, calls.handlingSeconds, calls.lineSeconds, result.endTime]
            for word in counts.map({ UInt64($0) }) + sums.map(\.bitPattern) {
                hash = (hash ^ word) &* 0x100_0000_01b3
            }
        }
        return String(format: "%016llx", hash)
    }
}
