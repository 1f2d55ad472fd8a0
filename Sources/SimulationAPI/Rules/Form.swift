import Addresses
package import ExactJSON

/// What is wrong with one document, as its fields find it while they are read.
///
/// A class, because the fields of a document are read one inside the other and report to the same list. It stays within
/// the function that reads the document.
package final class FormReport {
    /// One violation, with what a reader of files wants to know about it.
    package struct Finding {
        package var violation: Violation
        /// Whether the document can be used all the same.
        package var isWarning = false
        /// Whether it is about the name of a member, not about its value.
        package var isAboutName = false
    }

    /// The findings, in the order in which fields were read; of each object the unknown members come first.
    package private(set) var findings: [Finding] = []
    /// The number of errors beyond the capacity; they are counted, not listed.
    package private(set) var unlisted = 0
    package private(set) var errors = 0
    private let capacity: Int
    /// The members of the objects that were read, by the path of the object, to suggest where a name belongs.
    private var places: [(path: [String], names: [String])] = []

    /// Creates an empty report.
    ///
    /// - Parameter capacity: The most findings that are listed.
    package init(capacity: Int = .max) { self.capacity = capacity }

    package var violations: [Violation] { findings.filter { !$0.isWarning }.map(\.violation) }

    /// The value if the document has no error, or all its errors.
    package func result<Value>(_ value: Value?) -> Result<Value, Violations> {
        if errors == 0, let value { .success(value) } else { .failure(Violations(violations)) }
    }

    fileprivate func add(_ violation: Violation, isWarning: Bool = false, isAboutName: Bool = false) {
        if !isWarning { errors += 1 }
        if findings.count < capacity {
            findings.append(Finding(violation: violation, isWarning: isWarning, isAboutName: isAboutName))
        } else if !isWarning {
            unlisted += 1
        }
    }

    /// Notes which members an object may have.
    fileprivate func note(_ form: Form) {
        // Members of lists repeat each other, and there may be thousands.
        guard places.count < 64 || form.field.pointer.tokens.count <= 2 else { return }
        places.append((form.field.pointer.tokens, form.known))
    }

    /// Whether an object that has been read may have a member at this path.
    fileprivate func mayHold(_ path: [String]) -> Bool {
        guard let name = path.last else { return true }
        return places.contains { $0.path == Array(path.dropLast()) && $0.names.contains(name) }
    }

    /// Where a name belongs that another object has, as `simulation.maxCalls`; nil unless there is one such place.
    private func path(of name: String) -> String? {
        let found = places.filter { !$0.path.isEmpty && $0.names.contains(name) }
        return found.count == 1 ? (found[0].path + [name]).joined(separator: ".") : nil
    }

    /// Puts the unknown members of an object before what was found inside it.
    fileprivate func insert(unknown names: [String], of what: String, _ code: ViolationCode, in form: Form) {
        errors += names.count
        let listed = names.prefix(max(0, capacity - findings.count)).enumerated().map { index, name in
            // A few typing errors get a suggestion. Hundreds of unknown names are not typing errors, and each search is slow.
            let path = index < 20 ? path(of: name) : nil
            let shown =
                path.map { "\"\(PrintableText.excerpt(name))\", did you mean \"\($0)\"?" }
                ?? Suggestion.quoted(name, among: index < 20 ? form.known : [])
            let place = form.field.pointer.appending(name)
            return Finding(violation: Violation(place, code, "unknown \(what) \(shown)"), isAboutName: true)
        }
        unlisted += names.count - listed.count
        findings.insert(contentsOf: listed, at: form.start)
    }
}

