/// A piece of a report's section.
package enum ReportBlock: Sendable {
    /// A name and its value.
    package struct Fact: Sendable {
        let name: String
        let value: String
        let isBad: Bool

        package init(_ name: String, _ value: String, isBad: Bool = false) {
            (self.name, self.value, self.isBad) = (name, value, isBad)
        }

        fileprivate var values: [String: TemplateValue] {
            ["name": .text(name), "value": .text(value), "class": .markup(isBad ? " class=\"bad\"" : "")]
        }
    }

    case paragraph(String)
    /// Sentences that a reader takes along.
    case advice([String])
    case bullets([String])
    /// Codes with what they mean.
    case codes([(code: String, text: String)])
    case facts([Fact])
    /// Facts that are numbers, large.
    case numbers([Fact])
    case table(ReportTable)
    case picture(ReportPicture)
    /// What somebody may type, and what it does.
    case command(String, String)
    /// Text as it was sent or signed; lines that are `wrapped` break where they must.
    case verbatim(String, wrapped: Bool = false)
    /// Markup of the page that shows the section, such as a form.
    case markup(TemplateValue)

    /// Facts without those whose value is not known.
    package static func facts(_ rows: [(String, String?)]) -> ReportBlock {
        .facts(rows.compactMap { name, value in value.map { Fact(name, $0) } })
    }

    /// What the template names: one member, after the kind of block.
    var values: [String: TemplateValue] {
        func texts(_ texts: [String]) -> TemplateValue { .list(texts.map { ["text": .text($0)] }) }
        return switch self {
        case .paragraph(let text): ["paragraph": .part(["text": .text(text)])]
        case .advice(let sentences): ["advice": .part(["sentences": texts(sentences)])]
        case .bullets(let lines): ["bullets": .part(["lines": texts(lines)])]
        case .codes(let codes):
            ["codes": .part(["lines": .list(codes.map { ["code": .text($0.code), "text": .text($0.text)] })])]
        case .facts(let facts): ["facts": .part(["class": .markup(""), "list": .list(facts.map(\.values))])]
        case .numbers(let facts):
            ["facts": .part(["class": .markup(" class=\"numbers\""), "list": .list(facts.map(\.values))])]
        case .table(let table): ["table": .part(table.values)]
        case .picture(let picture): ["picture": .part(picture.values)]
        case .command(let words, let command):
            ["command": .part(["words": .text(words), "line": .text(command)])]
        case .markup(let markup): ["markup": .part(["content": markup])]
        case .verbatim(let text, let isWrapped):
            [
                "verbatim": .part([
                    "kind": .markup(isWrapped ? " class=\"note\"" : " tabindex=\"0\""), "text": .block(text),
                ])
            ]
        }
    }
}
