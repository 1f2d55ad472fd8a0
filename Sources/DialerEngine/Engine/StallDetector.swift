/// Notices a simulation that cannot go on.
struct StallDetector {
    /// The batches of attempts at one instant after which time is held to stand still: 2²⁰ attempts.
    private static let mostBatches = (1 << 20) / AttemptPlanner.batchSize
    /// The virtual seconds without a call after which a policy is held to never dial again.
    private static let longestSilence = 86_400.0

    private var instant = -1.0
    private var batches = 0

    /// Takes note of a new batch of attempts; whether too many began at one instant.
    mutating func standsStill(at now: Double) -> Bool {
        batches = now == instant ? batches + 1 : 0
        instant = now
        return batches >= Self.mostBatches
    }

    /// Whether nothing has been dialled for too long.
    func isIdle(at now: Double, since lastDial: Double) -> Bool { now - lastDial > Self.longestSilence }
}
