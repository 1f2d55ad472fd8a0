/// A proportional-integral controller of the lines per free agent on the observed abandonment.
///
/// Every `pace` live calls the abandoned share Â, smoothed over batches with weight 1 − 1/e, gives the error
/// `e = α − Â`, and the factor becomes `ρ + gain·[5·(e − e′) + 10·e]`, held within 1 and the maximum (which also keeps
/// the integral from winding up). It dials `⌊ρ·f⌋ − j`, ρ in thousandths.
///
/// Source: the parameters and defaults of Cisco Unified CCX's predictive dialer (abandoned limit 3 %, correction pace
/// 100 live answers, gain 1.0, lines per agent 1 to 3); the controller is the textbook one (Åström and Hägglund, "PID
/// Controllers", 1995), its two constants are our choice.
///
/// Known weaknesses: slow, since 100 live answers are twenty minutes of a ten-agent team; noisy, since the share of
/// 100 answers at 3 % has a standard deviation of 1.7 points; small teams never settle.
struct FeedbackPolicy: PacingPolicy {
    static var watchesTalk: Bool { false }
    private let parameters: FeedbackParameters
    private var linesPerAgent = 1.0
    /// The lines per free agent as they are dialled, in thousandths.
    private var thousandths = 1000
    private var smoothedRate: Double?
    private var lastError: Double?
    private var lastCorrection = PacingTally()

    init(_ parameters: FeedbackParameters) { self.parameters = parameters }

    /// As with ``PowerPolicy``, with the highest factor in thousandths.
    func mostCalls(agents: Int) -> Int? {
        let highest = Int((parameters.maxLinesPerAgent.doubleValue * 1000).rounded(.up))
        return max(agents, highest * agents / 1000)
    }

    @inline(__always)
    mutating func callsToPlace(_ view: PacingView) -> Int {
        let batch = view.tally.since(lastCorrection)
        if batch.live >= parameters.pace {
            lastCorrection = view.tally
            correct(rate: Double(batch.abandoned) / Double(batch.live))
        }
        return thousandths * view.freeAgents / 1000 - view.inFlight
    }

    private mutating func correct(rate: Double) {
        let smoothed = smoothedRate.map { $0 + 0.632_120_558_828_557_7 * (rate - $0) } ?? rate
        let error = parameters.abandonTarget.doubleValue - smoothed
        let change = 5 * (error - (lastError ?? error)) + 10 * error
        linesPerAgent += parameters.gain * change
        linesPerAgent = max(1, min(parameters.maxLinesPerAgent.doubleValue, linesPerAgent))
        thousandths = Int((linesPerAgent * 1000).rounded())
        smoothedRate = smoothed
        lastError = error
    }
}

/// The parameters of the controller.
public struct FeedbackParameters: Hashable, Sendable {
    /// The share of live calls that may be abandoned, α.
    public var abandonTarget = DecimalFactor(3, per: 100)
    /// The most lines for each free agent.
    public var maxLinesPerAgent = DecimalFactor(3, per: 1)
    /// How strongly it corrects.
    public var gain = 1.0
    /// After how many live calls it corrects.
    public var pace = 100

    /// Creates the usual parameters.
    public init() {}

    /// The most lines per free agent that there may be.
    public static let maxLinesPerAgentBounds = Bounds.within(1...1_000)
    /// The gains that there may be.
    public static let gainBounds = Bounds.within(0...100)
    /// The numbers of live calls between corrections that there may be.
    public static let paceBounds = 1...1_000_000

    var numbers: [(name: String, value: Double, bounds: Bounds)] {
        [
            ("abandonTarget", abandonTarget.doubleValue, .abandonTarget),
            ("maxLinesPerAgent", maxLinesPerAgent.doubleValue, Self.maxLinesPerAgentBounds),
            ("gain", gain, Self.gainBounds),
            ("pace", Double(pace), .within(Self.paceBounds)),
        ]
    }
}
