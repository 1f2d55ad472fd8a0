/// What a template is filled with.
///
/// The only way in for a text is ``text(_:)`` and ``block(_:)``, which escape it; templates therefore print every value
/// as it is.
enum TemplateValue {
    /// Markup of our own making.
    case markup(String)
    /// Whether a section is shown.
    case flag(Bool)
    /// A section that is repeated.
    case list([[String: TemplateValue]])

    /// A text of anybody's, on one line.
    static func text(_ text: String) -> TemplateValue { .markup(MarkupText.escaped(text)) }

    /// A text of anybody's with its line breaks.
    static func block(_ text: String) -> TemplateValue { .markup(MarkupText.escapedBlock(text)) }
}
