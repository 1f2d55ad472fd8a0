import ExactJSON
import RunReport
import RunStore
import SimulationAPI
import Synchronization

/// Folds the events of one simulation, call by call, into totals, in memory that does not grow with the calls.
struct CallFold {
    private static let binCount: Int64 = 120
    /// Further events of one call are ignored; no real call has as many.
    private static let maximumEventsPerCall = 1000
    private static let maximumExamples = 5

    private(set) var totals = ObservedCalls()
    private(set) var lateEvents = 0
    private var call: [StoredEvent] = []
    private var waits = ObservedWaits()
    private var callsUp = 0
    private var currentBin = 0
    private let longestWaitsMs: [Int64?]
    private let schedule: ScheduleClock?

    /// - Parameters:
    ///   - span: the times of the first and the last event.
    ///   - longestWaits: for each abandonment rule the longest wait after the answer that it allows, in seconds.
    ///   - schedule: when outcomes change; `nil` if they do not.
    init(span: ClosedRange<Timestamp>?, longestWaits: [Double?] = [], schedule: ScheduleClock? = nil) {
        self.schedule = schedule
        totals.callsByEntry = Array(repeating: 0, count: schedule?.stretches ?? 0)
        longestWaitsMs = longestWaits.map { $0.map { Int64(($0 * 1000).rounded(.up)) } }
        totals.lateConnects = longestWaits.map { _ in 0 }
        totals.earlyHangUps = totals.lateConnects
        guard let span else { return }
        let width = span.upperBound.milliseconds - span.lowerBound.milliseconds + 1
        totals.timeline.start = span.lowerBound
        totals.timeline.binMs = max(1, (width + Self.binCount - 1) / Self.binCount)
        let bins = Int((width + totals.timeline.binMs - 1) / totals.timeline.binMs)
        totals.timeline.callsUp = Array(repeating: 0, count: bins)
        totals.timeline.ended = Array(repeating: [:], count: bins)
        totals.timeline.abandoned = Array(repeating: 0, count: bins)
    }

    /// Takes the next event; events of one call come together.
    mutating func add(_ event: StoredEvent) {
        if let first = call.first, first.event.callID != event.event.callID { closeCall() }
        guard call.count < Self.maximumEventsPerCall else { return }
        call.append(event)
    }

    /// Takes the next beginning or end of a call; they come in the order of time, after all events.
    mutating func add(_ boundary: CallBoundary) {
        advance(to: bin(of: boundary.timestamp))
        switch boundary.kind {
        case .start: callsUp += 1
        case .end: callsUp -= 1
        case .blink: break
        }
        let up = callsUp + (boundary.kind == .blink ? 1 : 0)
        totals.peakConcurrency = max(totals.peakConcurrency, up)
        raiseBin(to: up)
    }

    /// Ends the last call, after the last event.
    mutating func closeEvents() {
        if !call.isEmpty { closeCall() }
        totals.waitMs = waits.summary
    }

    /// Fills the bins after the last boundary.
    mutating func closeBoundaries() { advance(to: totals.timeline.callsUp.count - 1) }

    private mutating func advance(to bin: Int) {
        while currentBin < bin {
            currentBin += 1
            raiseBin(to: callsUp)
        }
    }

    private mutating func raiseBin(to up: Int) {
        guard totals.timeline.callsUp.indices.contains(currentBin) else { return }
        totals.timeline.callsUp[currentBin] = max(totals.timeline.callsUp[currentBin], up)
    }

    private func bin(of timestamp: Timestamp) -> Int {
        guard totals.timeline.binMs > 0 else { return 0 }
        let bin = Int((timestamp.milliseconds - totals.timeline.start.milliseconds) / totals.timeline.binMs)
        return min(max(bin, 0), max(0, totals.timeline.callsUp.count - 1))
    }

