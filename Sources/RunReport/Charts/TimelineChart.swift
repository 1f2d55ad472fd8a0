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

    /// - Parameter limit: The most calls that may be up at once.
    init?(_ timeline: CallTimeline, limit: Int) {
        self.timeline = timeline
        self.limit = limit
        guard timeline.bins > 0, timeline.binMs > 0 else { return nil }
        let peak = timeline.callsUp.max() ?? 0
        isLimitAbove = limit > max(1, peak) * 4
        calls = AxisScale(upTo: Double(isLimitAbove ? peak : max(peak, limit)), steps: 3, least: 1)
        let most = timeline.ended.map { $0.values.reduce(0, +) }.max() ?? 0
        ended = AxisScale(upTo: Double(most), steps: 2, least: 1)
        time = AxisScale(seconds: timeline.seconds, steps: 5)
    }

    /// The picture with its words and the figures behind it.
    var picture: ReportPicture {
        let outcomes = CallOutcome.allCases.filter { outcome in timeline.ended.contains { $0[outcome] ?? 0 > 0 } }
        let rows = (0..<timeline.bins).map { bin in
            let ended = bin < timeline.ended.count ? timeline.ended[bin] : [:]
            let up = bin < timeline.callsUp.count ? timeline.callsUp[bin] : 0
            return [Self.timeText(Double(bin) * Double(timeline.binMs) / 1000), NumberText.count(up)]
                + outcomes.map { NumberText.count(ended[$0] ?? 0) }
        }
        let heads = [ReportTable.Column.number("From"), .number("Most at once")]
        return ReportPicture(
            svg,
            keys: [.init(.area, "up at once"), .init(.limit, "limit")]
                + outcomes.map { .init(Paint($0), $0.rawValue) },
            hasMargin: true,
            figures: ReportTable("Calls over virtual time", heads + outcomes.map { .number($0.rawValue) }, rows)
        )
    }

    var svg: SVG {
        let upper = Self.heading
        let lower = upper + Self.callsHeight + Self.gap + Self.heading
        let bottom = lower + Self.endedHeight
        var svg = SVG(title: "Calls over virtual time", description: description, id: "timeline", height: bottom + 42)
        svg.text("Calls up at once", 0, upper - 8, .label)
        svg.text(limitNote, 1, upper - 8, .value, .end)
        drawGrid(calls, top: upper, height: Self.callsHeight, in: &svg) { drawCallsUp(base: $0, in: &$1) }
        svg.text("Calls ended per \(binText)", 0, lower - 8, .label)
        drawGrid(ended, top: lower, height: Self.endedHeight, in: &svg) { drawEnded(base: $0, in: &$1) }
        for mark in time.marks where mark <= timeline.seconds * 1.0001 {
            svg.vertical(mark / timeline.seconds, from: bottom, to: bottom + 4, .axis)
            svg.tick(Self.timeText(mark), mark / timeline.seconds, bottom + 18)
        }
        svg.text("virtual time", 0.5, bottom + 36, .value, .middle)
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

    /// Draws the lines of a scale, `content` above its base, and its numbers in the margin left of the drawing.
    private func drawGrid(
        _ scale: AxisScale,
        top: Double,
        height: Double,
        in svg: inout SVG,
        content: (_ base: Double, inout SVG) -> Void
    ) {
        let marks = scale.marks.map { (number: Int($0), y: top + height * (1 - $0 / scale.end)) }
        for mark in marks { svg.horizontal(mark.y, mark.number == 0 ? .axis : .grid) }
        content(top + height, &svg)
        for mark in marks.dropFirst() {
            svg.text(NumberText.count(mark.number), 0, mark.y + 4, .tick, .end, shift: -6)
        }
    }

    private func drawCallsUp(base: Double, in svg: inout SVG) {
        var bin = 0
        while bin < timeline.callsUp.count {
            let count = timeline.callsUp[bin]
            let run = timeline.callsUp[bin...].prefix { $0 == count }.count
            if count > 0 {
                let height = Self.callsHeight * Double(count) / calls.end
                // Slightly wider than the bins, so that neighbouring bars leave no gap.
                let width = min(1, x(bin + run) + 0.0005) - x(bin)
                let tip = "\(clock(bin)): \(NumberText.count(count, "call")) at once"
                svg.bar(x(bin), base - height, width, height, count > limit ? .excess : .area, tip: tip)
            }
            bin += run
        }
        if !isLimitAbove { svg.horizontal(base - Self.callsHeight * Double(limit) / calls.end, .limit) }
    }

    private func drawEnded(base: Double, in svg: inout SVG) {
        let width = 1 / Double(timeline.bins)
        for (bin, counts) in timeline.ended.enumerated() {
            var y = base
            for outcome in CallOutcome.allCases {
                guard let count = counts[outcome], count > 0 else { continue }
                let height = Self.endedHeight * Double(count) / ended.end
                y -= height
                let (left, tip) = (x(bin) + width * 0.08, "\(clock(bin)): \(count) \(outcome.rawValue)")
                svg.bar(left, y, width * 0.84, height, Paint(outcome), tip: tip)
            }
        }
    }

    private func x(_ bin: Int) -> Double { Double(bin) / Double(timeline.bins) }
    private func clock(_ bin: Int) -> String { "at " + Self.timeText(Double(bin) * Double(timeline.binMs) / 1000) }
    static func timeText(_ seconds: Double) -> String {
        if seconds < 60 { return NumberText.short(seconds, 2) + " s" }
        let whole = Int(seconds.rounded())
        let (major, minor, unit) =
            whole < 3600 ? (whole / 60, whole % 60, "min") : (whole / 3600, whole / 60 % 60, "h")
        return minor == 0 ? "\(major) \(unit)" : "\(major):\(minor < 10 ? "0" : "")\(minor) \(unit)"
    }
}
