import Dispatch
import Glibc
import Synchronization

/// Listens for Ctrl-C, SIGTERM and SIGHUP as long as it lives: the first asks to stop, the second ends the process with 130.
///
/// A SIGHUP that the caller ignores (`nohup`) stays ignored.
final class SignalWatch: Sendable {
    private let number: Int

    /// Begins to listen; a signal that comes after this is not lost.
    ///
    /// - Parameter onFirst: called for the first signal, from another thread.
    init(onFirst: @escaping @Sendable () -> Void) { number = SignalPipe.shared.add(onFirst) }

    deinit { SignalPipe.shared.remove(number) }

    /// Does work that the first signal cancels; it begins after the listening.
    static func cancelling<Result: Sendable>(
        _ work: @escaping @Sendable () async throws -> Result
    ) async throws -> Result {
        let (listening, isListening) = AsyncStream<Never>.makeStream()
        let task = Task {
            for await _ in listening {}
            return try await work()
        }
        let watch = SignalWatch { task.cancel() }
        isListening.finish()
        defer { withExtendedLifetime(watch) {} }
        return try await task.value
    }
}

/// The signals of the process, as bytes of a pipe.
///
/// A handler writes them there at once, so that none is lost before a thread looks at them. A dispatch source of the signals
/// themselves is registered some time after its start, and the signals until then would be ignored.
private final class SignalPipe: Sendable {
    static let shared = SignalPipe()

    /// What a handler, which captures nothing, writes to.
    private static let input = Atomic<Int32>(-1)

    private struct State {
        var next = 0
        /// What each watch does; `nil` after its first signal.
        var watches: [Int: (@Sendable () -> Void)?] = [:]
        var source: (any DispatchSourceRead)?
    }

    private let state = Mutex(State())

    func add(_ onFirst: @escaping @Sendable () -> Void) -> Int {
        state.withLock { state in
            state.next += 1
            state.watches[state.next] = .some(onFirst)
            if state.source == nil { state.source = begin() }
            return state.next
        }
    }

    func remove(_ number: Int) { state.withLock { _ = $0.watches.removeValue(forKey: number) } }

    private func begin() -> (any DispatchSourceRead)? {
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else { return nil }
        for end in ends {
            _ = fcntl(end, F_SETFD, FD_CLOEXEC)
            _ = fcntl(end, F_SETFL, O_NONBLOCK)
        }
        let output = ends[0]
        Self.input.store(ends[1], ordering: .sequentiallyConsistent)
        let source = DispatchSource.makeReadSource(
            fileDescriptor: output,
            queue: DispatchQueue(label: "ringback.signals")
        )
        source.setEventHandler { [weak self] in
            var byte: UInt8 = 0
            while read(output, &byte, 1) == 1 { self?.signalCame() }
        }
        source.resume()
        for number in [SIGINT, SIGTERM, SIGHUP] where number != SIGHUP || !Self.ignoresHangUp {
            var action = sigaction()
            action.__sigaction_handler.sa_handler = { _ in
                let number = errno
                var byte: UInt8 = 1
                _ = write(SignalPipe.input.load(ordering: .relaxed), &byte, 1)
                errno = number
            }
            action.sa_flags = SA_RESTART
            sigaction(number, &action, nil)
        }
        return source
    }

    private func signalCame() {
        let (first, isOver) = state.withLock { state in
            let first = state.watches.values.compactMap(\.self)
            let isOver = !state.watches.isEmpty && first.isEmpty
            for number in state.watches.keys { state.watches[number] = .some(nil) }
            return (first, isOver)
        }
        if isOver { _exit(130) }
        for onFirst in first { onFirst() }
    }

    private static var ignoresHangUp: Bool {
        var action = sigaction()
        sigaction(SIGHUP, nil, &action)
        return action.__sigaction_handler.sa_handler.map { unsafeBitCast($0, to: Int.self) } == 1  // SIG_IGN
    }
}
