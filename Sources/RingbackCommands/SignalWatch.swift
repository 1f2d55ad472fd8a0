import Dispatch
import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Hears Ctrl-C and SIGTERM: the first asks to stop, the second ends the process at once with 130.
final class SignalWatch {
    private let sources: [any DispatchSourceSignal]

    /// Hears signals as long as the watch lives.
    ///
    /// - Parameter onFirst: called for the first one, from another thread.
    init(onFirst: @escaping @Sendable () -> Void) {
        let queue = DispatchQueue(label: "ringback.signals")
        let first = FirstTime()
        sources = [SIGINT, SIGTERM].map { number in
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: queue)
            source.setEventHandler { if first.isNow() { onFirst() } else { _exit(130) } }
            source.resume()
            return source
        }
    }

    /// Tells the first time from all later ones.
    private final class FirstTime: Sendable {
        private let isOver = Mutex(false)

        func isNow() -> Bool {
            isOver.withLock { isOver in
                defer { isOver = true }
                return !isOver
            }
        }
    }
}
