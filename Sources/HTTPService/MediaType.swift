package import HTTPTypes

/// What a `Content-Type` names (RFC 9110 section 8.3), in lower case.
package struct MediaType: Hashable, Sendable {
    /// Type and subtype, such as `application/json`.
    package var type: String
    /// The parameters as written, such as `charset=utf-8`.
    package var parameters: [String]

    /// Reads a field value; `nil` where it names nothing.
    package init?(_ value: String) {
        let parts = value.lowercased().split(separator: ";").map { part in
            String(part.drop { $0 == " " || $0 == "\t" }.reversed().drop { $0 == " " || $0 == "\t" }.reversed())
        }
        guard let type = parts.first else { return nil }
        self.type = type
        parameters = Array(parts.dropFirst())
    }

    /// Whether it is `application/json` or a `+json` type, in UTF-8 where a character set is named.
    package var isJSON: Bool {
        guard type == "application/json" || (type.hasPrefix("application/") && type.hasSuffix("+json")) else {
            return false
        }
        let charset = parameters.first { $0.hasPrefix("charset=") }?.dropFirst("charset=".count)
        return charset.map { ["utf-8", "utf8", "\"utf-8\""].contains($0) } ?? true
    }
}

extension HTTPFields {
    /// Whether the `Content-Type` is `application/json` or a `+json` type, in UTF-8 where a character set is named.
    package var isJSON: Bool { mediaType?.isJSON ?? false }

    /// Whether the `Content-Type` is that of a form.
    package var isForm: Bool { mediaType?.type == "application/x-www-form-urlencoded" }

    /// Whether the body is sent as it is, uncompressed.
    package var isIdentityEncoded: Bool { self[values: .contentEncoding].allSatisfy(Self.isIdentity) }

    /// Whether a value of `Content-Encoding` leaves the body as it is.
    package static func isIdentity(_ encoding: String) -> Bool {
        encoding.isEmpty || encoding.lowercased() == "identity"
    }

    private var mediaType: MediaType? { self[.contentType].flatMap { MediaType($0) } }
}
