/// VICIdial's adaptive dial level, corrected every 15 s; dials like ``RatioPolicy``.
///
/// Every second the ready agents and waiting calls are sampled; every 15 s ``VicidialLaw`` turns the means of the last
/// 15 samples into the next level. Drop statistics are refreshed every 60 s and start anew each day; the level stays.
/// Source: `AST_VDadapt.pl` and `docs/PREDICTIVE.txt` of VICIdial 2.4 and 2.14 (described, not copied).
///
/// Known weaknesses: the level is multiplied again and again by a correction that answers only after the ringing time,
/// so it swings; it steers idle agents and not drops, which act as a switch only; the share since the morning lets it
/// run for the first 50 calls and locks it for long after an early bad patch; it knows no answer probability; with all
/// agents in the product, even level 1 abandons.
struct VicidialPolicy: PacingPolicy {
    static var watchesTalk: Bool { true }
    let tickInterval: Double? = 1
    private let parameters: VicidialParameters
    /// The end of the shift in seconds; without one no hour is late.
    private let shiftEnd: Double?
    /// The level in thousandths.
    private(set) var level: Int
    private var seconds = 0
    private var readySum = 0
    private var waitingSum = 0
    private var dayStart = PacingTally()
    private var minuteStart = PacingTally()
    private var today = PacingTally()
    private var lastMinute = PacingTally()

    init(_ parameters: VicidialParameters, length: Experiment.Length) {
        self.parameters = parameters
        level = Int((parameters.initialLevel * 1000).rounded())
        if case .shifts(let seconds, _) = length { shiftEnd = seconds } else { shiftEnd = nil }
    }

    mutating func startDay(_ view: PacingView) {
        dayStart = view.tally
        minuteStart = view.tally
        (today, lastMinute) = (PacingTally(), PacingTally())
        (seconds, readySum, waitingSum) = (0, 0, 0)
    }

    @inline(__always)
    mutating func callsToPlace(_ view: PacingView) -> Int {
        if view.occasion == .tick { sample(view) }
        let goal = (2 * level * view.agents + 1000) / 2000
        return goal - (view.inFlight + view.waiting + view.talking)
    }

    private mutating func sample(_ view: PacingView) {
        seconds += 1
        readySum += view.freeAgents
        waitingSum += view.waiting
        if seconds.isMultiple(of: 60) {
            today = view.tally.since(dayStart)
            lastMinute = view.tally.since(minuteStart)
            minuteStart = view.tally
        }
        guard seconds.isMultiple(of: 15) else { return }
        let next = VicidialLaw.level(
            after: Double(level) / 1000,
            ready: Double(readySum) / 15,
            waiting: Double(waitingSum) / 15,
            agents: Double(view.agents),
            target: parameters.target,
            intensity: parameters.intensity,
            maxLevel: parameters.maxLevel
        )
        let limited = VicidialLaw.limit(
            next,
            lastMinute: lastMinute,
            today: today,
            dropLimit: parameters.dropLimit,
            method: parameters.method,
            clockUnitsLeft: shiftEnd.map { VicidialLaw.clockUnits(from: view.time, to: $0) } ?? 1000
        )
        level = Int((limited * 1000).rounded())
        (readySum, waitingSum) = (0, 0)
    }
}

/// The parameters of the law.
public struct VicidialParameters: Hashable, Sendable {
    /// What happens while the share of drops is above the limit.
    public var method = VicidialLaw.DropMethod.hardLimit
    /// The share of live calls that may be dropped.
    public var dropLimit = DecimalFactor(3, per: 100)
    /// Waiting calls less ready agents to aim at; negative keeps agents waiting.
    public var target = 0.0
    /// How much stronger (positive) or weaker (negative) it corrects, in percent.
    public var intensity = 0.0
    /// The highest level.
    public var maxLevel = 3.0
    /// The level at the start of the campaign.
    public var initialLevel = 1.0

    /// Creates the usual parameters.
    public init() {}

    /// The targets that there may be, in calls.
    public static let targetBounds = Bounds.within(-1_000...1_000)
    /// The intensities that there may be, in percent.
    public static let intensityBounds = Bounds.within(-100...100)
    /// The dial levels that there may be.
    public static let levelBounds = Bounds.within(1...1_000)

    var numbers: [(name: String, value: Double, bounds: Bounds)] {
        [
            ("dropLimit", dropLimit.doubleValue, .share), ("target", target, Self.targetBounds),
            ("intensity", intensity, Self.intensityBounds), ("maxLevel", maxLevel, Self.levelBounds),
            ("initialLevel", initialLevel, Self.levelBounds),
        ]
    }
}
