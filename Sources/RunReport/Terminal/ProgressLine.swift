import Addresses
import ExactJSON

/// How far a run has come.
public struct RunProgress: Hashable, Sendable {
    /// The state of the simulation, such as `running`.
    public var step: String
    /// Calls dialled.
    public var attempted: Int
    /// Calls to dial.
    public var maxCalls: Int
    /// Events received.
    public var events: Int
    /// Seconds since the run began.
    public var elapsedSeconds: Double

    /// Creates a progress.
    public init(step: String, attempted: Int, maxCalls: Int, events: Int, elapsedSeconds: Double) {
        self.step = step
        self.attempted = attempted
        self.maxCalls = maxCalls
        self.events = events
        self.elapsedSeconds = elapsedSeconds
    }

    var share: Double { maxCalls > 0 ? min(1, max(0, Double(attempted) / Double(maxCalls))) : 0 }
}

/// The line that shows the progress of a run; the caller draws each over the one before.
public enum ProgressLine {
    /// The line, at most `width` cells wide: parts that do not fit are left out, the bar first.
    public static func text(_ progress: RunProgress, width: Int, style: TextStyle = .plain) -> String {
        let calls = calls(progress)
        let step = PrintableText.line(progress.step)
        let percent = NumberText.fixed((progress.share * 100).rounded(.down), 0) + " %"
        let elapsed = Duration.text(seconds: progress.elapsedSeconds)
        let tail = "  \(TextColumns.trailing(percent, 5))   \(elapsed)"
        let head = "  " + (step.isEmpty ? "" : step + "   ") + calls + "   "
        let room = min(30, width - TextColumns.width(head) - TextColumns.width(tail))
        if room >= 6 {
            return head + bar(share: progress.share, width: room, style: style) + tail
        }
        let shorter = ["\(head)\(percent)   \(elapsed)", "  \(calls)   \(percent)", "  \(percent)"]
        return shorter.first { TextColumns.width($0) <= width } ?? TextColumns.cut(percent, to: width)
    }

    /// Calls and events in fixed columns, so that a line that is drawn again does not jump.
    static func calls(_ progress: RunProgress) -> String {
        let all = NumberText.count(progress.maxCalls)
        let attempted = TextColumns.trailing(NumberText.count(progress.attempted), all.count)
        return "calls \(attempted)/\(all)   events \(NumberText.count(progress.events))"
    }

    static func bar(share: Double, width: Int, style: TextStyle) -> String {
        let full = Int((share * Double(width)).rounded(.down))
        return style.text(String(repeating: "━", count: full), .chart)
            + style.text(String(repeating: "─", count: width - full), .quiet)
    }
}

/// The steps that a run has taken, side by side in columns.
public enum StepsLine {
    /// The steps with a tick before each, on as many lines as `width` requires, without a final newline.
    public static func text(_ steps: [String], width: Int, style: TextStyle = .plain) -> String {
        let cells = steps.map { TextColumns.cut(PrintableText.line($0), to: max(8, width - 4)) }
        let column = max(16, cells.map { TextColumns.width($0) }.max() ?? 0) + 4
        let perLine = max(1, (width - 2) / column)
        return stride(from: 0, to: cells.count, by: perLine).map { start in
            let line = cells[start..<min(cells.count, start + perLine)]
            let last = line.endIndex - 1
            return "  "
                + line.indices.map { index in
                    style.text("✓", .pass) + " "
                        + (index == last ? line[index] : TextColumns.leading(line[index], column - 2))
                }.joined()
        }.joined(separator: "\n")
    }
}
