import RunReport

/// A part of a drawing with a heading, a scale from 0 and its lines.
struct ChartPanel {
    let top: Double
    let height: Double
    let scale: AxisScale
    static let heading = 26.0

    /// The lower end of a drawing whose last part this is.
    var base: Double { top + height }

    func y(_ value: Double) -> Double { base - height * min(1, max(0, value / scale.end)) }

    /// Draws heading and lines, then `content`, then the numbers in the margin left of the drawing.
    func draw(
        _ title: String,
        note: String = "",
        in svg: inout SVG,
        number: (Double) -> String,
        content: (inout SVG) -> Void
    ) {
        svg.text(title, 0, top - 10, .label)
        if !note.isEmpty { svg.text(note, 1, top - 10, .value, .end) }
        for mark in scale.marks { svg.horizontal(y(mark), mark == 0 ? .axis : .grid) }
        content(&svg)
        for mark in scale.marks.dropFirst() { svg.text(number(mark), 0, y(mark) + 4, .tick, .end, shift: -6) }
    }
}
