import ExactJSON

@testable import Monitors
@testable import RunStore

/// A stored queue, a monitor and time, in a few lines: what the queue decides is carried out at once, on virtual time.
struct QueueModel {
    struct Row {
        var delivery: DueDelivery
        var state = DeliveryState.pending
        var dueAt: Int64?
        var error: String?
    }

    struct Sending: Hashable {
        var number: Int64
        var at: Int64
    }

    private(set) var queue: DeliveryQueue
    private(set) var rows: [Row] = []
    /// Every attempt, in order.
    private(set) var sendings: [Sending] = []
    /// The attempts of each delivery, as they are stored.
    private(set) var attempts: [Int64: [DeliveryAttempt]] = [:]
    private(set) var mostAtOnce = 0
    private(set) var isDisabled = false
    private(set) var isStopped = false
    /// Milliseconds.
    private(set) var now: Int64 = 1_000_000
    private var flights: [(number: Int64, until: Int64)] = []
    private let latency: Int64

    init(_ rules: DeliveryQueue.Rules, latency: Int64 = 10) {
        queue = DeliveryQueue(rules, monitor: 1)
        self.latency = latency
    }

    /// Enqueues an event of a call.
    mutating func add(call: String) {
        let number = Int64(rows.count + 1)
        let isHead = !rows.contains { $0.delivery.callKey == call && $0.state == .pending }
        let delivery = DueDelivery(rowID: number, callKey: call, webhookID: "msg-\(number)", body: [])
        rows.append(Row(delivery: delivery, dueAt: isHead ? now : nil))
        queue.wake()
    }

    subscript(number: Int64) -> Row { rows[Int(number) - 1] }

    /// The times of the attempts of a delivery, from its first one.
    func times(_ number: Int64) -> [Int64] {
        let times = sendings.filter { $0.number == number }.map(\.at)
        return times.map { $0 - (times.first ?? 0) }
    }

    /// Runs until nothing happens any more, or for so long.
    ///
    /// - Parameter monitor: how the attempt of a delivery ends, at a time.
    mutating func run(for milliseconds: Int64 = 1_000_000_000, _ monitor: (DueDelivery, Int64) -> DeliveryResult) {
        let end = now + milliseconds
        while now < end {
            switch queue.next(at: Timestamp(milliseconds: now)) {
            case .load:
                let due = rows.filter { $0.state == .pending && !queue.taken.contains($0.delivery.rowID) }
                    .compactMap { row in row.dueAt.map { (row, $0) } }.sorted { $0.1 < $1.1 }
                let page = due.filter { $0.1 <= now }.map(\.0.delivery)
                queue.loaded(page, nextDueAt: due.first { $0.1 > now }?.1, newest: Int64(rows.count))
            case .send(let batch):
                for delivery in batch {
                    sendings.append(Sending(number: delivery.rowID, at: now))
                    flights.append((delivery.rowID, now + latency))
                }
                mostAtOnce = max(mostAtOnce, flights.count)
            case .wait(let until):
                let landing = flights.map(\.until).min()
                guard let next = [until, landing].compactMap({ $0 }).min() else { return }
                now = max(now, next)
                if landing.map({ $0 <= now }) == true { land(monitor) }
            case .disable:
                isDisabled = true
                return
            case .stop:
                isStopped = true
                return
            }
        }
    }

    /// A failed probe counts for what is due.
    private mutating func count(_ outage: DeliveryChange.Outage, _ moment: Int64) {
        for index in rows.indices where !outage.flights.contains(rows[index].delivery.rowID) {
            guard rows[index].state == .pending, let due = rows[index].dueAt, due <= moment else { continue }
            let attempts = rows[index].delivery.attempts
            rows[index].dueAt = attempts < outage.pauses.count ? moment + outage.pauses[attempts] : nil
            if attempts >= outage.pauses.count { rows[index].state = .dead }
            rows[index].delivery.attempts += 1
        }
    }

    private mutating func land(_ monitor: (DueDelivery, Int64) -> DeliveryResult) {
        for flight in flights.filter({ $0.until <= now }) {
            let index = Int(flight.number) - 1
            let outcome = monitor(rows[index].delivery, now)
            let ending = queue.finished(flight.number, outcome, at: Timestamp(milliseconds: now), chance: 0)
            guard let ending else { continue }
            if let attempt = ending.attempt { attempts[flight.number, default: []].append(attempt) }
            rows[index].state = ending.state
            rows[index].dueAt = ending.dueAt
            rows[index].error = ending.error
            rows[index].delivery.attempts = ending.attempts
            if let outage = ending.outage, let moment = outage.countsAt { count(outage, moment) }
            if ending.state != .pending {
                let call = rows[index].delivery.callKey
                let next = rows.firstIndex { $0.delivery.callKey == call && $0.state == .pending }
                if let next, rows[next].dueAt == nil { rows[next].dueAt = now }
            }
            queue.recorded(flight.number)
        }
        flights.removeAll { $0.until <= now }
    }
}
