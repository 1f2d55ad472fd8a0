/// A picture of a report, with the words for its paints and the figures behind it.
package struct ReportPicture: Sendable {
    /// A paint or a mark, and what it stands for.
    package struct LegendEntry: Sendable {
        let paint: Paint
        let isFilled: Bool
        let words: String

        package init(_ paint: Paint, _ words: String, isFilled: Bool = true) {
            (self.paint, self.words, self.isFilled) = (paint, words, isFilled)
        }
    }

    let svg: SVG
    let keys: [LegendEntry]
    /// Whether numbers stand left of the drawing.
    let hasMargin: Bool
    /// The figures, folded away below the picture; nil if a table beside the picture has them.
    let figures: ReportTable?

    package init(_ svg: SVG, keys: [LegendEntry] = [], hasMargin: Bool = false, figures: ReportTable? = nil) {
        (self.svg, self.keys, self.hasMargin, self.figures) = (svg, keys, hasMargin, figures)
    }

    var values: [String: TemplateValue] {
        var svg = svg
        let keys = keys.map { key -> [String: TemplateValue] in
            ["sample": .markup(svg.sample(key.paint, isFilled: key.isFilled)), "words": .text(key.words)]
        }
        return [
            "svg": .markup(svg.markup), "margin": .markup(hasMargin ? " class=\"margin\"" : ""),
            "hasKeys": .flag(!keys.isEmpty), "keys": .list(keys),
            "hasFigures": .flag(figures != nil), "figures": .part(figures?.values ?? [:]),
        ]
    }
}
