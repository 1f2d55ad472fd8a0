import Addresses
import ExactJSON
import RunReport
import RunStore

/// Pieces of markup that several pages use; whatever comes from outside is escaped here.
extension TemplateValue {
    /// A template of ``DashboardTemplate``, filled.
    static func template(_ name: String, _ values: [String: TemplateValue]) -> TemplateValue {
        guard let library = try? DashboardTemplate.library() else { return .markup("") }
        return .markup(render(values, library, name))
    }

    static func link(_ text: String, to address: String) -> TemplateValue {
        .markup("<a href=\"\(MarkupText.escaped(address))\"><bdi>\(MarkupText.escaped(text))</bdi></a>")
    }

    /// A link, and below it a name that programs use.
    static func link(_ text: String, code: String, to address: String) -> TemplateValue {
        .markup(link(text, to: address).text + "<code>\(MarkupText.escaped(code))</code>")
    }

    /// A text in the type of programs.
    static func code(_ text: String) -> TemplateValue { .markup("<code>\(MarkupText.escaped(text))</code>") }

    /// A moment, as long ago as the server's clock says; nothing of it is left to the browser's clock.
    static func time(_ time: Timestamp?, now: Timestamp) -> TemplateValue {
        guard let time else { return .markup("–") }
        let full = time.description
        return .markup(
            "<time datetime=\"\(full)\" title=\"\(Self.clock(time))\">\(MarkupText.escaped(ago(time, now: now)))</time>"
        )
    }

    /// A moment by the clock.
    static func moment(_ time: Timestamp?) -> TemplateValue {
        time.map { .markup("<time datetime=\"\($0.description)\">\(clock($0))</time>") } ?? .markup("–")
    }

    /// How long ago a moment is, never less than nothing.
    static func ago(_ time: Timestamp, now: Timestamp) -> String {
        let seconds = Double(max(0, now.milliseconds - time.milliseconds)) / 1000
        if seconds < 1 { return "now" }
        if seconds >= 86_400 { return String(clock(time).prefix(16)) + " UTC" }
        return age(seconds) + " ago"
    }

    /// A length of time in one unit, as precise as is read at a glance.
    static func age(_ seconds: Double) -> String {
        switch seconds {
        case ..<1: "under 1 s"
        case ..<120: "\(Int(seconds)) s"
        case ..<7200: "\(Int(seconds / 60)) min"
        case ..<172_800: "\(Int(seconds / 3600)) h"
        default: "\(Int(seconds / 86_400)) days"
        }
    }

    /// A moment such as `2026-11-29 18:07:11 UTC`.
    static func clock(_ time: Timestamp) -> String {
        let text = time.description
        return "\(text.prefix(10)) \(text.dropFirst(11).prefix(8)) UTC"
    }

    /// A button that sends a form with nothing but hidden fields.
    static func button(
        _ words: String,
        _ action: String,
        label: String? = nil,
        fields: [(name: String, value: String)] = []
    ) -> TemplateValue {
        .template(
            "button",
            [
                "action": .text(action), "words": .text(words),
                "label": .markup(label.map { " aria-label=\"\(MarkupText.escaped($0))\"" } ?? ""),
                "fields": .list(fields.map { ["name": .text($0.name), "value": .text($0.value)] }),
            ]
        )
    }

    /// A button behind a second step, for what cannot be undone.
    static func guarded(_ words: String, _ question: String, _ button: TemplateValue) -> TemplateValue {
        .template("guarded", ["words": .text(words), "question": .text(question), "button": button])
    }

    /// A choice of a form.
    static func select(
        _ label: String,
        name: String,
        _ options: [(value: String, words: String)],
        chosen: String
    ) -> TemplateValue {
        .template(
            "select",
            [
                "label": .text(label), "name": .text(name),
                "options": .list(
                    options.map { option in
                        [
                            "value": .text(option.value), "words": .text(option.words),
                            "chosen": .markup(option.value == chosen ? " selected" : ""),
                        ]
                    }
                ),
            ]
        )
    }

    /// A line of a form.
    static func field(
        _ label: String,
        name: String,
        _ value: String,
        hint: String = "",
        more: StaticString = ""
    ) -> TemplateValue {
        .template(
            "field",
            [
                "label": .text(label), "name": .text(name), "value": .text(value), "hint": .text(hint),
                "hasHint": .flag(!hint.isEmpty), "more": .markup("\(more)"),
                "described": .markup(hint.isEmpty ? "" : " aria-describedby=\"f-\(name)-hint\""),
            ]
        )
    }

    /// What selects the entries of a list.
    static func filter(_ action: String, _ fields: [TemplateValue]) -> TemplateValue {
        .template("filter", ["action": .text(action), "fields": .list(fields.map { ["field": $0] })])
    }

    /// Ways to the other pages of a list.
    static func pages(first: String?, next: String?, words: String) -> TemplateValue {
        .template(
            "pages",
            [
                "hasFirst": .flag(first != nil), "first": .text(first ?? ""), "hasNext": .flag(next != nil),
                "next": .text(next ?? ""), "words": .text(words),
            ]
        )
    }
}

extension ReportTable.Cell {
    static func link(_ text: String, to address: String) -> Self { .markup(.link(text, to: address)) }
    static func time(_ time: Timestamp?, now: Timestamp) -> Self { .markup(.time(time, now: now)) }
    static func code(_ text: String) -> Self { .markup(.code(text)) }
}

extension StoredRun.State {
    /// The colour of the state; its word says the same.
    var standing: ReportTable.Mark {
        switch self {
        case .passed: .pass
        case .failed, .errored: .fail
        case .inconclusive, .unknown: .inconclusive
        case .queued, .running, .cancelled: .reported
        }
    }
}

/// An address with the parameters that are given.
struct PageAddress {
    var path: String
    var query: [(name: String, value: String?)] = []

    /// The address with another parameter.
    func with(_ name: String, _ value: String?) -> PageAddress {
        PageAddress(path: path, query: query.filter { $0.name != name } + [(name, value)])
    }

    var text: String {
        let given = query.compactMap { item in item.value.map { (name: item.name, value: $0) } }
        return given.isEmpty ? path : path + "?" + String(decoding: FormEncoding.body(given), as: UTF8.self)
    }
}
