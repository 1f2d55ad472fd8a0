package import ExactJSON
package import HTTPExchange

/// Where a sandbox takes time and chance from.
package struct SandboxEnvironment: Sendable {
    /// Monotonic time and sleeping.
    package var timeline = Timeline()
    /// The wall clock.
    package var now: @Sendable () -> Timestamp = { WallClock.now }
    /// A draw from 0..<1 for the jitter of retries.
    package var chance: @Sendable () -> Double = { .random(in: 0..<1) }

    /// The system's clocks and random numbers.
    package static var system: SandboxEnvironment { SandboxEnvironment() }

    /// Both clocks, read together.
    var moment: SandboxState.Moment {
        SandboxState.Moment(seconds: timeline.now.offset / .seconds(1), wall: now())
    }

    func sleep(seconds: Double) async throws { try await timeline.sleep(until: timeline.after(.seconds(seconds))) }
}
