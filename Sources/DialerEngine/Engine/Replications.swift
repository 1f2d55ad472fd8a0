/// Runs several replications of an experiment, on several threads.
public enum Replications {
    /// Runs replications 0 ..< `count` and returns their results in this order.
    ///
    /// The results do not depend on the number of threads: each is that of ``Replication/run(_:number:)``.
    ///
    /// - Parameters:
    ///   - experiment: What to simulate.
    ///   - count: The number of replications.
    ///   - threads: The number of replications at a time, at least 1.
    ///   - progress: Told the number of replications that are done, after each, in no particular order.
    public static func run(
        _ experiment: Experiment,
        count: Int,
        threads: Int,
        progress: @escaping @Sendable (Int) -> Void = { _ in }
    ) async throws -> [ReplicationResult] {
        try await run(experiment, numbers: 0..<UInt32(count), threads: threads, progress: progress)
    }

    /// Runs replications of any numbers and returns what the caller keeps of each, in the order of the numbers.
    ///
    /// - Parameter summarize: Takes from a result what is needed; the rest of it is freed at once.
    public static func run<Summary: Sendable>(
        _ experiment: Experiment,
        numbers: Range<UInt32>,
        threads: Int,
        progress: @escaping @Sendable (Int) -> Void = { _ in },
        summarize: @escaping @Sendable (ReplicationResult) -> Summary = { $0 }
    ) async throws -> [Summary] {
        try await withThrowingTaskGroup(of: (number: UInt32, summary: Summary).self) { group in
            var next = numbers.lowerBound
            func startNext() {
                guard next < numbers.upperBound else { return }
                let number = next
                next += 1
                group.addTask { (number, summarize(try await replicate(experiment, number))) }
            }
            for _ in 0..<max(1, threads) { startNext() }
            var results: [(number: UInt32, summary: Summary)] = []
            while let result = try await group.next() {
                results.append(result)
                progress(results.count)
                startNext()
            }
            return results.sorted { $0.number < $1.number }.map(\.summary)
        }
    }

    @concurrent
    private static func replicate(_ experiment: Experiment, _ number: UInt32) async throws -> ReplicationResult {
        try Task.checkCancellation()
        return try Replication.run(experiment, number: number)
    }
}
