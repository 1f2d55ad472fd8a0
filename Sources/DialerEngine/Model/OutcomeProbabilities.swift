/// The probability of each outcome of a call attempt.
public struct OutcomeProbabilities: Hashable, Sendable {
    /// The probability below which an outcome counts as impossible; covers the rounding of sums of decimals.
    public static let leastProbability = 1e-12

    /// Every call rings until the dialer gives up.
    public static let nobodyAnswers = OutcomeProbabilities(
        dialTone: 0,
        busySignal: 0,
        noAnswer: 1,
        answer: 0,
        voicemail: 0
    )

    /// The probability of ``AttemptOutcome/dialTone``.
    public let dialTone: Double
    /// The probability of ``AttemptOutcome/busy``.
    public let busySignal: Double
    /// The probability of ``AttemptOutcome/noAnswer``.
    public let noAnswer: Double
    /// The probability of ``AttemptOutcome/answered``.
    public let answer: Double
    /// The probability of ``AttemptOutcome/voicemail``.
    public let voicemail: Double

    /// Creates a distribution over the outcomes.
    ///
    /// All five are given, so that a remainder of rounding is never taken for an outcome: each is not negative and they
    /// sum to 1 within 1e-6 (preconditions).
    public init(dialTone: Double, busySignal: Double, noAnswer: Double, answer: Double, voicemail: Double) {
        self.dialTone = dialTone
        self.busySignal = busySignal
        self.noAnswer = noAnswer
        self.answer = answer
        self.voicemail = voicemail
        let all = AttemptOutcome.allCases.map { self[$0] }
        precondition(all.allSatisfy { $0 > -Self.leastProbability }, "probabilities are not negative")
        precondition(abs(all.reduce(0, +) - 1) <= 1e-6, "probabilities sum to 1")
    }

    /// The probability of an outcome.
    public subscript(outcome: AttemptOutcome) -> Double {
        switch outcome {
        case .dialTone: dialTone
        case .busy: busySignal
        case .noAnswer: noAnswer
        case .answered: answer
        case .voicemail: voicemail
        }
    }

    /// Returns the outcome that a uniform number selects.
    ///
    /// Outcomes take up 0 ..< 1 in the order of their declaration. An impossible one is never selected; a number beyond
    /// the sum of the probabilities selects the last possible one.
    ///
    /// - Parameter uniform: A number in 0 ..< 1.
    public func outcome(at uniform: Double) -> AttemptOutcome {
        var sum = 0.0
        var last = AttemptOutcome.voicemail
        for outcome in AttemptOutcome.allCases where self[outcome] >= Self.leastProbability {
            sum += self[outcome]
            last = outcome
            if uniform < sum { break }
        }
        return last
    }

    /// The probabilities of the outcomes of a call that nobody answers; all voicemail if every call is answered.
    var givenNoAnswer: OutcomeProbabilities {
        let rest = dialTone + busySignal + noAnswer + voicemail
        guard rest >= Self.leastProbability else {
            return OutcomeProbabilities(dialTone: 0, busySignal: 0, noAnswer: 0, answer: 0, voicemail: 1)
        }
        return OutcomeProbabilities(
            dialTone: dialTone / rest,
            busySignal: busySignal / rest,
            noAnswer: noAnswer / rest,
            answer: 0,
            voicemail: voicemail / rest
        )
    }
}
