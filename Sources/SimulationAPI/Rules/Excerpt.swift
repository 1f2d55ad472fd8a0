/// Text of unknown origin, made fit for a message: bounded, and without characters that a terminal would act on.
enum Excerpt {
    /// The longest excerpt, in Unicode scalars.
    static let maximumLength = 64

    /// The beginning of the text, with control and formatting characters as `\u{…}` and `…` where it goes on.
    static func of(_ text: String) -> String {
        var excerpt = ""
        for (index, scalar) in text.unicodeScalars.enumerated() {
            guard index < maximumLength else { return excerpt + "…" }
            switch scalar.properties.generalCategory {
            case .control, .format, .lineSeparator, .paragraphSeparator:
                excerpt += "\\u{\(String(scalar.value, radix: 16))}"
            default: excerpt.unicodeScalars.append(scalar)
            }
        }
        return excerpt
    }
}
