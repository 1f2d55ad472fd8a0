public import ExactJSON

/// An error answer, `application/problem+json` (RFC 9457), with a stable `code`.
public struct Problem: Error, Hashable, Sendable {
    /// The media type of a problem.
    public static let mediaType = "application/problem+json"

    /// The HTTP status.
    public var status: Int
    /// The stable word that says which problem it is.
    public var code: String
    /// A short title, the same for every problem of the code.
    public var title: String
    /// What happened this time and what to do about it.
    public var detail: String
    /// Everything that is wrong with a payload, for `validation_failed`.
    public var violations: [Violation]

    /// Creates a problem.
    public init(status: Int, code: String, title: String, detail: String, violations: [Violation] = []) {
        self.status = status
        self.code = code
        self.title = title
        self.detail = detail
        self.violations = violations
    }

    /// The JSON of the problem.
    public var json: JSONValue {
        .object(present: [
            "type": .string("urn:ringback:problem:\(code)"), "title": .string(title), "status": .integer(status),
            "detail": .string(detail), "code": .string(code),
            "errors": violations.isEmpty ? nil : .array(violations.map(\.json)),
        ])
    }

    /// A pointer, also as a URI fragment (`#/age`, as in RFC 9457); another text becomes its only token.
    private static func pointer(_ text: String) -> JSONPointer {
        JSONPointer(text.hasPrefix("#") ? String(text.dropFirst()) : text) ?? JSONPointer(tokens: [text])
    }

    /// Reads a problem out of an error answer; nil if the body is not a problem.
    ///
    /// The shape of OAuth errors (`error`, `error_description`; RFC 6749 section 5.2) is read too.
    public init?(status: Int, json: JSONValue) {
        guard let code = json["code"]?.string ?? json["error"]?.string ?? json["title"]?.string else { return nil }
        self.status = status
        self.code = code
        title = json["title"]?.string ?? code
        detail = json["detail"]?.string ?? json["error_description"]?.string ?? ""
        violations = (json["errors"]?.elements ?? []).compactMap { error in
            guard let message = error["message"]?.string ?? error["detail"]?.string else { return nil }
            return Violation(
                Self.pointer(error["pointer"]?.string ?? ""),
                ViolationCode(rawValue: error["code"]?.string ?? ""),
                message
            )
        }
    }
}
