import Synchronization

/// The wish to stop a run: told once, heard by whatever goes on at the time.
final class Interruption: Sendable {
    private struct State {
        var isRequested = false
        var tasks: [Int: @Sendable () -> Void] = [:]
        var next = 0
    }

    private let state = Mutex(State())

    /// Whether somebody asked to stop.
    var isRequested: Bool { state.withLock { $0.isRequested } }

    /// Asks to stop.
    func request() {
        let tasks = state.withLock { state in
            state.isRequested = true
            defer { state.tasks = [:] }
            return state.tasks.values.map { $0 }
        }
        for cancel in tasks { cancel() }
    }

    /// Runs `work` in a task that is cancelled when somebody asks to stop; the caller itself is not cancelled, so it can
    /// tidy up afterwards.
    func interrupting<Result: Sendable>(_ work: @escaping @Sendable () async -> Result) async -> Result {
        // The task is awaited below and never outlives this call.
        let task = Task { await work() }
        let number = state.withLock { state -> Int? in
            guard !state.isRequested else { return nil }
            state.next += 1
            state.tasks[state.next] = { task.cancel() }
            return state.next
        }
        if number == nil { task.cancel() }
        let result = await task.value
        if let number { state.withLock { $0.tasks[number] = nil } }
        return result
    }
}
