/// What agents and lines do at a moment, and how much of it there has been.
struct Activity {
    /// Agents in talk or wrap-up.
    private(set) var busy = 0
    private(set) var talking = 0
    /// Calls that ring, wait or talk.
    private(set) var lines = 0
    // The same numbers in floating point, side by side: time passes for busy and talking agents in one step. (Never
    // written apart and read together, which would stall the processor.)
    private var agents = SIMD2<Double>(repeating: 0)
    private var agentSeconds = SIMD2<Double>(repeating: 0)
    private var heldLines = 0.0
    /// The integral of ``lines`` over time, in seconds.
    private(set) var lineSeconds = 0.0
    var idleSeconds = 0.0
    var idlePeriods = 0
    var connects = 0
    var dials = 0

    /// The integral of ``busy`` over time, in seconds.
    var busySeconds: Double { agentSeconds.x }
    /// The integral of ``talking`` over time, in seconds.
    var talkSeconds: Double { agentSeconds.y }

    @inline(__always)
    mutating func pass(_ seconds: Double) {
        agentSeconds += agents * seconds
        lineSeconds += heldLines * seconds
    }

    /// More or fewer agents are busy or talk from now on.
    @inline(__always)
    mutating func changeAgents(busy moreBusy: Int = 0, talking moreTalking: Int = 0) {
        busy &+= moreBusy
        talking &+= moreTalking
        agents += SIMD2(Double(moreBusy), Double(moreTalking))
    }

    /// More or fewer lines are held from now on.
    @inline(__always)
    mutating func changeLines(by more: Int) {
        lines &+= more
        heldLines += Double(more)
    }
}
