internal import AllocationCount
internal import BenchModel
internal import DialerEngine

/// One run of the engine in a process of its own: `EngineRun POLICY CALLS [THREADS [AGENTS]]`.
///
/// Prints calls, seconds, calls per second, nanoseconds per call, events, the abandoned share, occupancy, and the
/// memory: blocks allocated during the run, and the peak of the process.
@main
enum EngineRun {
    static func main() async throws {
        let arguments = CommandLine.arguments.dropFirst()
        let policy = BenchModel.policies.first { $0.name.rawValue == arguments.first ?? "power" }
        guard let policy, let calls = Int(arguments.dropFirst().first ?? "5000000"), calls > 0,
            let threads = Int(arguments.dropFirst(2).first ?? "1"), threads > 0,
            let agents = Int(arguments.dropFirst(3).first ?? "100"), agents > 0
        else {
            return print("usage: EngineRun POLICY CALLS [THREADS [AGENTS]]")
        }
        let before = allocation_count()
        let clock = ContinuousClock()
        let start = clock.now
        var measures = Measures()
        var events = 0
        if threads == 1 {
            let result = try Replication.run(BenchModel.experiment(policy, calls: calls, agents: agents))
            (measures, events) = (result.measures, result.events)
        } else {
            // One replication for each thread, so that all end at about the same time.
            let experiment = BenchModel.experiment(policy, calls: calls / threads, agents: agents)
            for result in try await Replications.run(experiment, count: threads, threads: threads) {
                measures += result.measures
                events += result.events
            }
        }
        let allocated = allocation_count() - before
        let seconds = (clock.now - start) / .seconds(1)
        print(
            "\(policy.name) calls \(calls) threads \(threads) seconds \(rounded(seconds, 4))",
            "Mcalls/s \(rounded(Double(calls) / seconds / 1e6, 3)) ns/call \(rounded(seconds * 1e9 / Double(calls), 1))",
            "events \(events) abandoned \(rounded(100 * measures.abandonmentRate, 3))%",
            "occupancy \(rounded(measures.occupancy, 4))",
            "allocations \(allocated) peak MiB \(rounded(Double(Memory.peak) / 1_048_576, 1))"
        )
    }

    private static func rounded(_ value: Double, _ places: Int) -> Double {
        let scale = (0..<places).reduce(1.0) { scale, _ in scale * 10 }
        return (value * scale).rounded() / scale
    }
}
