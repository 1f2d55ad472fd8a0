import ExactJSON
import Synchronization

/// The first line of a server, which says where it listens, and the wait for the signal that stops it.
final class Announcement: Sendable {
    private struct State {
        var isSaid = false
        var isStopped = false
        var waiters: [CheckedContinuation<Void, Never>] = []
    }

    private let common: CommonOptions
    private let state = Mutex(State())

    init(_ common: CommonOptions) { self.common = common }

    /// Says where the server listens, and a token that was made for it; the first time only.
    func say(_ origin: String, _ newToken: String?) {
        let isFirst = state.withLock { state in
            defer { state.isSaid = true }
            return !state.isSaid
        }
        guard isFirst else { return }
        if common.json {
            let document: JSONValue = .object(present: [
                "version": 1, "listening": .string(origin), "apiToken": newToken.map { .string($0) },
            ])
            Console.output(document.text)
        } else {
            Console.output("listening on \(origin)")
            if let newToken {
                Console.output("API token, shown once (set RINGBACK_API_TOKEN for one of your own): \(newToken)")
            }
        }
        // The caller learns the port from the first line, so a server that could not print it stops.
        if Console.outputFailure != nil { stop() }
    }

    /// From now on the server is to stop.
    func stop() {
        let waiters = state.withLock { state in
            state.isStopped = true
            defer { state.waiters = [] }
            return state.waiters
        }
        for waiter in waiters { waiter.resume() }
    }

    /// Returns once the server is to stop.
    func untilStopped() async {
        await withCheckedContinuation { continuation in
            let isStopped = state.withLock { state in
                if !state.isStopped { state.waiters.append(continuation) }
                return state.isStopped
            }
            if isStopped { continuation.resume() }
        }
    }
}
