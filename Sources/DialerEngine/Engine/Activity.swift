/// What agents and lines do at a moment, and how much of it there has been.
struct Activity {
    /// Agents in talk or wrap-up.
    var busy = 0
    /// Agents in talk.
    var talking = 0
    /// Calls that ring, wait or talk.
    var lines = 0
    /// The integral of ``busy`` over time, in seconds.
    private(set) var busySeconds = 0.0
    /// The integral of ``talking`` over time, in seconds.
    private(set) var talkSeconds = 0.0
    /// The integral of ``lines`` over time, in seconds.
    private(set) var lineSeconds = 0.0
    /// Completed idle periods, the sum in seconds.
    var idleSeconds = 0.0
    /// The number of completed idle periods.
    var idlePeriods = 0
    /// Persons connected.
    var connects = 0
    /// Calls dialled.
    var dials = 0

    /// Lets time pass.
    @inline(__always)
    mutating func pass(_ seconds: Double) {
        busySeconds += Double(busy) * seconds
        talkSeconds += Double(talking) * seconds
        lineSeconds += Double(lines) * seconds
    }
}