    private mutating func closeCall() {
        defer { call = [] }
        totals.seen += 1
        if let problem = CallOrder.problem(of: call.map(\.event)) {
            totals.illegalOrders += 1
            if totals.illegalExamples.count < Self.maximumExamples {
                totals.illegalExamples.append("\(call[0].event.callID): \(problem)")
            }
        }
        // Within a call the events are in the order of arrival.
        guard let final = call.firstIndex(where: { $0.event.state.isFinal }) else { return }
        lateEvents += call.count - final - 1
        let end = call[final].event
        if end.state == .completed { totals.completed += 1 } else { totals.abandoned += 1 }
        totals.totalDurationMs += end.durationMs
        guard let outcome = end.outcome ?? call.lazy.compactMap({ $0.event.outcome }).first else {
            totals.withoutOutcome += 1
            return
        }
        totals.outcomes[outcome, default: 0] += 1
        if let schedule { totals.callsByEntry[schedule.stretch(at: dialledAt)] += 1 }
        if totals.timeline.ended.indices.contains(bin(of: end.timestamp)) {
            totals.timeline.ended[bin(of: end.timestamp)][outcome, default: 0] += 1
            if outcome == .answered, end.state == .abandoned { totals.timeline.abandoned[bin(of: end.timestamp)] += 1 }
        }
        if outcome == .answered { addWait() }
    }

    /// When the call was dialled, as its first event says.
    private var dialledAt: Timestamp {
        let first = call.map(\.event).min { ($0.timestamp, $0.state.rank) < ($1.timestamp, $1.state.rank) }
        guard let first else { return totals.timeline.start }
        return first.state == .dialing ? first.timestamp : first.timestamp.adding(milliseconds: -first.durationMs)
    }

    /// The time from the answer to an agent, or to the end of a call that was abandoned.
    private mutating func addWait() {
        guard let answered = call.first(where: { $0.event.state == .answered })?.event,
            let end = call.first(where: { $0.event.state == .connected || $0.event.state == .abandoned })?.event
        else { return }
        let wait = end.timestamp.milliseconds - answered.timestamp.milliseconds
        waits.add(wait)
        let isConnected = end.state == .connected
        for (rule, longest) in longestWaitsMs.enumerated() {
            guard let longest, (wait > longest) == isConnected else { continue }
            if isConnected { totals.lateConnects[rule] += 1 } else { totals.earlyHangUps[rule] += 1 }
        }
    }
}

/// The legal order of call states, judged on the time and rank of events and never on their arrival.
enum CallOrder {
    /// What is illegal about the events of one call, or `nil`; missing events are legal.
    static func problem(of events: [SimulationEvent]) -> String? {
        let sorted = events.sorted { ($0.timestamp, $0.state.rank) < ($1.timestamp, $1.state.rank) }
        for (earlier, later) in zip(sorted, sorted.dropFirst()) where later.state.rank < earlier.state.rank {
            return "\(later.state.rawValue) after \(earlier.state.rawValue)"
        }
        let finals = Set(events.filter(\.state.isFinal).map(\.state))
        if finals.count > 1 { return "both completed and abandoned" }
        let outcome = events.lazy.compactMap(\.outcome).first { !$0.canReachAgent }
        if let outcome, let reached = events.first(where: { $0.state == .connected || $0.state == .abandoned }) {
            return "\(reached.state.rawValue) with the outcome \(outcome.rawValue)"
        }
        return nil
    }
}

/// Waiting times in bins of 10 ms up to a minute, for a mean and a percentile in constant memory.
struct ObservedWaits {
    private static let binMs: Int64 = 10
    private var bins = [Int](repeating: 0, count: 6001)
    private var count = 0
    private var total: Int64 = 0

    mutating func add(_ milliseconds: Int64) {
        let wait = max(0, milliseconds)
        bins[min(bins.count - 1, Int((wait + Self.binMs - 1) / Self.binMs))] += 1
        count += 1
        total += wait
    }

    /// Mean and 95th percentile in milliseconds (the upper edge of its bin), `nil` without any wait.
    var summary: (mean: Double, p95: Double)? {
        guard count > 0 else { return nil }
        let rank = (count * 95 + 99) / 100
        var seen = 0
        let bin = bins.firstIndex { bin in
            seen += bin
            return seen >= rank
        }
        return (Double(total) / Double(count), Double(bin ?? 0) * Double(Self.binMs))
    }
}
