import RunReport
import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Standard output for results, standard error for progress and messages.
enum Console {
    /// Writes a text to standard output, with a newline where it has none.
    static func output(_ text: String) { write(text, to: STDOUT_FILENO) }

    /// Writes a text to standard error, with a newline where it has none.
    static func error(_ text: String) { write(text, to: STDERR_FILENO) }

    /// Writes a text as it is to standard output.
    static func outputRaw(_ text: String) { writeAll(Array(text.utf8), to: STDOUT_FILENO) }

    /// Writes a text as it is to standard error.
    static func errorRaw(_ text: String) { writeAll(Array(text.utf8), to: STDERR_FILENO) }

    /// Whether standard error is a terminal that understands control sequences.
    static var errorIsTerminal: Bool { isatty(STDERR_FILENO) == 1 && !isDumb }

    /// The style of standard output: colours only on a terminal that wants them.
    static var outputStyle: TextStyle {
        isatty(STDOUT_FILENO) == 1 && !isDumb && (Environment.value("NO_COLOR") ?? "").isEmpty ? .ansi : .plain
    }

    /// The style of standard error.
    static var errorStyle: TextStyle {
        errorIsTerminal && (Environment.value("NO_COLOR") ?? "").isEmpty ? .ansi : .plain
    }

    /// The width of the terminal in cells; 100 where there is none.
    static var width: Int {
        if let columns = Environment.value("COLUMNS").flatMap({ Int($0) }), columns > 0 { return columns }
        for descriptor in [STDOUT_FILENO, STDERR_FILENO] {
            var size = winsize()
            if ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 { return Int(size.ws_col) }
        }
        return 100
    }

    /// A reader that goes away (`| head`) must not kill the run with a signal.
    static func ignoreBrokenPipes() { signal(SIGPIPE, SIG_IGN) }

    /// Ends the process.
    static func exit(_ code: RunReport.ExitCode) -> Never {
        #if canImport(Glibc)
            Glibc.exit(code.rawValue)
        #elseif canImport(Musl)
            Musl.exit(code.rawValue)
        #else
            Darwin.exit(code.rawValue)
        #endif
    }

    private static var isDumb: Bool { ["dumb", ""].contains(Environment.value("TERM") ?? "") }

    private static func write(_ text: String, to descriptor: Int32) {
        writeAll(Array((text.hasSuffix("\n") || text.isEmpty ? text : text + "\n").utf8), to: descriptor)
    }

    private static func writeAll(_ bytes: [UInt8], to descriptor: Int32) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { buffer in
                #if canImport(Glibc)
                    Glibc.write(descriptor, buffer.baseAddress, buffer.count)
                #elseif canImport(Musl)
                    Musl.write(descriptor, buffer.baseAddress, buffer.count)
                #else
                    Darwin.write(descriptor, buffer.baseAddress, buffer.count)
                #endif
            }
            if count < 0, errno == EINTR || errno == EAGAIN { continue }
            guard count > 0 else { return }
            rest = rest.dropFirst(count)
        }
    }
}

/// Environment variables.
enum Environment {
    /// The value of a variable, `nil` where it is not set.
    static func value(_ name: String) -> String? { getenv(name).map { String(cString: $0) } }

    /// The value of a variable that is set and not empty.
    static func filled(_ name: String) -> String? { value(name).flatMap { $0.isEmpty ? nil : $0 } }
}