/// A value of a JSON document with its pointer.
///
/// Each function reads one kind of value. It returns the value, or reports what is wrong and returns `nil`.
package struct FormField {
    package let json: JSONValue
    package let pointer: JSONPointer
    fileprivate let log: FormReport

    package init(_ json: JSONValue, at pointer: JSONPointer = .root, _ report: FormReport) {
        self.json = json
        self.pointer = pointer
        log = report
    }

    package var name: String { pointer.name }

    package func report(_ code: ViolationCode, _ message: String) { log.add(Violation(pointer, code, message)) }

    /// Reports something that is allowed and probably not meant.
    package func warn(_ code: ViolationCode, _ message: String) {
        log.add(Violation(pointer, code, message), isWarning: true)
    }

    /// Reports something about the member at another place of the document that is allowed and worth knowing.
    ///
    /// - Parameter path: The names and list positions on the way from the root.
    package func warn(about path: [String], _ code: ViolationCode, _ message: String) {
        log.add(Violation(JSONPointer(tokens: path), code, message), isWarning: true, isAboutName: true)
    }

    package func fail<Value>(_ code: ViolationCode, _ message: String) -> Value? {
        report(code, message)
        return nil
    }

    package func reportType(_ wanted: String) { log.add(.type(pointer, wanted, json)) }

    package func wrongType<Value>(_ wanted: String) -> Value? {
        reportType(wanted)
        return nil
    }

    /// A member that is not in the document: the empty object of a name that is written alone.
    package func emptyMember(_ name: String) -> FormField {
        FormField(.object([]), at: pointer.appending(name), log)
    }

    /// The member of this name, if the value is an object that has it.
    package func member(_ name: String) -> FormField? {
        json[name].map { FormField($0, at: pointer.appending(name), log) }
    }

    package var isObject: Bool { json.isObject }

    package func text(_ wanted: String = "a string") -> String? { json.string ?? wrongType(wanted) }

    package func boolean() -> Bool? { json.bool ?? wrongType("true or false") }

    package func number(_ wanted: String = "a number") -> ExactDecimal? {
        json.number.flatMap { ExactDecimal($0) } ?? wrongType(wanted)
    }

    /// An integer in a range.
    ///
    /// - Parameters:
    ///   - code: The code of a number outside the range.
    ///   - meaning: What the number counts, for the message.
    package func integer(
        in range: ClosedRange<Int>,
        _ code: ViolationCode = .fieldRange,
        because meaning: String? = nil
    ) -> Int? {
        guard let literal = json.number, let number = ExactDecimal(literal), number.isIntegral else {
            return wrongType("an integer")
        }
        if let integer = number.integerValue, range.contains(integer) { return integer }
        let reason = meaning.map { " (\($0))" } ?? ""
        return fail(
            code,
            "\(name) is \(PrintableText.excerpt(literal)); it must be in \(range.lowerBound)…\(range.upperBound)\(reason)"
        )
    }

    package func choice<Choice: RawRepresentable<String> & CaseIterable>(_: Choice.Type = Choice.self) -> Choice? {
        let words = Choice.allCases.map(\.rawValue)
        guard let text = text(words.alternatives) else { return nil }
        if let choice = Choice(rawValue: text) { return choice }
        return fail(.fieldType, "\(name) must be \(words.alternatives), not \(Suggestion.quoted(text, among: words))")
    }

    /// The elements of a list; an error in one does not hide those of the others.
    package func list() -> [FormField]? {
        guard case .array(let elements) = json else { return wrongType("a list") }
        return elements.enumerated().map { FormField($1, at: pointer.appending(String($0)), log) }
    }

    /// Reads the members of an object.
    ///
    /// - Parameters:
    ///   - what: What messages call a member that nothing asked for; `nil` allows such members.
    ///   - code: The code of such a member.
    ///   - read: Asks for every member that there may be, before it returns.
    /// - Returns: `nil` if anything in the object is wrong.
    package func form<Value>(
        of what: String? = "field",
        _ code: ViolationCode = .fieldUnknown,
        _ read: (Form) -> Value?
    ) -> Value? {
        guard case .object(let members) = json else { return wrongType("an object") }
        let form = Form(self, members)
        let before = log.errors
        let value = read(form)
        log.note(form)
        if let what {
            let unknown = members.map(\.name).filter { !form.known.contains($0) }
            if !unknown.isEmpty { log.insert(unknown: unknown, of: what, code, in: form) }
        }
        return log.errors == before ? value : nil
    }

    /// Reads the members of an object into values that exist already.
    package func members(of what: String? = "field", _ read: (Form) -> Void) {
        let _: Bool? = form(of: what) { form in
            read(form)
            return true
        }
    }
}

/// The members of one JSON object.
///
/// A member is known because it was asked for; all others are reported.
package final class Form {
    package let field: FormField
    private let members: [JSONValue.Member]
    fileprivate private(set) var known: [String] = []
    /// The number of findings before this object was read.
    fileprivate let start: Int

    fileprivate init(_ field: FormField, _ members: [JSONValue.Member]) {
        self.field = field
        self.members = members
        start = field.log.findings.count
    }

    /// The member of this name, if the object has it.
    package subscript(name: String) -> FormField? {
        known.append(name)
        return members.first { $0.name == name }.map(member)
    }

    /// The members of these names, in the order as written.
    package func fields(named names: [String]) -> [FormField] {
        known += names
        return members.filter { names.contains($0.name) }.map(member)
    }

    private func member(_ member: JSONValue.Member) -> FormField {
        FormField(member.value, at: field.pointer.appending(member.name), field.log)
    }

    /// The member of this name, which must be there.
    ///
    /// - Parameter reason: Added to the message, such as ": it says where events go".
    package func required(_ name: String, _ reason: String = "") -> FormField? {
        if let field = self[name] { return field }
        report(name, .fieldMissing, "\(name) is missing\(reason)")
        return nil
    }

    /// The only member of these names; reports an error if the object has none of them, or more than one.
    ///
    /// - Parameters:
    ///   - what: What the names are, such as "policy".
    ///   - example: One of the names, for the message.
    package func one(of names: [String], _ what: String, _ code: ViolationCode, example: String) -> FormField? {
        let written = fields(named: names)
        if written.count == 1 { return written[0] }
        if written.count > 1 {
            let names = written.map(\.name).joined(separator: " and ")
            field.report(code, "\(field.name) names \(names); it takes one \(what)")
        } else if members.allSatisfy({ known.contains($0.name) }) {
            field.report(code, "\(field.name) names no \(what), such as \(example)")
        }
        return nil
    }

    /// Whether this object, or one inside it that has been read, may have a member at this path from the root.
    package func mayHold(_ path: [String]) -> Bool {
        let inside = field.pointer.tokens
        return path.dropLast() == inside[...] ? known.contains(path.last ?? "") : field.log.mayHold(path)
    }

    package func report(_ name: String, _ code: ViolationCode, _ message: String) {
        field.log.add(Violation(field.pointer.appending(name), code, message))
    }
}

extension [String] {
    /// The words as a message lists them: `fast, slow or standard`.
    package var alternatives: String {
        guard let last, count > 1 else { return first ?? "" }
        return dropLast().joined(separator: ", ") + " or " + last
    }
}
