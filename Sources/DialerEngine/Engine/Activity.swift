/// What agents and lines do at a moment, and how much of it there has been.
///
/// The integral of a number over time is kept as the sum of its changes, each times its moment: it is `number·now` less
/// that sum. So nothing has to be written when time passes and no number changes.
struct Activity {
    /// Agents in talk or wrap-up.
    private(set) var busy = 0
    private var busyMoments = 0.0
    /// Agents on duty: idle or busy.
    private(set) var onDuty = 0
    private var dutyMoments = 0.0
    private var unservedMoments = 0.0
    /// The conversations that have begun, in seconds until their end.
    var talkSeconds = 0.0
    var idleSeconds = 0.0
    var idlePeriods = 0
    var connects = 0
    var dials = 0

    /// Returns the integral of ``busy`` over time, in seconds.
    func busySeconds(until now: Double) -> Double { Double(busy) * now - busyMoments }

    /// Returns the integral of ``onDuty`` over time, in seconds.
    func dutySeconds(until now: Double) -> Double { Double(onDuty) * now - dutyMoments }

    /// Returns the integral over time of the agents who wait for a call, in seconds.
    func idleSeconds(until now: Double) -> Double { dutySeconds(until: now) - busySeconds(until: now) }

    /// Agents come on duty or return, or leave if the number is negative.
    mutating func agentsCame(_ number: Int, at now: Double) {
        onDuty += number
        dutyMoments += Double(number) * now
    }

    /// Returns the integral over time of the calls that ring or wait, in seconds; `unserved` is their present number.
    func unservedSeconds(until now: Double, unserved: Int) -> Double { Double(unserved) * now - unservedMoments }

    @inline(__always)
    mutating func agentBecameBusy(at now: Double) {
        busy &+= 1
        busyMoments += now
    }

    @inline(__always)
    mutating func agentBecameFree(at now: Double) {
        busy &-= 1
        busyMoments -= now
    }

    /// A call was dialled.
    @inline(__always)
    mutating func callBegan(at now: Double) { unservedMoments += now }

    /// A call ended without an agent, or an agent took it.
    @inline(__always)
    mutating func callWaitsNoMore(at now: Double) { unservedMoments -= now }
}

/// How much of everything there has been until a moment.
struct ActivityTotals {
    var dutySeconds = 0.0
    var busySeconds = 0.0
    var talkSeconds = 0.0
    var idleSeconds = 0.0
    var idlePeriods = 0
    var connects = 0
    var dials = 0
}
