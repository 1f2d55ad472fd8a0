internal import Benchmark
internal import DiscreteEvents

/// One event out and one in, in queues of several sizes.
///
/// The hold model: Jones, Comm. ACM 29 (1986) 300.
enum EventQueueBenchmarks {
    /// Exponential steps of mean 1, drawn beforehand.
    static let steps: [Double] = {
        let stream = RandomStream(seed: 1)
        let sampler = Sampler(.exponential(mean: 1))
        return (0..<4096).map { index in
            var draws = stream.draws(index: UInt64(index), purpose: 0)
            return sampler.sample(&draws)
        }
    }()

    static func register() {
        for size in [10, 100, 1000, 10_000, 100_000] {
            Benchmark("EventQueue, \(size) waiting: pop and push") { benchmark in
                var queue = EventQueue<Int32>(capacity: size)
                for event in 0..<size { queue.push(Int32(event), at: steps[event & 4095]) }
                hold(benchmark, size) { step in
                    guard let (time, event) = queue.pop() else { return }
                    queue.push(event, at: time + step)
                }
            }
            Benchmark("CalendarQueue, \(size) waiting: pop and push") { benchmark in
                var queue = CalendarQueue<Int32>(capacity: size)
                for event in 0..<size { queue.push(Int32(event), at: steps[event & 4095]) }
                hold(benchmark, size) { step in
                    guard let (time, event) = queue.pop() else { return }
                    queue.push(event, at: time + step)
                }
            }
        }
    }

    /// Lets the queue settle, then measures.
    @inline(__always)
    private static func hold(_ benchmark: Benchmark, _ size: Int, _ operation: (Double) -> Void) {
        for place in 0..<(4 * size) { operation(steps[place & 4095]) }
        benchmark.startMeasurement()
        for place in benchmark.scaledIterations { operation(steps[place & 4095]) }
        benchmark.stopMeasurement()
    }
}
