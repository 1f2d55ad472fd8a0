public import HTTPExchange
public import SimulationAPI

extension SimulationClient {
    /// Polls a simulation until it ends or the deadline comes.
    ///
    /// Failures that may pass (resets, 5xx, 429, broken bodies, unknown states) are survived until the deadline.
    ///
    /// - Parameters:
    ///   - id: the simulation.
    ///   - deadline: when to stop, the only time limit.
    ///   - pollInterval: the usual pause; longer while nothing changes.
    ///   - wake: brings the next poll forward, when a webhook came.
    ///   - onStatus: called with every status that was read.
    /// - Throws: ``ClientError`` if the simulation can no longer be read or the task is cancelled.
    public func track(
        id: String,
        until deadline: Timeline.Instant,
        pollInterval: Duration,
        wakenBy wake: WakeSignal? = nil,
        onStatus: (SimulationStatus) -> Void = { _ in }
    ) async throws(ClientError) -> Tracking {
        var state = TrackingState(began: timeline.now, deadline: deadline, interval: pollInterval) { word in
            self.remoteText(word, limit: 60).description
        }
        while true {
            let step: TrackingState.PollStep
            do {
                let status = try await status(of: id, until: deadline, policy: .once)
                onStatus(status)
                step = state.saw(status, now: timeline.now, chance: world.chance())
            } catch {
                step = state.failed(error, now: timeline.now, chance: world.chance())
            }
            switch step {
            case .poll(let instant):
                do {
                    let earliest = state.earliestWake(timeline.now)
                    try await timeline.sleep(until: instant, earliest: earliest, wakenBy: wake)
                } catch { throw .cancelled }
                if timeline.now >= deadline { return state.tracking(state.outOfTime) }
            case .fail(let error): throw error
            case .over(let end): return state.tracking(end)
            }
        }
    }
}
