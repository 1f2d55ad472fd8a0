import DiscreteEvents

func timeInSystem(utilization: Double, calls: UInt64, seed: UInt32) -> (meanTime: Double, meanCalls: Double) {
    let stream = RandomStream(seed: seed)
    let gap = Sampler(.exponential(mean: 1 / utilization))
    let service = Sampler(.exponential(mean: 1))
    var queue = EventQueue<(call: UInt64, isArrival: Bool)>()
    var (serverFreeAt, inSystem, callSeconds, time) = (0.0, 0, 0.0, 0.0)
    queue.push((0, true), at: 0)
    while let (now, event) = queue.pop() {
        callSeconds += Double(inSystem) * (now - time)
        time = now
        inSystem += event.isArrival ? 1 : -1
        guard event.isArrival else { continue }
        var draws = stream.draws(index: event.call, purpose: 1)
        serverFreeAt = max(serverFreeAt, now) + service.sample(&draws)
        queue.push((event.call, false), at: serverFreeAt)
        guard event.call + 1 < calls else { continue }
        draws = stream.draws(index: event.call, purpose: 0)
        queue.push((event.call + 1, true), at: now + gap.sample(&draws))
    }
    return (callSeconds / Double(calls), callSeconds / time)
}
