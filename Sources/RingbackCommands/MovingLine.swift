import Synchronization

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
