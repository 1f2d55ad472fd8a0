import Mustache

extension TemplateValue {
    /// Renders a template; `Any` stands here alone, because Mustache takes its values so.
    static func render(_ template: MustacheTemplate, _ values: [String: TemplateValue]) -> String {
        template.render(untyped(values))
    }

    // Mustache takes its values as `Any` and no other way.
    private static func untyped(_ values: [String: TemplateValue]) -> [String: Any] { values.mapValues(\.untyped) }

    private var untyped: Any {
        switch self {
        case .markup(let text): text
        case .flag(let flag): flag
        case .list(let items): items.map { Self.untyped($0) }
        }
    }
}
