import ExactJSON
import HTTPExchange
import Monitors
import RingbackHome
import RunStore
import ScenarioFile

/// What is measured.
enum Measurement: String {
    /// 10 monitors × 10,000 events that wait already: deliveries a second.
    case throughput
    /// Ten monitors, one of which never answers, at 200 events a second: the latency of the nine others.
    case blackHole = "black-hole"
    /// The same with ten that answer.
    case baseline
    /// 1,000,000 undelivered events and monitors that never answer: memory.
    case backlog

    private static let monitors = 10

    func run(in home: Home) async throws {
        let receiver = try await Receiver.start()
        let hole = try Hole()
        let urls = (0..<Self.monitors).map { index in
            let isDead = self == .backlog || (self == .blackHole && index == 0)
            return "http://127.0.0.1:\(isDead ? hole.port : receiver.port)/\(index)"
        }
        try await RunStore.with(home) { store in
            let world = try await World(store: store, home: home, urls: urls)
            switch self {
            case .throughput: try await throughput(world, receiver)
            case .blackHole, .baseline: try await latency(world, receiver)
            case .backlog: try await backlog(world)
            }
        }
        print("  peak memory \(Memory.peakMiB) MiB")
        try await receiver.stop()
    }

    private func throughput(_ world: World, _ receiver: Receiver) async throws {
        let events = 10_000
        try await world.keep(events, calls: 2000)
        let start = ContinuousClock.now
        try await world.forward { forwarder in
            let timeline = Timeline()
            let isDone = try await forwarder.settle(world.monitors, until: timeline.after(.seconds(300)), on: timeline)
            let seconds = start.duration(to: .now) / .seconds(1)
            let count = events * Self.monitors
            print(
                "  \(isDone ? "all" : "NOT all") of \(count) delivered in \(Int(seconds * 1000)) ms:"
                    + " \(Int(Double(count) / seconds)) a second, \(receiver.count) requests"
            )
        }
    }

    private func latency(_ world: World, _ receiver: Receiver) async throws {
        try await world.forward { forwarder in
            let clock = ContinuousClock()
            let start = clock.now
            for number in 0..<2000 {
                try await world.keep(1, calls: 1_000_000, from: number)
                try await clock.sleep(until: start.advanced(by: .milliseconds(5 * (number + 1))))
            }
            let timeline = Timeline()
            let healthy = Array(world.monitors.dropFirst())
            _ = try await forwarder.settle(healthy, until: timeline.after(.seconds(60)), on: timeline)
        }
        let latencies = receiver.latencies.sorted()
        guard !latencies.isEmpty else { return print("  nothing arrived") }
        func at(_ share: Double) -> Int64 { latencies[min(latencies.count - 1, Int(Double(latencies.count) * share))] }
        print("  nine monitors, \(latencies.count) deliveries: median \(at(0.5)) ms, p99 \(at(0.99)) ms")
    }

    private func backlog(_ world: World) async throws {
        try await world.keep(100_000, calls: 20_000)
        print("  after enqueueing: peak memory \(Memory.peakMiB) MiB")
        try await world.forward { forwarder in
            let timeline = Timeline()
            _ = try await forwarder.settle(world.monitors, until: timeline.after(.seconds(20)), on: timeline)
        }
        let totals = try await world.store.totals(of: [world.monitors[0].rowID])
        print("  pending of the first of \(Self.monitors) monitors: \(totals.pending)")
        let clock = ContinuousClock()
        var query = DeliveryQuery()
        query.states = [.pending]
        query.after = 500_000
        let listing = try await clock.measure { _ = try await world.store.deliveries(query) }
        let due = try await clock.measure {
            _ = try await world.store.due(monitor: world.monitors[0].rowID, batch: 0, now: WallClock.now, limit: 256)
        }
        print(
            "  a page of the list in \(listing / .milliseconds(1)) ms, what is due next in \(due / .milliseconds(1)) ms"
        )
    }
}
