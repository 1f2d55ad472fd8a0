/// Runs single replications of an experiment.
public enum Replication {
    /// Runs a replication to its end.
    ///
    /// The result depends on the experiment and the number alone.
    ///
    /// - Parameters:
    ///   - experiment: What to simulate.
    ///   - number: The replication, from 0.
    public static func run(_ experiment: Experiment, number: UInt32 = 0) throws(SimulationError) -> ReplicationResult {
        try run(experiment, number: number, trace: NoTrace())
    }

    /// Runs a replication to its end and hands each step to a trace.
    public static func run(
        _ experiment: Experiment,
        number: UInt32,
        trace: some TraceSink
    ) throws(SimulationError) -> ReplicationResult {
        try experiment.validate()
        let run = ReplicationRun(experiment: experiment, number: number, trace: trace)
        return try experiment.pacing.withPolicy(for: experiment, run)
    }
}

private struct ReplicationRun<Trace: TraceSink>: PolicyUse {
    let experiment: Experiment
    let number: UInt32
    let trace: Trace

    func callAsFunction(_ policy: some PacingPolicy) throws(SimulationError) -> ReplicationResult {
        var dialer = Dialer(experiment, policy: policy, replication: number, trace: trace)
        // A cancelled task is noticed many times a second.
        var steps: UInt32 = 0
        while dialer.step() {
            steps &+= 1
            if steps & 0xFFFF == 0, Task.isCancelled { dialer.fail(.cancelled) }
        }
        if let failure = dialer.failure { throw failure }
        return dialer.result
    }
}
