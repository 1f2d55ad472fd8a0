internal import DiscreteEvents

/// Draws what will become of the attempts, in order, many at a time.
///
/// Every number belongs to an attempt and a purpose (``DrawPurpose``), so drawing in advance, together, or in another
/// order gives the same ones. A quantity that is constant or not needed is not drawn. Where a schedule changes the contact
/// centre, another planner goes on from the next attempt.
struct AttemptPlanner: ~Copyable {
    /// The number of attempts that are drawn together; a place among them fits a byte.
    static let batchSize = 256

    private let stream: RandomStream
    private let outcomes: OutcomeThresholds
    private let falsePositive: Double
    private let falseNegative: Double
    private let ringing: [Sampler]
    private let talk: Sampler
    private let machineTalk: Sampler
    private let wrap: Sampler
    private let patience: Sampler
    private let greetingStart: Sampler
    private let greetingLength: Sampler
    private let detectionDelay: Sampler
    private let longestTalk: Double
    /// The probability of an answer if answers are spread evenly, and what has been saved up for the next one.
    private let evenAnswers: Double?
    private var savedAnswers = 0.5
    private let unanswered: OutcomeThresholds
    /// Whether anything of ``Screening`` differs from 0.
    let hasScreening: Bool

    private let plans: UnsafeMutableBufferPointer<AttemptPlan>
    private let screenings: UnsafeMutableBufferPointer<Screening>
    private var place = batchSize
    private var firstOfNextBatch: UInt64

    /// The places in the batch of the attempts of each outcome, at most `batchSize` each.
    private let members: UnsafeMutableBufferPointer<UInt8>
    private let memberCounts: UnsafeMutableBufferPointer<Int>

    // Scratch space for one purpose: the attempts, their random bits and their values.
    private let indexes: UnsafeMutableBufferPointer<UInt64>
    private let numbers: UnsafeMutableBufferPointer<UInt64>
    private let values: UnsafeMutableBufferPointer<Double>

    /// - Parameter firstAttempt: The attempt that ``next()`` returns first.
    init(
        _ center: ContactCenter,
        stream: RandomStream,
        firstAttempt: UInt64 = 0,
        counterfactual: Counterfactual? = nil
    ) {
        longestTalk = counterfactual?.longestTalk ?? .infinity
        evenAnswers = counterfactual?.evenAnswers
        unanswered = OutcomeThresholds(center.outcomes.givenNoAnswer)
        self.stream = stream
        firstOfNextBatch = firstAttempt
        outcomes = OutcomeThresholds(center.outcomes)
        falsePositive = center.detection?.falsePositive ?? 0
        falseNegative = center.detection?.falseNegative ?? 0
        ringing = AttemptOutcome.allCases.map { Sampler(center.ringing[$0]) }
        talk = Sampler(center.talk)
        machineTalk = Sampler(center.detection?.machineTalk ?? .constant(0))
        wrap = Sampler(center.wrap)
        patience = Sampler(center.patience)
        greetingStart = Sampler(center.greetingStart)
        greetingLength = Sampler(center.greetingLength)
        detectionDelay = Sampler(center.detection?.delay ?? .constant(0))
        hasScreening = center.hasScreening
        plans = .allocate(capacity: Self.batchSize)
        plans.initialize(repeating: AttemptPlan())
        screenings = .allocate(capacity: Self.batchSize)
        screenings.initialize(repeating: Screening())
        indexes = .allocate(capacity: Self.batchSize)
        numbers = .allocate(capacity: Self.batchSize)
        values = .allocate(capacity: Self.batchSize)
        members = .allocate(capacity: ringing.count * Self.batchSize)
        memberCounts = .allocate(capacity: ringing.count)
        indexes.initialize(repeating: 0)
        numbers.initialize(repeating: 0)
        values.initialize(repeating: 0)
        members.initialize(repeating: 0)
        memberCounts.initialize(repeating: 0)
    }

    deinit {
        plans.deallocate()
        screenings.deallocate()
        indexes.deallocate()
        numbers.deallocate()
        values.deallocate()
        members.deallocate()
        memberCounts.deallocate()
    }

    /// Whether the next attempt starts a new batch.
    var isExhausted: Bool {
        @inline(__always) get { place == Self.batchSize }
    }

    /// Returns the plan of the next attempt; 0 is the first.
    @inline(__always)
    mutating func next() -> AttemptPlan {
        if isExhausted { drawBatch() }
        place &+= 1
        return plans.baseAddress.unsafelyUnwrapped[place &- 1]
    }

    /// What comes between answer and agent, for the attempt that ``next()`` returned last.
    var screening: Screening { screenings[place - 1] }

