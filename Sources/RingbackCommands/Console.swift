import ExactJSON
import Glibc
import RingbackHome
import RunReport
import Synchronization

/// What a command reads and writes: results on standard output, progress and messages on standard error, and settings
/// from the environment.
struct Console: Sendable {
    enum Stream: Sendable {
        case output, error
    }

    var write: @Sendable ([UInt8], Stream) -> Void
    var isTerminal: @Sendable (Stream) -> Bool
    /// The value of an environment variable; nil if it is not set.
    var variable: @Sendable (String) -> String?
    /// The error after which standard output took nothing more.
    var outputFailure: @Sendable () -> FileError? = { nil }

    /// The console of the current task: that of the process, unless a test has put its own in place.
    @TaskLocal static var current = Console(
        write: { ThisProcess.put($0, on: $1) },
        isTerminal: { ThisProcess.isTerminal($0) },
        variable: { ThisProcess.variable($0) },
        outputFailure: { StandardOutput.failure }
    )

    /// Writes a text to standard output, and a newline if it does not end in one.
    static func output(_ text: String) { outputRaw(line(text)) }

    /// Writes a document to standard output.
    static func output(_ document: JSONValue) { output(document.prettyText) }

    /// Why standard output takes nothing more; nil as long as it does, and if its reader went away (`| head`).
    static var outputFailure: FileError? {
        current.outputFailure().flatMap { $0.errorNumber == EPIPE ? nil : $0 }
    }

    /// Writes a text to standard error, and a newline if it does not end in one.
    static func error(_ text: String) { errorRaw(line(text)) }

    /// Writes a text to standard output, unchanged.
    static func outputRaw(_ text: String) { current.write(Array(text.utf8), .output) }

    /// Writes a text to standard error, unchanged.
    static func errorRaw(_ text: String) { current.write(Array(text.utf8), .error) }

    /// Whether standard error is a terminal that understands control sequences.
    static var errorIsTerminal: Bool { current.isTerminal(.error) && !isDumb }

    /// The style of standard output: colours only on a terminal that wants them.
    static var outputStyle: TextStyle { style(isTerminal: current.isTerminal(.output) && !isDumb) }

    /// The style of standard error.
    static var errorStyle: TextStyle { style(isTerminal: errorIsTerminal) }

    /// The width of the terminal in cells; 100 without a terminal.
    static var width: Int {
        if let columns = Environment.value("COLUMNS").flatMap({ Int($0) }), columns > 0 { return columns }
        return ThisProcess.terminalWidth ?? 100
    }

    private static var isDumb: Bool { ["dumb", ""].contains(Environment.value("TERM") ?? "") }

    private static func style(isTerminal: Bool) -> TextStyle {
        isTerminal && Environment.filled("NO_COLOR") == nil ? .ansi : .plain
    }

    private static func line(_ text: String) -> String {
        text.hasSuffix("\n") || text.isEmpty ? text : text + "\n"
    }
}

/// Environment variables.
enum Environment {
    /// The value of a variable; nil if it is not set.
    static func value(_ name: String) -> String? { Console.current.variable(name) }

    /// The value of a variable that is set and not empty.
    static func filled(_ name: String) -> String? { value(name).flatMap { $0.isEmpty ? nil : $0 } }

    /// The secret of a variable or of the file that `NAME_FILE` names; doubts about it are warnings.
    ///
    /// - Parameter isList: whether it may have several lines.
    static func secret(_ name: String, isList: Bool = false) throws -> String? {
        do throws(SecretVariable.ReadingError) {
            let secret = try SecretVariable.read(name, isList: isList, variable: { value($0) })
            for doubt in secret?.doubts ?? [] { Console.error("ringback: warning: \(doubt)") }
            return secret?.text
        } catch {
            throw CommandFailure.usage(error.description)
        }
    }
}

/// The line on standard error that shows progress: each text is drawn over the one before.
///
/// It is drawn on a terminal only, and not with `--quiet`.
final class MovingLine: Sendable {
    private let isQuiet: Bool
    private let isDrawn = Mutex(false)

    init(_ common: CommonOptions) { isQuiet = common.quiet }

    /// Draws a text over the line.
    func draw(_ text: String) {
        guard !isQuiet, Console.errorIsTerminal else { return }
        isDrawn.withLock { isDrawn in
            isDrawn = true
            Console.errorRaw("\r\u{1B}[2K\(text)")
        }
    }

    /// Removes the line.
    func clear() {
        isDrawn.withLock { isDrawn in
            if isDrawn { Console.errorRaw("\r\u{1B}[2K") }
            isDrawn = false
        }
    }

    /// Writes a message to standard error in place of the line; with `--quiet` nothing is written.
    func say(_ text: String) {
        guard !isQuiet else { return }
        clear()
        Console.error(text)
    }
}
