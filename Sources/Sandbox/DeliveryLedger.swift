import SimulationAPI
import Synchronization

/// Counts the webhooks of one simulation; its engine waits here for them.
final class DeliveryLedger: Sendable {
    /// The engine pauses while this many deliveries are neither delivered nor given up.
    static let defaultRoomLimit = 10_000

    /// What the engine can wait for.
    enum Condition {
        /// Fewer deliveries than the limit are unfinished.
        case room
        /// Every delivery has had its first attempt.
        case firstAttempts
    }

    private struct State {
        let roomLimit: Int
        var enqueued = 0
        var attempted = 0
        var delivered = 0
        var givenUp = 0
        var waiter: (condition: Condition, continuation: CheckedContinuation<Void, Never>)?

        func holds(_ condition: Condition) -> Bool {
            switch condition {
            case .room: enqueued - delivered - givenUp < roomLimit
            case .firstAttempts: attempted == enqueued
            }
        }

        mutating func takeSatisfiedWaiter() -> CheckedContinuation<Void, Never>? {
            guard let (condition, continuation) = waiter, holds(condition) else { return nil }
            waiter = nil
            return continuation
        }
    }

    private let state: Mutex<State>

    init(roomLimit: Int = defaultRoomLimit) { state = Mutex(State(roomLimit: roomLimit)) }

    var isAwaited: Bool { state.withLock { $0.waiter != nil } }

    var counts: SimulationStatus.WebhookCounts {
        state.withLock { state in
            SimulationStatus.WebhookCounts(
                delivered: state.delivered,
                pending: state.enqueued - state.delivered - state.givenUp,
                givenUp: state.givenUp
            )
        }
    }

    func enqueued() { state.withLock { $0.enqueued += 1 } }
    func firstAttempted() { change { $0.attempted += 1 } }
    func delivered() { change { $0.delivered += 1 } }
    func givenUp() { change { $0.givenUp += 1 } }

    private func change(_ update: (inout State) -> Void) {
        let continuation = state.withLock { state in
            update(&state)
            return state.takeSatisfiedWaiter()
        }
        continuation?.resume()
    }

    /// Waits until the condition holds, or the task is cancelled.
    ///
    /// One waiter at a time: the simulation's engine.
    func wait(for condition: Condition) async {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let goOn = state.withLock { state in
                    if state.holds(condition) || Task.isCancelled { return true }
                    state.waiter = (condition, continuation)
                    return false
                }
                if goOn { continuation.resume() }
            }
        } onCancel: {
            let waiter = state.withLock { state in
                defer { state.waiter = nil }
                return state.waiter
            }
            waiter?.continuation.resume()
        }
    }
}
