package import Mustache

/// A value of a template.
///
/// A text becomes a value by ``text(_:)`` and ``block(_:)`` only, which escape it; templates print every value as it is.
package enum TemplateValue {
    /// Markup that this program made.
    case markup(String)
    case flag(Bool)
    case part([String: TemplateValue])
    case list([[String: TemplateValue]])

    /// A text of any origin, on one line.
    package static func text(_ text: String) -> TemplateValue { .markup(MarkupText.escaped(text)) }

    /// A text of any origin with its line breaks.
    package static func block(_ text: String) -> TemplateValue { .markup(MarkupText.escapedBlock(text)) }

    /// A text that a form gives back as it is.
    package static func exact(_ text: String) -> TemplateValue { .markup(MarkupText.exact(text)) }

    /// Fills the templates of a library.
    package static func render(_ values: [String: TemplateValue], _ library: MustacheLibrary, _ template: String)
        -> String
    {
        library.render(untyped(values), withTemplate: template) ?? ""
    }

    private static func untyped(_ values: [String: TemplateValue]) -> [String: Any] {  // Mustache takes `Any` only.
        values.mapValues(\.untyped)
    }

    /// The text of markup; empty for anything else.
    package var text: String { if case .markup(let text) = self { text } else { "" } }

    private var untyped: Any {
        switch self {
        case .markup(let text): text
        case .flag(let flag): flag
        case .part(let values): Self.untyped(values)
        case .list(let items): items.map { Self.untyped($0) }
        }
    }
}
