package import ExactJSON
import HTTPExchange
package import RunStore

/// Decides what one monitor's queue does next; it holds a page of the stored queue.
///
/// A value that decides and does nothing; time comes as an argument. At most one delivery per call and `concurrency` in
/// total are in flight. A monitor that throttles gets fewer, and one that keeps failing is left alone for a while.
package struct DeliveryQueue: Sendable {
    /// How a queue behaves.
    package struct Rules: Sendable {
        /// When failed deliveries are tried again.
        package var schedule: DeliverySchedule
        /// The largest number of attempts in flight.
        package var concurrency = 8
        /// The number of deliveries in one attempt.
        package var batchSize = 1
        /// Whether a monitor that keeps failing ends the queue, instead of pausing it.
        package var stopsWhenFailing = false

        package init(schedule: DeliverySchedule) { self.schedule = schedule }
    }

    /// What to do.
    package enum DeliveryStep: Hashable, Sendable {
        /// Send these, together.
        case send([DueDelivery])
        /// Read the next page of the stored queue.
        case load
        /// Do nothing before that time, in milliseconds since 1970, or before something happens.
        case wait(until: Int64?)
        /// Mark what is left as disabled: the monitor answered 410.
        case disable
        /// End the queue: the monitor keeps failing, and the rules say so.
        case stop
    }

    private struct Flight: Sendable {
        var delivery: DueDelivery
        var isProbe: Bool
        var sentAt: Timestamp
    }

    /// The number of results that may wait for the disk; beyond it nothing is sent.
    private static let maximumUnrecorded = 2000
    /// The number of failures after which a way that a success has opened closes again.
    private static let maximumFailures = 10_000

    private let monitor: Int64
    private let batch: Int64
    private let rules: Rules
    private var waiting: [DueDelivery] = []
    private var flights: [Int64: Flight] = [:]
    private var unrecorded: Set<Int64> = []
    private var busyCalls: Set<String> = []
    private var breaker: CircuitBreaker
    private let breakerRules: BreakerRules
    /// A failed probe that is not on disk yet.
    private var probe: Int64?
    /// The newest delivery in the store, when it was last read.
    private var newest: Int64 = 0
    /// A success has opened the way for deliveries up to this one: they need not wait for another probe.
    private var openThrough: Int64 = 0
    /// Of those, the ones that have failed since.
    private var failed: Set<Int64> = []
    private var isHeld = false
    private var limit: Int
    private var throttledUntil: Int64 = 0
    private var isLoading = false
    private var mayHaveMore = true
    private var wasWoken = false
    private var nextDueAt: Int64?
    private var isGone = false

    /// An empty queue, whose first step is to read the store.
    ///
    /// - Parameters:
    ///   - monitor: the row of the monitor.
    ///   - batch: 0 for the usual queue, or a batch that is replayed.
    package init(_ rules: Rules, monitor: Int64, batch: Int64 = 0) {
        (self.monitor, self.batch, self.rules) = (monitor, batch, rules)
        limit = rules.concurrency
        var breakerRules = BreakerRules()
        breakerRules.minimumCalls = .max
        (breakerRules.pause, breakerRules.longestPause) = (rules.schedule.probePause, rules.schedule.probePause)
        self.breakerRules = breakerRules
        breaker = CircuitBreaker(breakerRules)
    }

    /// The deliveries in memory, which the next page must leave out.
    package var taken: Set<Int64> { unrecorded.union(flights.keys).union(waiting.map(\.rowID)) }

    /// Decides what to do at a time.
    ///
    /// - Parameter reads: whether the caller reads the next page if that is the step.
    package mutating func next(at now: Timestamp, reads: Bool = true) -> DeliveryStep {
        if isGone { return flights.isEmpty ? .disable : .wait(until: nil) }
        guard flights.count < limit * rules.batchSize, unrecorded.count < Self.maximumUnrecorded, probe == nil else {
            return .wait(until: nil)
        }
        if now.milliseconds < throttledUntil { return .wait(until: throttledUntil) }
        if let end = breaker.hold(now: Self.instant(now), deadline: Self.never) {
            return held(at: now, until: Self.milliseconds(end), reads: reads)
        }
        // The page is read again, so that the probe is the delivery that has been due longest.
        if isHeld { (isHeld, mayHaveMore) = (false, true) }
        guard let first = waiting.firstIndex(where: isFree) else { return read(at: now, reads: reads) }
        guard case .granted(let isProbe) = breaker.request(now: Self.instant(now), deadline: Self.never) else {
            return .wait(until: nil)
        }
        return .send(depart(from: first, isProbe: isProbe, at: now))
    }

    /// Decides while the breaker lets nothing through: only those go for which a success has opened the way.
    private mutating func held(at now: Timestamp, until end: Int64, reads: Bool) -> DeliveryStep {
        isHeld = true
        let count = waiting.count
        waiting.removeAll { $0.rowID > openThrough }
        // What was left out is read again for the next probe, not at once.
        if waiting.count < count, nextDueAt.map({ $0 <= now.milliseconds }) == true { nextDueAt = nil }
        if let first = waiting.firstIndex(where: isFree) { return .send(depart(from: first, isProbe: false, at: now)) }
        if rules.stopsWhenFailing { return flights.isEmpty ? .stop : .wait(until: nil) }
        guard openThrough > 0, waiting.isEmpty else { return .wait(until: end) }
        guard case .wait(let due) = read(at: now, reads: reads) else { return .load }
        return .wait(until: min(end, due ?? end))
    }

    /// Reads the next page if there may be one.
    private mutating func read(at now: Timestamp, reads: Bool) -> DeliveryStep {
        guard waiting.isEmpty, !isLoading else { return .wait(until: nil) }
        guard mayHaveMore || nextDueAt.map({ $0 <= now.milliseconds }) == true else { return .wait(until: nextDueAt) }
        isLoading = reads
        return .load
    }

    /// The page could not be read; it is asked for again.
    package mutating func loadFailed() { (isLoading, mayHaveMore) = (false, true) }

    /// Whether no other delivery of the same call is in flight.
    private func isFree(_ delivery: DueDelivery) -> Bool {
        delivery.callKey.isEmpty || !busyCalls.contains(delivery.callKey)
    }

    /// Takes the deliveries of one attempt out of the page.
    private mutating func depart(from first: Int, isProbe: Bool, at now: Timestamp) -> [DueDelivery] {
        var batch: [DueDelivery] = []
        var index = first
        while index < waiting.count, batch.count < rules.batchSize {
            guard isFree(waiting[index]) else {
                index += 1
                continue
            }
            let delivery = waiting.remove(at: index)
            if !delivery.callKey.isEmpty { busyCalls.insert(delivery.callKey) }
            flights[delivery.rowID] = Flight(delivery: delivery, isProbe: isProbe, sentAt: now)
            batch.append(delivery)
        }
        return batch
    }

    /// Takes a page.
    ///
    /// - Parameters:
    ///   - nextDueAt: when the first delivery after the page is due, in milliseconds since 1970.
    ///   - newest: the newest delivery in the store.
    package mutating func loaded(_ page: [DueDelivery], nextDueAt: Int64?, newest: Int64) {
        isLoading = false
        self.newest = max(self.newest, newest)
        waiting += page
        self.nextDueAt = nextDueAt
        // A wake-up during the read may mean more than the page has.
        mayHaveMore = wasWoken
        wasWoken = false
    }

    /// Notes that there may be something new in the store.
    package mutating func wake() {
        if isLoading { wasWoken = true } else { mayHaveMore = true }
    }

    /// Decides about a delivery whose attempt has ended.
    ///
    /// - Parameter chance: in 0..<1, for the jitter.
    /// - Returns: the change to store; `nil` if the delivery stays as it was.
    package mutating func finished(
        _ rowID: Int64,
        _ result: DeliveryResult,
        at now: Timestamp,
        chance: Double
    ) -> DeliveryChange? {
        guard let flight = flights.removeValue(forKey: rowID) else { return nil }
        busyCalls.remove(flight.delivery.callKey)
        let outage = judge(rowID, result, isProbe: flight.isProbe, at: now)
        var change = DeliveryChange(flight.delivery, of: monitor, batch: batch)
        change.attempts += 1
        switch result {
        case .delivered(let status):
            limit = min(rules.concurrency, limit + 1)
            (change.state, change.status) = (.delivered, status)
        case .refused(let reason):
            (change.state, change.error) = (.dead, reason)
            change.attempts -= 1
        case .gone:
            isGone = true
            (change.state, change.status, change.error) = (.disabled, 410, Self.goneReason)
        case .cancelled: return nil
        case .failed(let status, let reason, let retryAfter):
            let asked = min(retryAfter ?? .zero, rules.schedule.longestRetryAfter)
            if result.isThrottling { throttle(at: now, asked) }
            (change.status, change.reason, change.outage) = (status, reason, outage)
            if asked > .zero, let pauses = outage?.pauses {
                change.outage?.pauses = pauses.map { max($0, asked.wholeMilliseconds) }
            }
            // Deliveries that wait for probes leave one by one: their times need no spreading.
            let chance = outage == nil ? chance : 0
            if let pause = rules.schedule.pause(after: change.attempts, chance: chance) {
                // Never earlier than asked, and not all at once.
                let delay = max(pause, asked * (1 + chance / 10))
                (change.error, change.dueAt) = (reason, now.milliseconds + delay.wholeMilliseconds)
            } else {
                (change.state, change.error) = (.dead, "\(reason), after \(change.attempts) attempts")
            }
        }
        if !result.isRefusal {
            change.attempt = DeliveryAttempt(
                number: change.attempts,
                sentAt: flight.sentAt,
                milliseconds: max(0, now.milliseconds - flight.sentAt.milliseconds),
                status: change.status,
                error: change.reason ?? change.error
            )
        }
        unrecorded.insert(rowID)
        return change
    }

    /// Notes for the breaker how an attempt ended.
    ///
    /// - Returns: what a failure means for other deliveries; `nil` if the monitor does not keep failing.
    private mutating func judge(
        _ rowID: Int64,
        _ result: DeliveryResult,
        isProbe: Bool,
        at now: Timestamp
    ) -> DeliveryChange.Outage? {
        let before = breaker.position
        breaker.finished(result.ending, isProbe: isProbe, now: Self.instant(now))
        switch result.ending {
        case .cancelled: return nil
        case .answered:
            // One success opens the way for everything that waits, and not only for what the breaker lets through.
            if before != .closed {
                breaker = CircuitBreaker(breakerRules)
                (openThrough, failed) = (newest, [])
            }
            return nil
        case .failed:
            if openThrough > 0 {
                // A second failure, or no answer at all: the monitor is away again.
                let isNews = failed.insert(rowID).inserted && failed.count <= Self.maximumFailures
                if !isNews || result.isUnanswered || result.isThrottling { (openThrough, failed) = (0, []) }
            }
            // On an open way a failure speaks for itself only.
            if breaker.position == .closed || rowID <= openThrough { return nil }
            let isFailedProbe = if isProbe, case .halfOpen = before { true } else { false }
            if isFailedProbe { probe = rowID }
            return DeliveryChange.Outage(
                pauses: rules.schedule.pauses.map(\.wholeMilliseconds),
                countsAt: isFailedProbe ? now.milliseconds : nil,
                flights: Set(flights.keys)
            )
        }
    }

    /// Notes that the change of a delivery is on disk; the next one of its call may be due now.
    package mutating func recorded(_ rowID: Int64) {
        unrecorded.remove(rowID)
        if probe == rowID { probe = nil }
        wake()
    }

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
