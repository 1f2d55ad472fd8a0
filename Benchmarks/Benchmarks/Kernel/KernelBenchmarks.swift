internal import Benchmark
internal import DiscreteEvents

/// The kernel's parts: nanoseconds per operation, each run a thousand times per measurement.
let benchmarks: @Sendable () -> Void = {
    Benchmark.defaultConfiguration = .init(
        metrics: [.wallClock],
        timeUnits: .nanoseconds,
        warmupIterations: 1,
        scalingFactor: .kilo,
        maxDuration: .milliseconds(500),
        maxIterations: 1000
    )
    EventQueueBenchmarks.register()
    SamplerBenchmarks.register()
}
