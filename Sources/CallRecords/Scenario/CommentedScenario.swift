package import ExactJSON

/// A scenario that is written for people: members in order, each with a comment that says where its value comes from.
///
/// ```swift
/// var scenario = CommentedScenario(heading: ["Fitted to calls.csv."])
/// scenario.set("contactCenter.talk", ["constant": "180s"], comment: "from 1,204 calls")
/// print(scenario.text)
/// ```
package struct CommentedScenario: Hashable, Sendable {
    /// A member of a mapping that is written over several lines.
    package struct Member: Hashable, Sendable {
        package var name: String
        package var content: NodeContent
        /// Behind the value, on its line.
        package var comment: String?
        /// Lines above the member.
        package var heading: [String] = []
    }

    package indirect enum NodeContent: Hashable, Sendable {
        /// A value; a list of objects takes a line for each of them.
        case value(JSONValue)
        /// A list with a line for each value, and a comment behind it.
        case list([Item])
        /// Members on lines of their own.
        case section([Member])
    }

    /// A value of a list, and what stands behind it.
    package struct Item: Hashable, Sendable {
        package var value: JSONValue
        package var comment: String?
    }

    /// Lines at the top of the file.
    package var heading: [String]
    /// The members of the document.
    package private(set) var members: [Member] = []

    package init(heading: [String] = []) { self.heading = heading }

    /// The tree without its comments: what the text reads back as.
    package var json: JSONValue { Self.json(members) }

    /// The value at a dotted path; nil if nothing is there.
    package subscript(path: String) -> JSONValue? {
        var value = json
        for step in Self.steps(path) {
            guard let next = value[step] else { return nil }
            value = next
        }
        return value
    }

    /// Sets the value at a dotted path, and makes the sections on the way; a value that is there is replaced at its place.
    ///
    /// - Parameters:
    ///   - comment: Written behind the value; nil takes a comment away.
    ///   - heading: Lines above a member that is new.
    package mutating func set(
        _ path: String,
        _ value: JSONValue,
        comment: String? = nil,
        heading: [String] = []
    ) {
        Self.set(Self.steps(path)[...], value, comment, heading, in: &members)
    }

    /// Sets a list at a dotted path whose values have comments of their own.
    package mutating func set(_ path: String, items: [(JSONValue, String?)], comment: String? = nil) {
        set(path, .array([]), comment: comment)
        let items = items.map { Item(value: $0.0, comment: $0.1) }
        Self.change(Self.steps(path)[...], in: &members) { $0.content = .list(items) }
    }

    /// Writes a comment beside the member at a dotted path, if there is one.
    package mutating func comment(_ path: String, _ comment: String) {
        Self.change(Self.steps(path)[...], in: &members) { $0.comment = comment }
    }

    /// Takes the member at a dotted path away.
    package mutating func remove(_ path: String) { Self.remove(Self.steps(path)[...], in: &members) }
}

extension CommentedScenario {
    private static func steps(_ path: String) -> [String] { path.split(separator: ".").map(String.init) }

    private static func json(_ members: [Member]) -> JSONValue {
        .object(
            members.map { member in
                switch member.content {
                case .value(let value): JSONValue.Member(member.name, value)
                case .list(let items): JSONValue.Member(member.name, .array(items.map(\.value)))
                case .section(let inner): JSONValue.Member(member.name, json(inner))
                }
            }
        )
    }

    private static func set(
        _ steps: ArraySlice<String>,
        _ value: JSONValue,
        _ comment: String?,
        _ heading: [String],
        in members: inout [Member]
    ) {
        guard let step = steps.first else { return }
        let isLast = steps.count == 1
        let index: Int
        if let found = members.firstIndex(where: { $0.name == step }) {
            index = found
        } else {
            index = members.count
            members.append(Member(name: step, content: isLast ? .value(value) : .section([])))
            if isLast { members[index].heading = heading }
        }
        guard !isLast else {
            members[index].content = .value(value)
            members[index].comment = comment
            return
        }
        var inner: [Member] = []
        switch members[index].content {
        case .section(let written): inner = written
        case .value(.object(let written)): inner = written.map { Member(name: $0.name, content: .value($0.value)) }
        case .value, .list: break
        }
        set(steps.dropFirst(), value, comment, heading, in: &inner)
        members[index].content = .section(inner)
    }

    private static func change(
        _ steps: ArraySlice<String>,
        in members: inout [Member],
        _ change: (inout Member) -> Void
    ) {
        guard let index = members.firstIndex(where: { $0.name == steps.first }) else { return }
        guard steps.count > 1 else { return change(&members[index]) }
        guard case .section(var inner) = members[index].content else { return }
        Self.change(steps.dropFirst(), in: &inner, change)
        members[index].content = .section(inner)
    }

    private static func remove(_ steps: ArraySlice<String>, in members: inout [Member]) {
        guard let index = members.firstIndex(where: { $0.name == steps.first }) else { return }
        guard steps.count > 1 else {
            members.remove(at: index)
            return
        }
        switch members[index].content {
        case .section(var inner):
            remove(steps.dropFirst(), in: &inner)
            members[index].content = .section(inner)
        case .value(.object(let written)):
            var inner = written.map { Member(name: $0.name, content: .value($0.value)) }
            remove(steps.dropFirst(), in: &inner)
            members[index].content = .value(json(inner))
        case .value, .list: break
        }
    }
}
