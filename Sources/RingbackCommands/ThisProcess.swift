import Dispatch
import Glibc
import RunReport
import Synchronization

/// The running process: what it asks the operating system for.
enum ThisProcess {
    /// The operating system's user, whatever the environment claims; the audit log names this one.
    static var user: String {
        getpwuid(geteuid()).map { String(cString: $0.pointee.pw_name) } ?? "uid \(geteuid())"
    }

    /// The number of cores that are online, at least 1.
    static var cores: Int { max(1, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN)))) }

    /// The width of the terminal in cells; nil if neither output is a terminal.
    static var terminalWidth: Int? {
        [Console.Stream.output, .error].lazy.compactMap { stream in
            var size = winsize()
            let isKnown = ioctl(descriptor(stream), UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 0
            return isKnown ? Int(size.ws_col) : nil
        }.first
    }

    static func isTerminal(_ stream: Console.Stream) -> Bool { isatty(descriptor(stream)) == 1 }

    static func variable(_ name: String) -> String? { getenv(name).map { String(cString: $0) } }

    /// Writes all bytes; what a closed pipe does not take is dropped.
    static func put(_ bytes: [UInt8], on stream: Console.Stream) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { write(descriptor(stream), $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR || errno == EAGAIN { continue }
            guard count > 0 else { return }
            rest = rest.dropFirst(count)
        }
    }

    /// Keeps a reader that goes away (`| head`) from ending the process with a signal.
    static func ignoreBrokenPipes() { signal(SIGPIPE, SIG_IGN) }

    /// Ends the process.
    static func end(with code: RunReport.ExitCode) -> Never { exit(code.rawValue) }

    private static func descriptor(_ stream: Console.Stream) -> Int32 {
        stream == .output ? STDOUT_FILENO : STDERR_FILENO
    }
}

/// Listens for Ctrl-C and SIGTERM as long as it lives: the first asks to stop, the second ends the process with 130.
final class SignalWatch {
    private let sources: [any DispatchSourceSignal]

    /// Begins to listen.
    ///
    /// - Parameter onFirst: called for the first signal, from another thread.
    init(onFirst: @escaping @Sendable () -> Void) {
        let queue = DispatchQueue(label: "ringback.signals")
        let isStopping = Once()
        sources = [SIGINT, SIGTERM].map { number in
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: queue)
            source.setEventHandler { if isStopping.isFirst() { onFirst() } else { _exit(130) } }
            source.resume()
            return source
        }
    }

    private final class Once: Sendable {
        private let isOver = Mutex(false)

        func isFirst() -> Bool {
            isOver.withLock { isOver in
                defer { isOver = true }
                return !isOver
            }
        }
    }
}
