/// How something in a picture is drawn: the class that the style sheet of a report colours, and attributes that look the same
/// by daylight.
///
/// The attributes are for CI servers, which strip style sheets from the pages they show. Areas that a reader has to tell apart
/// differ in lightness or have a texture, so that a picture can be read in grey.
package enum Paint: String, CaseIterable, Sendable {
    // Lines.
    case grid, axis, whisker, injected, steps, rate, link
    case limit
    /// A line over the limit.
    case over
    // Areas.
    case area, duty, law, shade
    /// An area over the limit.
    case excess
    case dialTone = "o-dial-tone"
    case busy = "o-busy"
    case noAnswer = "o-no-answer"
    case answered = "o-answered"
    case voicemail = "o-voicemail"
    // Texts.
    case label, value, tick
    // Marks: each series has a shape of its own, and is filled or open.
    case first, second, third, fourth

    /// The attributes that stand beside the class.
    var attributes: String {
        switch self {
        case .grid: stroke("#dfe3e8")
        case .axis: stroke("#59626e")
        case .whisker, .steps: stroke("#1b1f24", 1.5)
        case .injected: stroke("#1b1f24", 2.5)
        case .link: stroke("#59626e", 1.5)
        case .rate: stroke("#4468a8", 3)
        case .over: stroke("#b3191f", 3)
        case .limit: stroke("#b3191f", 1.5) + " stroke-dasharray=\"6 4\""
        case .label: text("#1b1f24", 13) + " font-weight=\"500\""
        case .value: text("#59626e", 13)
        case .tick: text("#59626e", 12)
        default: "fill=\"\(colour)\""
        }
    }

    /// The fill of an area or a mark by daylight.
    var colour: String {
        switch self {
        case .area: "#6f92cc"
        case .duty: "#dfe3e8"
        case .law: "#59626e"
        case .shade: "#f6dfa8"
        case .excess: "#b3191f"
        case .dialTone: "#c3c9d2"
        case .busy: "#c67a12"
        case .noAnswer: "#8465b8"
        case .answered: "#1d6b49"
        case .voicemail, .first: "#3f7fc4"
        case .second: "#1d6b49"
        case .third: "#c67a12"
        case .fourth: "#8465b8"
        default: "#1b1f24"
        }
    }

    /// The strokes of the texture; nil for a plain area.
    var texture: String? {
        switch self {
        case .busy: "M0 6 6 0M-1 1 1-1M5 7 7 5"
        case .noAnswer: "M1 1h2v2h-2zM4 4h2v2h-2z"
        case .voicemail: "M0 0 6 6M-1 5 1 7M5-1 7 1"
        case .excess: "M0 1.5h6M0 4.5h6"
        default: nil
        }
    }

    /// The outline of a mark round the point 0, 0.
    var outline: String {
        switch self {
        case .second: "M-5-5H5V5H-5z"
        case .third: "M0-6 6 5H-6z"
        case .fourth: "M0-6.5 6 0 0 6.5-6 0z"
        default: "M-5.5 0A5.5 5.5 0 1 1 5.5 0 5.5 5.5 0 1 1-5.5 0z"
        }
    }

    /// The paints of marks, for the series of a picture in their order.
    package static let marks: [Paint] = [.first, .second, .third, .fourth]

    private func stroke(_ colour: String, _ width: Double = 1) -> String {
        "stroke=\"\(colour)\" stroke-width=\"\(NumberText.short(width, 1))\""
    }

    private func text(_ colour: String, _ size: Int) -> String { "fill=\"\(colour)\" font-size=\"\(size)\"" }
}
