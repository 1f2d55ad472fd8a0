import ExactJSON
import Logging
import RunStore
import Synchronization

/// Tells watchers that runs have changed.
///
/// It asks the store, so that changes by other processes are seen too. A watcher gets at most one signal in an interval;
/// what it missed it reads anew.
final class ChangeFeed: Sendable {
    private struct Watcher {
        /// The run that is watched; `nil` for all.
        let run: String?
        let stream: AsyncStream<[UInt8]>.Continuation
    }

    private struct State {
        var watchers: [Int: Watcher] = [:]
        var next = 0
        var isClosed = false
    }

    /// The time between two looks at the store.
    static let interval = Duration.milliseconds(250)
    /// The time after which a silent stream gets a comment, so that proxies do not end it.
    static let silence = Duration.seconds(15)

    private let store: RunStore
    private let logger: Logger
    private let state = Mutex(State())

    init(_ store: RunStore, logger: Logger) {
        self.store = store
        self.logger = logger
    }

    /// The number of watchers.
    var count: Int { state.withLock { $0.watchers.count } }

    /// The events for one watcher, from the beginning of the stream on.
    ///
    /// - Parameters:
    ///   - run: the run to watch; `nil` for all.
    ///   - now: what the watcher should read first.
    func events(of run: String?, now: (id: String, version: Int64)?) -> AsyncStream<[UInt8]> {
        let (stream, continuation) = AsyncStream<[UInt8]>.makeStream(bufferingPolicy: .bufferingNewest(16))
        continuation.yield(Array("retry: 2000\n\n".utf8))
        if let now { continuation.yield(Self.event(now.id, now.version)) }
        let number = state.withLock { state -> Int? in
            guard !state.isClosed else { return nil }
            state.next += 1
            state.watchers[state.next] = Watcher(run: run, stream: continuation)
            return state.next
        }
        guard let number else {
            continuation.finish()
            return stream
        }
        continuation.onTermination = { [weak self] _ in
            self?.state.withLock { _ = $0.watchers.removeValue(forKey: number) }
        }
        return stream
    }

    /// Watches the store until the task is cancelled.
    func run() async {
        var latest: Int64?
        var silentSince = ContinuousClock.now
        while !Task.isCancelled {
            do {
                let changes = try await store.changes(since: latest)
                latest = changes.latest
                if !changes.runs.isEmpty {
                    tell(of: changes.runs)
                }
            } catch is CancellationError {
                return
            } catch {
                logger.debug("changes of runs cannot be read", metadata: ["reason": "\(error)"])
            }
            if silentSince.duration(to: .now) >= Self.silence {
                silentSince = .now
                // Also to those that had an event meanwhile: a comment costs nothing.
                for watcher in watchers { watcher.stream.yield(Array(":\n\n".utf8)) }
            }
            try? await Task.sleep(for: Self.interval)
        }
    }

    /// Ends every stream, and each that is asked for later.
    func close() {
        let open = state.withLock { state in
            state.isClosed = true
            defer { state.watchers = [:] }
            return Array(state.watchers.values)
        }
        for watcher in open { watcher.stream.finish() }
    }

    private var watchers: [Watcher] { state.withLock { Array($0.watchers.values) } }

    private func tell(of runs: [(id: String, version: Int64)]) {
        for watcher in watchers {
            let news = runs.last { watcher.run == nil || watcher.run == $0.id }
            if let news { watcher.stream.yield(Self.event(news.id, news.version)) }
        }
    }

    private static func event(_ id: String, _ version: Int64) -> [UInt8] {
        let data: JSONValue = ["id": .string(id), "version": .integer(Int(version))]
        return Array("event: changed\nid: \(version)\ndata: \(data.text)\n\n".utf8)
    }
}
