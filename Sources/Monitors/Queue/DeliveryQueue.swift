package import ExactJSON
import HTTPExchange
package import RunStore

/// What one monitor's queue does next, as far as it is in memory: a page of the stored one.
///
/// A value that decides and does nothing; time comes as an argument. One delivery of a call is on its way at a time, so
/// many in all; a monitor that throttles gets fewer, one that keeps failing is left alone for a while.
package struct DeliveryQueue: Sendable {
    /// How a queue behaves.
    package struct Rules: Sendable {
        /// When failed deliveries are tried again.
        package var schedule: DeliverySchedule
        /// Attempts under way at once.
        package var concurrency = 8
        /// Deliveries that go out together.
        package var batchSize = 1
        /// Whether a monitor that keeps failing ends the queue, instead of pausing it.
        package var stopsWhenFailing = false

        /// Creates rules.
        package init(schedule: DeliverySchedule) { self.schedule = schedule }
    }

    /// What to do.
    package enum Step: Hashable, Sendable {
        /// Send these, together.
        case send([DueDelivery])
        /// Read the next page of the stored queue.
        case load
        /// Nothing before that time, in milliseconds since 1970, or before something happens.
        case wait(until: Int64?)
        /// Mark what is left: the monitor wants no more.
        case disable
        /// It keeps failing, and the rules say that this is the end.
        case stop
    }

    /// What has become of a delivery, for the store; `nil` where nothing has.
    package typealias Ending = (state: DeliveryState, attempts: Int, status: Int?, error: String?, dueAt: Int64?)

    private struct Flight: Sendable {
        var delivery: DueDelivery
        var isProbe: Bool
    }

    /// Results that may wait for the disk before nothing more is sent.
    private static let maximumUnrecorded = 2000

    private let rules: Rules
    private var waiting: [DueDelivery] = []
    private var flights: [Int64: Flight] = [:]
    private var unrecorded: Set<Int64> = []
    private var busyCalls: Set<String> = []
    private var breaker: CircuitBreaker
    private var limit: Int
    private var throttledUntil: Int64 = 0
    private var isLoading = false
    private var mayHaveMore = true
    private var wasWoken = false
    private var nextDueAt: Int64?
    private var isGone = false

    /// An empty queue that looks into the store first.
    package init(_ rules: Rules) {
        self.rules = rules
        limit = rules.concurrency
        var breakerRules = BreakerRules()
        breakerRules.pause = rules.schedule.breaker.first
        breakerRules.longestPause = rules.schedule.breaker.longest
        breaker = CircuitBreaker(breakerRules)
    }

    /// What is in memory, which a page must not bring again.
    package var taken: Set<Int64> { unrecorded.union(flights.keys).union(waiting.map(\.rowID)) }

    /// Attempts under way.
    package var underWay: Int { flights.count }

    /// Decides what to do at a time.
    ///
    /// - Parameter reads: whether the caller reads the next page where that is the step.
    package mutating func next(at now: Timestamp, reads: Bool = true) -> Step {
        if isGone { return flights.isEmpty ? .disable : .wait(until: nil) }
        guard flights.count < limit * rules.batchSize, unrecorded.count < Self.maximumUnrecorded else {
            return .wait(until: nil)
        }
        if now.milliseconds < throttledUntil { return .wait(until: throttledUntil) }
        guard let first = waiting.firstIndex(where: isFree) else {
            guard waiting.isEmpty, !isLoading else { return .wait(until: nil) }
            guard mayHaveMore || nextDueAt.map({ $0 <= now.milliseconds }) == true else {
                return .wait(until: nextDueAt)
            }
            isLoading = reads
            return .load
        }
        switch breaker.request(now: Self.instant(now), deadline: Self.never) {
        case .granted(let isProbe): return .send(depart(from: first, isProbe: isProbe))
        case .held(let until):
            if rules.stopsWhenFailing { return flights.isEmpty ? .stop : .wait(until: nil) }
            return .wait(until: Self.milliseconds(until))
        }
    }

    /// Whether no other delivery of the same call is on its way.
    private func isFree(_ delivery: DueDelivery) -> Bool {
        delivery.callKey.isEmpty || !busyCalls.contains(delivery.callKey)
    }

    /// Takes what goes out together.
    private mutating func depart(from first: Int, isProbe: Bool) -> [DueDelivery] {
        var batch: [DueDelivery] = []
        var index = first
        while index < waiting.count, batch.count < rules.batchSize {
            guard isFree(waiting[index]) else {
                index += 1
                continue
            }
            let delivery = waiting.remove(at: index)
            if !delivery.callKey.isEmpty { busyCalls.insert(delivery.callKey) }
            flights[delivery.rowID] = Flight(delivery: delivery, isProbe: isProbe)
            batch.append(delivery)
        }
        return batch
    }

    /// Takes a page.
    ///
    /// - Parameter nextDueAt: when there is more than the page, in milliseconds since 1970.
    package mutating func loaded(_ page: [DueDelivery], nextDueAt: Int64?) {
        isLoading = false
        waiting += page
        self.nextDueAt = nextDueAt
        // Something that came while the page was read says so again.
        mayHaveMore = wasWoken
        wasWoken = false
    }

    /// Notes that there may be something new in the store.
    package mutating func wake() {
        if isLoading { wasWoken = true } else { mayHaveMore = true }
    }

    /// Decides over a delivery whose attempt has ended.
    ///
    /// - Parameter chance: in 0..<1, for the jitter.
    package mutating func finished(
        _ number: Int64,
        _ outcome: AttemptOutcome,
        at now: Timestamp,
        chance: Double
    ) -> Ending? {
        guard let flight = flights.removeValue(forKey: number) else { return nil }
        busyCalls.remove(flight.delivery.callKey)
        breaker.finished(outcome.ending, isProbe: flight.isProbe, now: Self.instant(now))
        let attempts = flight.delivery.attempts + 1
        let ending: Ending?
        switch outcome {
        case .delivered(let status):
            limit = min(rules.concurrency, limit + 1)
            ending = (.delivered, attempts, status, nil, nil)
        case .refused(let reason): ending = (.dead, flight.delivery.attempts, nil, reason, nil)
        case .gone:
            isGone = true
            ending = (.disabled, attempts, 410, Self.goneReason, nil)
        case .abandoned: ending = nil
        case .failed(let status, let reason, let retryAfter):
            let asked = min(retryAfter ?? .zero, rules.schedule.longestRetryAfter)
            if outcome.isThrottling { throttle(at: now, asked) }
            if let pause = rules.schedule.pause(after: attempts, chance: chance) {
                // Never earlier than asked, and not all at once.
                let delay = max(pause, asked * (1 + chance / 10))
                ending = (.pending, attempts, status, reason, now.milliseconds + delay.wholeMilliseconds)
            } else {
                ending = (.dead, attempts, status, "\(reason), after \(attempts) attempts", nil)
            }
        }
        if ending != nil { unrecorded.insert(number) }
        return ending
    }

    /// Notes that what became of deliveries is on disk; the next one of a call may have come forward.
    package mutating func recorded(_ numbers: [Int64]) {
        unrecorded.subtract(numbers)
        wake()
    }

    /// Why deliveries are disabled.
    package static let goneReason = "HTTP 410: the monitor wants no more"

    private mutating func throttle(at now: Timestamp, _ asked: Duration) {
        limit = max(1, limit / 2)
        let pause = max(asked, .seconds(1))
        throttledUntil = max(throttledUntil, now.milliseconds + pause.wholeMilliseconds)
    }

    private static let never = Timeline.Instant(offset: .seconds(1 << 40))

    private static func instant(_ now: Timestamp) -> Timeline.Instant {
        Timeline.Instant(offset: .milliseconds(now.milliseconds))
    }

    private static func milliseconds(_ instant: Timeline.Instant) -> Int64 { instant.offset.wholeMilliseconds }
}

extension Duration {
    /// The nearest number of milliseconds.
    var wholeMilliseconds: Int64 { Int64((self / .milliseconds(1)).rounded()) }
}
