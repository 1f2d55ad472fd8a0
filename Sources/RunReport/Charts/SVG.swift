/// A drawing; texts are escaped when they are drawn.
///
/// Horizontal positions and lengths are shares of the width, so a drawing fills its column at any width while texts and
/// strokes keep their size. Vertical ones are pixels. Colours come from the style sheet, by class.
package struct SVG {
    /// The opening tag, then what is drawn, back to front.
    private var lines: [String]

    /// The part of a text that is at its `x`.
    package enum Anchor: String {
        case start, middle, end
    }

    /// An empty drawing.
    ///
    /// - Parameters:
    ///   - title: For screen readers.
    ///   - description: What it shows, in a sentence.
    ///   - id: A name that is unique in the document.
    package init(title: String, description: String, id: String, height: Double) {
        let labels = "\(id)-title \(id)-description"
        lines = [
            "<svg role=\"img\" width=\"100%\" height=\"\(Self.px(height))\" aria-labelledby=\"\(labels)\">"
                + "<title id=\"\(id)-title\">\(MarkupText.escaped(title))</title>"
                + "<desc id=\"\(id)-description\">\(MarkupText.escaped(description))</desc>"
        ]
    }

    package var markup: String { (lines + ["</svg>"]).joined(separator: "\n") }

    /// Draws a rectangle; `tip` is shown when a pointer rests on it.
    package mutating func bar(
        _ x: Double,
        _ y: Double,
        _ width: Double,
        _ height: Double,
        _ className: String,
        tip: String
    ) {
        let place = "x=\"\(Self.percent(x))\" y=\"\(Self.px(y))\""
        let size = "width=\"\(Self.percent(width))\" height=\"\(Self.px(height))\""
        let title = "<title>\(MarkupText.escaped(tip))</title>"
        lines.append("<rect class=\"\(className)\" \(place) \(size)>\(title)</rect>")
    }

    /// Draws a round mark; `tip` is shown when a pointer rests on it.
    package mutating func mark(_ x: Double, _ y: Double, _ className: String, tip: String) {
        let place = "cx=\"\(Self.percent(x))\" cy=\"\(Self.px(y))\" r=\"5\""
        lines.append("<circle class=\"\(className)\" \(place)><title>\(MarkupText.escaped(tip))</title></circle>")
    }

    package mutating func horizontal(_ y: Double, from x1: Double = 0, to x2: Double = 1, _ className: String) {
        line(x1, y, x2, y, className)
    }

    package mutating func vertical(_ x: Double, from y1: Double, to y2: Double, _ className: String) {
        line(x, y1, x, y2, className)
    }

    private mutating func line(_ x1: Double, _ y1: Double, _ x2: Double, _ y2: Double, _ className: String) {
        let start = "x1=\"\(Self.percent(x1))\" y1=\"\(Self.px(y1))\""
        let end = "x2=\"\(Self.percent(x2))\" y2=\"\(Self.px(y2))\""
        lines.append("<line class=\"\(className)\" \(start) \(end)/>")
    }

    /// Draws a text; `x` is where it starts, ends or has its middle, moved by `shift` pixels.
    package mutating func text(
        _ text: String,
        _ x: Double,
        _ y: Double,
        _ className: String,
        _ anchor: Anchor = .start,
        shift: Double = 0
    ) {
        let place = "x=\"\(Self.percent(x))\" y=\"\(Self.px(y))\"" + (shift == 0 ? "" : " dx=\"\(Self.px(shift))\"")
        let start = "<text class=\"\(className)\" text-anchor=\"\(anchor.rawValue)\" \(place)>"
        lines.append("\(start)\(MarkupText.escaped(text))</text>")
    }

    /// Writes a number below a horizontal axis.
    package mutating func tick(_ text: String, _ x: Double, _ y: Double) {
        self.text(text, x, y, "tick", x == 0 ? .start : x > 0.95 ? .end : .middle)
    }

    private static func percent(_ share: Double) -> String { NumberText.short(share * 100, 3) + "%" }
    private static func px(_ value: Double) -> String { NumberText.short(value, 2) }
}

/// A scale from 0 with a handful of round steps.
package struct AxisScale {
    package let step: Double
    /// The first step that is not below the largest value.
    package let end: Double

    /// A scale for values up to `most`, in about `steps` steps of 1, 2 or 5 times a power of ten, never below `least`.
    package init(upTo most: Double, steps: Int, least: Double = 0) {
        let wanted = max(most, 1e-9) / Double(max(1, steps))
        var power = 1.0
        while power > wanted { power /= 10 }
        while power * 10 <= wanted { power *= 10 }
        let rounded = [1.0, 2, 5, 10].map { $0 * power }.first { $0 >= wanted - 1e-12 } ?? power * 10
        let step = max(rounded, least)
        self.init(step: step, end: step * max(1, (most / step - 1e-9).rounded(.up)))
    }

    /// A scale of time in seconds, in about `steps` steps that are usual on clocks.
    package init(seconds most: Double, steps: Int) {
        let wanted = max(most, 1e-3) / Double(max(1, steps))
        guard wanted >= 1 else {
            self.init(upTo: most, steps: steps)
            return
        }
        let step = Self.clockSteps.first { $0 >= wanted } ?? (wanted / 86_400).rounded(.up) * 86_400
        self.init(step: step, end: most)
    }

    private init(step: Double, end: Double) {
        self.step = step
        self.end = end
    }

    private static let clockSteps = [
        1.0, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10_800, 21_600, 43_200,
    ]

    /// The steps from 0 up to the end.
    package var marks: [Double] { (0...max(1, Int((end / step + 1e-9).rounded(.down)))).map { Double($0) * step } }
}