    private mutating func drawBatch() {
        place = 0
        let (plans, members) = (plans, members)
        let batch = Self.batchSize
        for place in 0..<batch { indexes[place] = firstOfNextBatch &+ UInt64(truncatingIfNeeded: place) }
        var words = numbers.mutableSpan
        stream.firstNumbers(of: indexes.span, purpose: DrawPurpose.outcome.rawValue, into: &words)
        for outcome in 0..<ringing.count { memberCounts[outcome] = 0 }
        for place in 0..<batch {
            let outcome = evenAnswers == nil ? outcomes.outcome(at: numbers[place]) : evenOutcome(numbers[place])
            plans[place].outcome = outcome
            plans[place].isMisjudged = false
            let group = Int(outcome.rawValue)
            members[group &* batch &+ memberCounts[group]] = UInt8(truncatingIfNeeded: place)
            // Not `&+=`, which swiftc 6.3.1 cannot compile for the thread sanitizer.
            memberCounts[group] = memberCounts[group] &+ 1
        }
        for (outcome, sampler) in ringing.enumerated() where memberCounts[outcome] > 0 {
            draw(sampler, .ringing, of: outcome) { plans[$0].ringing = $1 }
        }
        let persons = Int(AttemptOutcome.answered.rawValue)
        let machines = Int(AttemptOutcome.voicemail.rawValue)
        if hasScreening {
            screen(persons)
            screen(machines)
        }
        if falsePositive > 0 { misjudge(persons, with: falsePositive, keeping: false) }
        let longest = longestTalk
        draw(talk, .talk, of: persons) { plans[$0].talk = min(longest, $1) }
        draw(wrap, .wrap, of: persons) { plans[$0].wrap = $1 }
        draw(patience, .patience, of: persons) { plans[$0].patience = $1 }
        if falseNegative > 0 {
            misjudge(machines, with: falseNegative, keeping: true)
            draw(machineTalk, .machineTalk, of: machines) { plans[$0].talk = $1 }
            draw(wrap, .wrap, of: machines) { plans[$0].wrap = $1 }
            draw(patience, .patience, of: machines) { plans[$0].patience = $1 }
        }
        firstOfNextBatch += UInt64(batch)
    }

    /// The outcome of an attempt if answers come as evenly as they can.
    @inline(never)
    private mutating func evenOutcome(_ bits: UInt64) -> AttemptOutcome {
        savedAnswers += evenAnswers ?? 0
        guard savedAnswers >= 1 else { return unanswered.outcome(at: bits) }
        savedAnswers -= 1
        return .answered
    }

    private func screen(_ group: Int) {
        let screenings = screenings
        draw(detectionDelay, .detectionDelay, of: group) { screenings[$0].detection = $1 }
        draw(greetingStart, .greetingStart, of: group) { screenings[$0].greetingStart = $1 }
        draw(greetingLength, .greetingLength, of: group) {
            screenings[$0].greetingEnd = screenings[$0].greetingStart + $1
        }
    }

    /// Draws the errors of answering-machine detection and keeps in the group those who go to an agent.
    private mutating func misjudge(_ group: Int, with probability: Double, keeping kept: Bool) {
        let plans = plans
        draw(Sampler(Distribution(.uniform(min: 0, max: 1))), .detectionError, of: group) {
            plans[$0].isMisjudged = $1 < probability
        }
        let first = group * Self.batchSize
        var count = 0
        for member in first..<(first + memberCounts[group]) {
            let place = members[member]
            members[first + count] = place
            if plans[Int(place)].isMisjudged == kept { count += 1 }
        }
        memberCounts[group] = count
    }

    /// Draws a quantity of the attempts of a group; a negative value counts as 0.
    @inline(__always)
    private func draw(_ sampler: Sampler, _ purpose: DrawPurpose, of group: Int, _ store: (Int, Double) -> Void) {
        let count = memberCounts[group]
        let members = members.baseAddress.unsafelyUnwrapped + group &* Self.batchSize
        if let constant = sampler.constantValue {
            for member in 0..<count { store(Int(members[member]), max(0, constant)) }
            return
        }
        for member in 0..<count { indexes[member] = firstOfNextBatch &+ UInt64(members[member]) }
        var words = numbers.extracting(0..<count).mutableSpan
        var drawn = values.extracting(0..<count).mutableSpan
        let chosen = indexes.extracting(0..<count).span
        stream.sample(sampler, of: chosen, purpose: purpose.rawValue, using: &words, into: &drawn)
        for member in 0..<count { store(Int(members[member]), max(0, values[member])) }
    }
}
