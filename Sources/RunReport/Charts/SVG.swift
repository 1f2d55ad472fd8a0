/// A drawing; texts are escaped when they are drawn.
///
/// Horizontal positions and lengths are shares of the width, so a drawing fills its column at any width while texts and
/// strokes keep their size. Vertical ones are pixels.
package struct SVG: Sendable {
    private let id: String
    private let head: String
    /// What is drawn, back to front.
    private var lines: [String] = []
    private var textures: [Paint] = []

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
        self.id = id
        let labels = "\(id)-title \(id)-description"
        head =
            "<svg role=\"img\" width=\"100%\" height=\"\(Self.px(height))\" aria-labelledby=\"\(labels)\" "
            + "overflow=\"visible\" font-family=\"system-ui, 'Segoe UI', 'Noto Sans', sans-serif\">"
            + "<title id=\"\(id)-title\">\(MarkupText.escaped(title))</title>"
            + "<desc id=\"\(id)-description\">\(MarkupText.escaped(description))</desc>"
    }

    package var markup: String {
        let textures = textures.isEmpty ? [] : ["<defs>"] + textures.map { texture($0) } + ["</defs>"]
        return ([head] + textures + lines + ["</svg>"]).joined(separator: "\n")
    }

    /// Draws a rectangle; `tip` is shown when a pointer rests on it.
    package mutating func bar(
        _ x: Double,
        _ y: Double,
        _ width: Double,
        _ height: Double,
        _ paint: Paint,
        tip: String
    ) {
        let place = "x=\"\(Self.percent(x))\" y=\"\(Self.px(y))\""
        let size = "width=\"\(Self.percent(width))\" height=\"\(Self.px(height))\""
        let title = "<title>\(MarkupText.escaped(tip))</title>"
        lines.append("<rect \(fill(paint)) \(place) \(size) shape-rendering=\"crispEdges\">\(title)</rect>")
    }

    /// Draws a mark in the shape of its paint; `tip` is shown when a pointer rests on it.
    package mutating func mark(_ x: Double, _ y: Double, _ paint: Paint, isFilled: Bool = true, tip: String) {
        let place = "x=\"\(Self.percent(x))\" y=\"\(Self.px(y))\""
        let title = "<title>\(MarkupText.escaped(tip))</title>"
        lines.append("<svg \(place) overflow=\"visible\">\(Self.shape(paint, isFilled: isFilled, title))</svg>")
    }

    package mutating func horizontal(_ y: Double, from x1: Double = 0, to x2: Double = 1, _ paint: Paint) {
        line(x1, y, x2, y, paint)
    }

    package mutating func vertical(_ x: Double, from y1: Double, to y2: Double, _ paint: Paint) {
        line(x, y1, x, y2, paint)
    }

    package mutating func line(_ x1: Double, _ y1: Double, _ x2: Double, _ y2: Double, _ paint: Paint) {
        let start = "x1=\"\(Self.percent(x1))\" y1=\"\(Self.px(y1))\""
        let end = "x2=\"\(Self.percent(x2))\" y2=\"\(Self.px(y2))\""
        lines.append("<line class=\"\(paint.rawValue)\" \(paint.attributes) \(start) \(end)/>")
    }

    /// Draws a line with an end at both of its ends, from one share of the width to another: an interval.
    package mutating func interval(_ y: Double, from low: Double, to high: Double) {
        horizontal(y, from: low, to: high, .whisker)
        for end in [low, high] { vertical(end, from: y - 4, to: y + 4, .whisker) }
    }

    /// Draws a text; `x` is where it starts, ends or has its middle, moved by `shift` pixels.
    package mutating func text(
        _ text: String,
        _ x: Double,
        _ y: Double,
        _ paint: Paint,
        _ anchor: Anchor = .start,
        shift: Double = 0
    ) {
        let place = "x=\"\(Self.percent(x))\" y=\"\(Self.px(y))\"" + (shift == 0 ? "" : " dx=\"\(Self.px(shift))\"")
        let start = "<text class=\"\(paint.rawValue)\" \(paint.attributes) text-anchor=\"\(anchor.rawValue)\" \(place)>"
        lines.append("\(start)\(MarkupText.escaped(text))</text>")
    }

    /// Writes a number below a horizontal axis.
    package mutating func tick(_ text: String, _ x: Double, _ y: Double) {
        self.text(text, x, y, .tick, x == 0 ? .start : x > 0.95 ? .end : .middle)
    }

    /// A small drawing of a paint for the words beside a picture.
    package mutating func sample(_ paint: Paint, isFilled: Bool = true) -> String {
        let start = "<svg class=\"sample\" width=\"20\" height=\"12\" aria-hidden=\"true\">"
        if Paint.marks.contains(paint) {
            return
                "\(start)<svg x=\"10\" y=\"6\" overflow=\"visible\">\(Self.shape(paint, isFilled: isFilled, ""))</svg></svg>"
        }
        switch paint {
        case .injected:
            return
                "\(start)<line class=\"\(paint.rawValue)\" \(paint.attributes) x1=\"10\" y1=\"0\" x2=\"10\" y2=\"12\"/></svg>"
        case .whisker:
            let path = "M1 6H19M1 2V10M19 2V10"
            return "\(start)<path class=\"\(paint.rawValue)\" \(paint.attributes) fill=\"none\" d=\"\(path)\"/></svg>"
        case .limit, .steps, .rate, .over, .link:
            return
                "\(start)<line class=\"\(paint.rawValue)\" \(paint.attributes) x1=\"0\" y1=\"6\" x2=\"20\" y2=\"6\"/></svg>"
        default: return "\(start)<rect \(fill(paint)) width=\"20\" height=\"12\"/></svg>"
        }
    }

    private static func shape(_ paint: Paint, isFilled: Bool, _ title: String) -> String {
        let kind = isFilled ? "filled" : "open"
        let colours = "fill=\"\(isFilled ? paint.colour : "#fff")\" stroke=\"\(paint.colour)\" stroke-width=\"2\""
        return "<path class=\"\(paint.rawValue) \(kind)\" \(colours) d=\"\(paint.outline)\">\(title)</path>"
    }

    private mutating func fill(_ paint: Paint) -> String {
        guard paint.texture != nil else { return "class=\"\(paint.rawValue)\" \(paint.attributes)" }
        if !textures.contains(paint) { textures.append(paint) }
        return "fill=\"url(#\(id)-\(paint.rawValue))\""
    }

    private func texture(_ paint: Paint) -> String {
        let size = "width=\"6\" height=\"6\""
        return
            "<pattern id=\"\(id)-\(paint.rawValue)\" \(size) patternUnits=\"userSpaceOnUse\">"
            + "<rect class=\"\(paint.rawValue)\" \(paint.attributes) \(size)/>"
            + "<path class=\"texture\" stroke=\"#fff\" fill=\"none\" d=\"\(paint.texture ?? "")\"/></pattern>"
    }

    private static func percent(_ share: Double) -> String { NumberText.short(share * 100, 3) + "%" }
    private static func px(_ value: Double) -> String { NumberText.short(value, 2) }
}
