internal import BenchModel
internal import Benchmark
internal import DialerEngine

/// Calls through the whole engine; a measurement is one run of so many calls, and the throughput is in runs per second.
let benchmarks: @Sendable () -> Void = {
    Benchmark.defaultConfiguration = .init(
        metrics: [.wallClock, .throughput],
        warmupIterations: 1,
        maxDuration: .seconds(3),
        maxIterations: 20
    )
    for pacing in BenchModel.policies {
        // The look-ahead computes a distribution at every decision.
        let calls = pacing.name == .lookahead ? 2000 : 200_000
        Benchmark("\(pacing.name), \(calls) calls") { benchmark in
            for _ in benchmark.scaledIterations {
                blackHole(try Replication.run(BenchModel.experiment(pacing, calls: calls)))
            }
        }
    }
    for threads in [1, 2] {
        Benchmark("power, 8 × 100000 calls, threads: \(threads)") { benchmark in
            let experiment = BenchModel.experiment(BenchModel.policies[0], calls: 100_000)
            for _ in benchmark.scaledIterations {
                blackHole(try await Replications.run(experiment, count: 8, threads: threads))
            }
        }
    }
}
