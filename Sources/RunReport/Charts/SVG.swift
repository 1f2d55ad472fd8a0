/// A drawing as a value; texts are escaped when it is written.
///
/// Horizontal positions and lengths are shares of the width, so a drawing fills its column at any width while texts and
/// strokes keep their size. Vertical ones are pixels. Colours come from the style sheet, by class.
struct SVG {
    /// For screen readers.
    var title: String
    /// What it shows, in a sentence.
    var description: String
    /// A name that is unique in the document.
    var id: String
    /// The height in pixels.
    var height: Double
    /// What is drawn, back to front.
    var primitives: [Primitive] = []

    /// One element of a drawing.
    enum Primitive {
        /// A rectangle; `tip` is shown when a pointer rests on it.
        case bar(x: Double, y: Double, width: Double, height: Double, className: String, tip: String = "")
        case line(x1: Double, y1: Double, x2: Double, y2: Double, className: String)
        /// A text; `x` is where it starts, ends or has its middle, moved by `shift` pixels.
        case text(String, x: Double, y: Double, anchor: Anchor = .start, className: String, shift: Double = 0)
    }

    /// The part of a text that is at its `x`.
    enum Anchor: String {
        case start, middle, end
    }

    var markup: String {
        let labels = "\(id)-title \(id)-description"
        var text = "<svg role=\"img\" width=\"100%\" height=\"\(Self.number(height))\" aria-labelledby=\"\(labels)\">"
        text += "<title id=\"\(id)-title\">\(MarkupText.escaped(title))</title>"
        text += "<desc id=\"\(id)-description\">\(MarkupText.escaped(description))</desc>"
        text += primitives.map { "\n" + $0.markup }.joined()
        return text + "\n</svg>"
    }

    fileprivate static func number(_ value: Double) -> String { NumberText.short(value, 2) }
}

extension SVG.Primitive {
    fileprivate var markup: String {
        switch self {
        case .bar(let x, let y, let width, let height, let className, let tip):
            let box = "x=\"\(percent(x))\" y=\"\(px(y))\" width=\"\(percent(width))\" height=\"\(px(height))\""
            let start = "<rect class=\"\(className)\" \(box)"
            return tip.isEmpty ? start + "/>" : start + "><title>\(MarkupText.escaped(tip))</title></rect>"
        case .line(let x1, let y1, let x2, let y2, let className):
            return
                "<line class=\"\(className)\" x1=\"\(percent(x1))\" y1=\"\(px(y1))\" x2=\"\(percent(x2))\" y2=\"\(px(y2))\"/>"
        case .text(let text, let x, let y, let anchor, let className, let shift):
            let place = "x=\"\(percent(x))\" y=\"\(px(y))\"" + (shift == 0 ? "" : " dx=\"\(px(shift))\"")
            return
                "<text class=\"\(className)\" text-anchor=\"\(anchor.rawValue)\" \(place)>\(MarkupText.escaped(text))</text>"
        }
    }

    private func percent(_ share: Double) -> String { NumberText.short(share * 100, 3) + "%" }
    private func px(_ value: Double) -> String { SVG.number(value) }
}

/// A scale from 0 with a handful of round steps.
struct AxisScale {
    let step: Double
    /// The first step that is not below the largest value.
    let end: Double

    /// A scale for values up to `most`, in about `steps` steps of 1, 2 or 5 times a power of ten, never below `least`.
    init(upTo most: Double, steps: Int, least: Double = 0) {
        let wanted = max(most, 1e-9) / Double(max(1, steps))
        var power = 1.0
        while power > wanted { power /= 10 }
        while power * 10 <= wanted { power *= 10 }
        let rounded = [1.0, 2, 5, 10].map { $0 * power }.first { $0 >= wanted - 1e-12 } ?? power * 10
        let step = max(rounded, least)
        self.init(step: step, end: step * max(1, (most / step - 1e-9).rounded(.up)))
    }

    /// A scale of time in seconds, in about `steps` steps that are usual on clocks.
    init(seconds most: Double, steps: Int) {
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
    var marks: [Double] { (0...max(1, Int((end / step + 1e-9).rounded(.down)))).map { Double($0) * step } }
}
