import RingbackHome
import Synchronization

/// A request to stop a run, which cancels the operation that is under way.
final class Interruption: Sendable {
    private struct State {
        var isRequested = false
        var isLeaving = false
        var tasks: [Int: @Sendable () -> Void] = [:]
        var next = 0
    }

    private let state = Mutex(State())

    var isRequested: Bool { state.withLock { $0.isRequested } }

    /// Whether the run is to be left as it is, for another process to resume.
    var isLeaving: Bool { state.withLock { $0.isLeaving } }

    func request(leaving: Bool = false) {
        let tasks = state.withLock { state in
            // A run that is being stopped already is not left.
            if leaving, !state.isRequested { state.isLeaving = true }
            state.isRequested = true
            defer { state.tasks = [:] }
            return state.tasks.values.map { $0 }
        }
        for cancel in tasks { cancel() }
    }

    /// Runs `work` in a task that a request to stop cancels; the caller itself is not cancelled, so it can tidy up.
    func interruptibly<Value: Sendable>(_ work: @escaping @Sendable () async throws -> Value) async throws -> Value {
        // The task is awaited below and never outlives this call.
        let task = Task { try await work() }
        let number = state.withLock { state -> Int? in
            guard !state.isRequested else { return nil }
            state.next += 1
            state.tasks[state.next] = { task.cancel() }
            return state.next
        }
        if number == nil { task.cancel() }
        let result = await task.result
        if let number { state.withLock { $0.tasks[number] = nil } }
        return try result.get()
    }
}

/// A place at which a test can let the process die, to see that the run can be resumed.
///
/// `RINGBACK_CRASH_AT` names it; see `CrashSwitch`.
package enum CrashPoint: String, CaseIterable {
    case afterValidation = "after-validation"
    case afterToken = "after-token"
    case afterSlot = "after-slot"
    case beforeIntent = "before-intent"
    case afterIntent = "after-intent"
    case afterCreate = "after-create"
    case afterDispatch = "after-dispatch"
    case afterTracking = "after-tracking"
    case afterDrain = "after-drain"
    case afterAggregation = "after-aggregation"
    case afterFiles = "after-files"
    case beforeVerdict = "before-verdict"

    /// Dies here if that is wanted.
    func reach() { CrashSwitch.reach(rawValue) }
}
