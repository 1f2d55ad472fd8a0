/// The most calls whose expected abandonment within a horizon stays within a target.
///
/// Asked every second and after every event, it dials the largest m with `E[(X_m − Y)⁺] ≤ α_t·E[X_m]`
/// (``OverdialRisk``). X are the answers of the lines in flight, one of age a with probability
/// `p·[1 − G(a)] / [1 − p·G(a) − (1−p)·G₀(a)]` for ringing times G of answers and G₀ of failures, since no line is taken
/// back; Y are the agents who are free within the horizon h, a busy one of age e with `[F(e+h) − F(e)] / [1 − F(e)]` for
/// handling times F, in steps of a thousandth of the longest. The laws are known from 4,096 past durations, p is learned
/// (``AnswerProbability``). Debt control replaces α by
/// `α_t = α + (α·L − √(α·L) − A)/200`, within 0 and 2α, for A of L live calls abandoned: what the campaign has left of its
/// allowance, less one standard deviation, is spent over the next 200 live calls.
///
/// Sources: elapsed-time weights of US patent 5,640,445 (David, 1997, expired); estimation and look-ahead, Samuelson,
/// Interfaces 29 (1999) 66; the bound on the expected share is Genesys' small-group idea made exact.
///
/// Known weaknesses: it compares totals at the horizon and not the order of events within it; its durations are those
/// of the past; each decision costs time proportional to lines and agents.
struct LookaheadPolicy: PacingPolicy {
    static var watchesAges: Bool { true }
    static var watchesTalk: Bool { true }
    let tickInterval: Double? = 1
    private let target: Double
    private let answers: DurationHistory
    private let failures: DurationHistory
    private var handling: FreeingForecast
    private var answer: AnswerProbability
    /// The answer probability as of the last question.
    private var probability: Double
    private var lastTally = PacingTally()
    /// Found anew at each question; kept for its memory.
    private var risk = OverdialRisk(freeAgents: 0)

    /// The number of calls after which the weight of a call in the answer probability has fallen to 1/e.
    private static let memory = 500.0
    /// The weight of the planner's answer probability, in calls.
    private static let priorWeight = 20.0
    /// The live calls over which the allowance is spent.
    private static let futureLiveCalls = 200.0

    init(_ parameters: LookaheadParameters, center: ContactCenter, seed: UInt32) {
        target = parameters.abandonTarget.doubleValue
        let past = PastCalls(center, seed: seed)
        answers = DurationHistory(past.answers)
        failures = DurationHistory(past.failures)
        let horizon = max(1e-3, parameters.horizon ?? answers.mean)
        handling = FreeingForecast(DurationHistory(past.handling), horizon: horizon)
        probability = past.liveProbability
        answer = AnswerProbability(
            answered: probability * Self.priorWeight,
            failed: (1 - probability) * Self.priorWeight
        )
    }

    mutating func callsToPlace(_ view: PacingView) -> Int {
        let news = view.tally.since(lastTally)
        lastTally = view.tally
        answer.count(answered: news.live, failed: max(0, news.resolved - news.live), memory: Self.memory)
        risk.startAnew(freeAgents: view.freeAgents - view.waiting)
        var expectedAnswers = 0.0
        for dialled in view.ages.dialTimes {
            let probability = answerProbability(age: view.time - dialled, probability)
            expectedAnswers += probability
            risk.addCall(answeredWith: probability)
        }
        probability = answer.mean(withLines: view.inFlight, expectedAnswers: expectedAnswers)
        handling.addAgents(of: view, to: &risk)
        return risk.largestNumberOfCalls(
            target: allowance(view.tally),
            answer: answer.moved(to: probability),
            limit: 20 * view.agents
        )
    }

    /// Returns the probability that a line of this age will be answered.
    private func answerProbability(age: Double, _ p: Double) -> Double {
        let unanswered = p * (1 - answers.share(upTo: age))
        let unresolved = unanswered + (1 - p) * (1 - failures.share(upTo: age))
        return unresolved > 1e-9 ? unanswered / unresolved : p
    }

    /// Returns the share α_t that debt control allows now.
    private func allowance(_ tally: PacingTally) -> Double {
        let allowed = target * Double(tally.live)
        let left = allowed - allowed.squareRoot() - Double(tally.abandoned)
        return max(0, min(2 * target, target + left / Self.futureLiveCalls))
    }
}

/// The parameters of the policy.
public struct LookaheadParameters: Hashable, Sendable {
    /// The share of live calls that may be abandoned, α.
    public var abandonTarget = DecimalFactor(3, per: 100)
    /// How far it looks ahead, in seconds; `nil` is the mean ringing time of answered calls.
    public var horizon: Double?

    /// Creates the usual parameters.
    public init() {}

    /// The horizons that there may be, in seconds.
    public static let horizonBounds = Bounds.above(0, upTo: Bounds.duration.upper)

    var numbers: [(name: String, value: Double, bounds: Bounds)] {
        [("abandonTarget", abandonTarget.doubleValue, .abandonTarget)]
            + (horizon.map { [("horizon", $0, Self.horizonBounds)] } ?? [])
    }
}
