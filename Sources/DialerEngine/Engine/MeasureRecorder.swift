/// Counts what the metrics of a replication need, apart for the warm-up and the rest.
///
/// Calls belong to the group of the moment at which they were dialled, until they end. Activity counts from the warm-up
/// of each day to its end, overtime included, or until dialling ends because nothing is left to dial.
struct MeasureRecorder {
    /// The group of the calls dialled now: 0 in the warm-up, else 1.
    private(set) var currentGroup: UInt8 = 0
    /// The number of dialled calls at which the course is cut or ends.
    private(set) var attemptsAtNextCut = Int.max
    /// The seconds between cuts, where time decides.
    let secondsBetweenCuts: Double?
    /// The days between cuts at the end of a day, if there are any.
    private let daysBetweenCuts: Int?
    private var days = 0
    /// The moment of the last call, in virtual seconds.
    private(set) var lastDial = 0.0

    private let warmUp: Double
    private let attemptsBetweenCuts: Int
    private let mostCuts: Int
    private let maximumAttempts: Int
    private var counted = CallTotals()
    private var uncounted = CallTotals()
    private var waits = WaitHistogram()
    private var liveCalls = 0

    // The spans of activity that are over, and the beginning of the one that is not.
    private var finished = Measures()
    private var spanStart: (time: Double, totals: ActivityTotals)?
    private var lastCut = Measures()
    private var samples: [Measures] = []

    init(_ experiment: Experiment) {
        warmUp = experiment.warmUp
        var (attempts, seconds, days, cuts) = (Int.max, Double?.none, Int?.none, 0)
        let most = experiment.maxCalls ?? .max
        switch (experiment.sampling, experiment.length) {
        case (.none, _): break
        case (.every(let interval), _): (seconds, cuts) = (interval, .max)
        case (.batches(let batches), .calls(let count)):
            (attempts, cuts) = (max(1, (count + batches - 1) / batches), batches - 1)
        case (.batches(let batches), .shifts(let shift, let allDays)):
            // At least as many as are wanted: a whole number of days each, or of each day.
            let workdays = (0..<allDays).count { experiment.calendar.isWorkday($0) }
            let ofADay = (batches + workdays - 1) / workdays
            let daysOfEach = max(1, workdays / batches)
            if ofADay > 1 { seconds = shift / Double(ofADay) }
            (days, cuts) = (daysOfEach, ofADay * ((workdays + daysOfEach - 1) / daysOfEach) - 1)
        }
        daysBetweenCuts = days
        (attemptsBetweenCuts, secondsBetweenCuts, mostCuts, maximumAttempts) = (attempts, seconds, cuts, most)
        attemptsAtNextCut = min(most, attempts)
    }

    /// All calls until now, those of the warm-up included.
    var allCalls: CallTotals {
        var all = counted
        all += uncounted
        return all
    }

    /// Whether dialling ended before a warm-up did.
    var isEmpty: Bool { warmUp > 0 && finished.agentSeconds <= 0 }

    mutating func nextLiveNumber() -> Int {
        liveCalls &+= 1
        return liveCalls &- 1
    }
}

// MARK: Calls

extension MeasureRecorder {
    @inline(__always)
    private mutating func count(_ call: borrowing Call, _ change: (inout CallTotals) -> Void) {
        if call.group == 1 { change(&counted) } else { change(&uncounted) }
    }

    @inline(__always)
    mutating func dialled(_ call: borrowing Call) {
        lastDial = call.dialledAt
        count(call) { $0.attempted &+= 1 }
    }

    mutating func blocked() {
        if currentGroup == 1 { counted.blocked += 1 } else { uncounted.blocked += 1 }
    }

    @inline(__always)
    mutating func resolved(_ call: borrowing Call) {
        let outcome = call.plan.outcome
        count(call) { $0.outcomes[outcome] &+= 1 }
    }

