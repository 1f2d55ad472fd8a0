import Glibc
import RingbackHome
import RunReport

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

    /// Writes all bytes; the caller asks ``StandardOutput/failure`` at the end, and what standard error does not take is
    /// dropped.
    static func put(_ bytes: [UInt8], on stream: Console.Stream) {
        switch stream {
        case .output: try? StandardOutput.write(bytes)
        case .error: try? FileSystem.write(bytes, to: STDERR_FILENO, path: "standard error")
        }
    }

    /// Keeps a reader that goes away (`| head`) from ending the process with a signal, and opens what the caller closed of
    /// descriptors 0 to 2, so that no file or socket of the program gets such a number.
    static func prepare() {
        signal(SIGPIPE, SIG_IGN)
        for descriptor in STDIN_FILENO...STDERR_FILENO where fcntl(descriptor, F_GETFD) < 0 && errno == EBADF {
            _ = open("/dev/null", O_RDWR)
        }
    }

    /// Ends the process.
    static func end(with code: RunReport.ExitCode) -> Never { exit(code.rawValue) }

    private static func descriptor(_ stream: Console.Stream) -> Int32 {
        stream == .output ? STDOUT_FILENO : STDERR_FILENO
    }
}
