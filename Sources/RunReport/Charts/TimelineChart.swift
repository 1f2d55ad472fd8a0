import ExactJSON
import SimulationAPI

/// The run over virtual time: calls up at once with their limit, and calls that ended, stacked by outcome.
struct TimelineChart {
    private let timeline: CallTimeline
    private let limit: Int
    private let calls: AxisScale
    private let ended: AxisScale
    private let time: AxisScale
    /// The limit is left out if it is far above all calls, as the curve would become flat.
    private let isLimitAbove: Bool

    private static let callsHeight = 130.0
    private static let endedHeight = 90.0
    private static let heading = 24.0
    private static let gap = 16.0

    /// The chart; `nil` without a timeline.
    init?(_ facts: RunFacts) {
        timeline = facts.calls.timeline
        limit = facts.payload.concurrencyLimit
        guard timeline.bins > 0, timeline.binMs > 0 else { return nil }
        let peak = timeline.callsUp.max() ?? 0
        isLimitAbove = limit > max(1, peak) * 4
        calls = AxisScale(upTo: Double(isLimitAbove ? peak : max(peak, limit)), steps: 3, least: 1)
        let most = timeline.ended.map { $0.values.reduce(0, +) }.max() ?? 0
        ended = AxisScale(upTo: Double(most), steps: 2, least: 1)
        time = AxisScale(seconds: timeline.seconds, steps: 5)
    }

    var svg: SVG {
        let upper = Self.heading
        let lower = upper + Self.callsHeight + Self.gap + Self.heading
        let bottom = lower + Self.endedHeight
        let height = bottom + 24
        var svg = SVG(title: "Calls over virtual time", description: description, id: "timeline", height: height)
        svg.primitives.append(.text("Calls up at once", x: 0, y: upper - 8, className: "label"))
        svg.primitives.append(.text(limitNote, x: 1, y: upper - 8, anchor: .end, className: "value"))
        svg.primitives += grid(calls, top: upper, height: Self.callsHeight)
        svg.primitives += callsUp(top: upper)
        svg.primitives += numbers(calls, top: upper, height: Self.callsHeight)
        svg.primitives.append(.text("Calls ended per \(binText)", x: 0, y: lower - 8, className: "label"))
        svg.primitives += grid(ended, top: lower, height: Self.endedHeight)
        svg.primitives += endedStacks(top: lower)
        svg.primitives += numbers(ended, top: lower, height: Self.endedHeight)
        svg.primitives += timeMarks(bottom: bottom)
        return svg
    }

    private var binText: String { NumberText.short(Double(timeline.binMs) / 1000, 2) + " s" }
    private var limitNote: String {
        isLimitAbove ? "↑ limit \(NumberText.count(limit)), above this scale" : "- - limit \(NumberText.count(limit))"
    }
    private var description: String {
        "Over \(Duration.text(seconds: timeline.seconds)) of virtual time at most "
            + "\(NumberText.count(timeline.callsUp.max() ?? 0, "call")) at once; the limit is \(limit)."
    }

    private func grid(_ scale: AxisScale, top: Double, height: Double) -> [SVG.Primitive] {
        scale.marks.map { mark in
            let y = top + height * (1 - mark / scale.end)
            return .line(x1: 0, y1: y, x2: 1, y2: y, className: mark == 0 ? "axis" : "grid")
        }
    }

    /// The numbers of a grid, in the margin left of the drawing.
    private func numbers(_ scale: AxisScale, top: Double, height: Double) -> [SVG.Primitive] {
        scale.marks.dropFirst().map { mark in
            let y = top + height * (1 - mark / scale.end)
            let number = NumberText.count(Int(mark))
            return .text(number, x: 0, y: y + 4, anchor: .end, className: "tick", shift: -6)
        }
    }

    private func callsUp(top: Double) -> [SVG.Primitive] {
        var shapes: [SVG.Primitive] = []
        var bin = 0
        while bin < timeline.callsUp.count {
            let count = timeline.callsUp[bin]
            let run = timeline.callsUp[bin...].prefix { $0 == count }.count
            let height = Self.callsHeight * Double(count) / calls.end
            if count > 0 {
                // Slightly wider than the bins, so that neighbouring bars leave no gap.
                let end = min(1, x(bin + run) + 0.0005)
                shapes.append(
                    .bar(
                        x: x(bin),
                        y: top + Self.callsHeight - height,
                        width: end - x(bin),
                        height: height,
                        className: count > limit ? "area over" : "area",
                        tip: "\(clock(bin)): \(NumberText.count(count, "call")) at once"
                    )
                )
            }
            bin += run
        }
        if !isLimitAbove {
            let y = top + Self.callsHeight * (1 - Double(limit) / calls.end)
            shapes.append(.line(x1: 0, y1: y, x2: 1, y2: y, className: "limit"))
        }
        return shapes
    }

    private func endedStacks(top: Double) -> [SVG.Primitive] {
        var shapes: [SVG.Primitive] = []
        let width = 1 / Double(timeline.bins)
        for (bin, counts) in timeline.ended.enumerated() {
            var y = top + Self.endedHeight
            for outcome in CallOutcome.allCases {
                guard let count = counts[outcome], count > 0 else { continue }
                let height = Self.endedHeight * Double(count) / ended.end
                y -= height
                shapes.append(
                    .bar(
                        x: x(bin) + width * 0.08,
                        y: y,
                        width: width * 0.84,
                        height: height,
                        className: "stack o-\(outcome.rawValue)",
                        tip: "\(clock(bin)): \(count) \(outcome.rawValue)"
                    )
                )
            }
        }
        return shapes
    }

    private func timeMarks(bottom: Double) -> [SVG.Primitive] {
        time.marks.filter { $0 <= timeline.seconds * 1.0001 }.flatMap { mark -> [SVG.Primitive] in
            let x = mark / timeline.seconds
            let anchor: SVG.Anchor = mark == 0 ? .start : x > 0.95 ? .end : .middle
            return [
                .line(x1: x, y1: bottom, x2: x, y2: bottom + 4, className: "axis"),
                .text(timeText(mark), x: x, y: bottom + 18, anchor: anchor, className: "tick"),
            ]
        }
    }

    private func x(_ bin: Int) -> Double { Double(bin) / Double(timeline.bins) }
    private func clock(_ bin: Int) -> String { "at " + timeText(Double(bin) * Double(timeline.binMs) / 1000) }
    private func timeText(_ seconds: Double) -> String {
        if seconds < 60 { return NumberText.short(seconds, 2) + " s" }
        let whole = Int(seconds.rounded())
        let (major, minor, unit) =
            whole < 3600 ? (whole / 60, whole % 60, "min") : (whole / 3600, whole / 60 % 60, "h")
        return minor == 0 ? "\(major) \(unit)" : "\(major):\(minor < 10 ? "0" : "")\(minor) \(unit)"
    }
}