    @inline(__always)
    mutating func connected(_ call: borrowing Call, at now: Double) {
        let handling = call.plan.talk + call.plan.wrap
        let held = now + call.plan.talk - call.dialledAt
        guard call.isPerson else {
            return count(call) {
                $0.machinesConnected += 1
                $0.handlingSeconds += handling
                $0.lineSeconds += held
            }
        }
        let wait = now - call.answeredAt
        count(call) {
            $0.connected &+= 1
            $0.handlingSeconds += handling
            $0.lineSeconds += held
        }
        if wait > 0 { waited(wait, call) }
    }

    mutating func abandoned(_ call: borrowing Call, at now: Double) {
        guard call.isPerson else { return count(call) { $0.machinesDropped += 1 } }
        count(call) { $0.abandoned += 1 }
        waited(now - call.answeredAt, call)
    }

    mutating func droppedAsMachine(_ call: borrowing Call, at now: Double) {
        count(call) { $0.falsePositives += 1 }
        waited(now - call.answeredAt, call)
    }

    private mutating func waited(_ wait: Double, _ call: borrowing Call) {
        guard wait > 0 else { return }
        count(call) { $0.waitSeconds += wait }
        if call.group == 1 { waits.add(wait) }
    }

    @inline(__always)
    mutating func endedUnserved(_ call: borrowing Call, at now: Double) {
        let held = now - call.dialledAt
        count(call) { $0.lineSeconds += held }
    }
}

// MARK: Spans

extension MeasureRecorder {
    mutating func dayStarted(at now: Double, _ totals: ActivityTotals, isDialling: Bool) {
        currentGroup = warmUp > 0 ? 0 : 1
        lastDial = now
        spanStart = warmUp > 0 || !isDialling ? nil : (now, totals)
    }

    /// Whether a piece of the course ends with this day.
    mutating func cutsAtEndOfDay() -> Bool {
        days += 1
        return daysBetweenCuts.map { days.isMultiple(of: $0) } ?? false
    }

    /// Whether the course is cut again at a moment of this shift.
    func cutsAgain(at next: Double, endOfShift: Double) -> Bool {
        guard daysBetweenCuts != nil, let secondsBetweenCuts else { return true }
        // The last piece of a day ends with its overtime.
        return next < endOfShift - secondsBetweenCuts / 2
    }

    mutating func warmUpEnded(at now: Double, _ totals: ActivityTotals) {
        currentGroup = 1
        spanStart = (now, totals)
    }

    mutating func measuringEnded(at now: Double, _ totals: ActivityTotals) {
        finished = measures(at: now, totals)
        spanStart = nil
        finished.calls = CallTotals()
    }

    /// Ends a piece of the course; returns false if the course has all its pieces.
    mutating func cut(at now: Double, _ totals: ActivityTotals) -> Bool {
        if attemptsBetweenCuts < .max {
            attemptsAtNextCut = min(maximumAttempts, attemptsAtNextCut + attemptsBetweenCuts)
        }
        guard samples.count < mostCuts else { return false }
        addSample(measures(at: now, totals))
        return true
    }

    private mutating func addSample(_ measures: Measures) {
        var piece = measures
        piece -= lastCut
        samples.append(piece)
        lastCut = measures
    }

    /// Everything that counts until now.
    private func measures(at now: Double, _ totals: ActivityTotals) -> Measures {
        var measures = finished
        measures.calls = counted
        guard let (_, before) = spanStart else { return measures }
        measures.agentSeconds += totals.dutySeconds - before.dutySeconds
        measures.busySeconds += totals.busySeconds - before.busySeconds
        measures.talkSeconds += totals.talkSeconds - before.talkSeconds
        measures.idleSeconds += totals.idleSeconds - before.idleSeconds
        measures.idlePeriods += totals.idlePeriods - before.idlePeriods
        measures.connects += totals.connects - before.connects
        measures.dials += totals.dials - before.dials
        return measures
    }

    mutating func finish(into result: inout ReplicationResult) {
        var all = finished
        all.calls = counted
        if mostCuts > 0 { addSample(all) }
        waits.addZeros(counted.connected + counted.abandoned + counted.falsePositives - waits.count)
        result.measures = all
        result.allCalls = allCalls
        result.waits = waits
        result.samples = samples
    }
}
