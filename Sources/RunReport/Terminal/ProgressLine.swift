import Addresses

/// How far a run has come.
public struct RunProgress: Hashable, Sendable {
    /// What the run does now, such as `dialling`.
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

    /// The share of calls dialled, 0…1.
    var share: Double { maxCalls > 0 ? min(1, max(0, Double(attempted) / Double(maxCalls))) : 0 }
}

/// The one line that shows a run while it goes on; the caller draws it over the last one.
public enum ProgressLine {
    /// The line, never wider than `width` cells: what does not fit is left out, the bar first.
    public static func text(_ progress: RunProgress, width: Int, style: TextStyle = .plain) -> String {
        let calls = calls(progress)
        let step = PrintableText.line(progress.step)
        let percent = NumberText.fixed((progress.share * 100).rounded(.down), 0) + " %"
        let elapsed = NumberText.duration(seconds: progress.elapsedSeconds)
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

    /// A bar of that many cells.
    static func bar(share: Double, width: Int, style: TextStyle) -> String {
        let full = Int((share * Double(width)).rounded(.down))
        return style.text(String(repeating: "━", count: full), .chart)
            + style.text(String(repeating: "─", count: width - full), .quiet)
    }
}
