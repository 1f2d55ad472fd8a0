/// A drawing as a value; texts are escaped when it is written.
///
/// Horizontal places and lengths are shares of the width, so a drawing fills its column at any width while texts and
/// strokes keep their size. Vertical ones are pixels. Colours come from the style sheet, by class.
struct SVG {
    /// What the drawing is called, for readers that do not see it.
    var title: String
    /// What it shows, in a sentence.
    var description: String
    /// A name that is unique in the document.
    var id: String
    /// The height in pixels.
    var height: Double
    /// What is drawn, back to front.
    var shapes: [Shape] = []

    /// One element of a drawing.
    enum Shape {
        /// A rectangle; `tip` is shown where a pointer rests on it.
        case bar(x: Double, y: Double, width: Double, height: Double, className: String, tip: String = "")
        /// A straight line.
        case line(x1: Double, y1: Double, x2: Double, y2: Double, className: String)
        /// A text; `x` is where it starts, ends or has its middle, moved by `shift` pixels.
        case text(String, x: Double, y: Double, anchor: Anchor = .start, className: String, shift: Double = 0)
    }

    /// Which part of a text stands at its place.
    enum Anchor: String {
        case start, middle, end
    }

    /// The markup.
    var markup: String {
        let labels = "\(id)-title \(id)-description"
        var text = "<svg role=\"img\" width=\"100%\" height=\"\(Self.number(height))\" aria-labelledby=\"\(labels)\">"
        text += "<title id=\"\(id)-title\">\(MarkupText.escaped(title))</title>"
        text += "<desc id=\"\(id)-description\">\(MarkupText.escaped(description))</desc>"
        text += shapes.map { "\n" + $0.markup }.joined()
        return text + "\n</svg>"
    }

    fileprivate static func number(_ value: Double) -> String { NumberText.short(value, 2) }
}

extension SVG.Shape {
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
