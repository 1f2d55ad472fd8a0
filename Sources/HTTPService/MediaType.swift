package import HTTPTypes

extension HTTPFields {
    /// Whether the `Content-Type` is `application/json` or a `+json` type, in UTF-8 where a character set is named.
    package var isJSON: Bool {
        guard let (type, parameters) = mediaType else { return false }
        guard type == "application/json" || (type.hasPrefix("application/") && type.hasSuffix("+json")) else {
            return false
        }
        let charset = parameters.first { $0.hasPrefix("charset=") }?.dropFirst("charset=".count)
        return charset.map { ["utf-8", "utf8", "\"utf-8\""].contains($0) } ?? true
    }

    /// Whether the `Content-Type` is that of a form.
    package var isForm: Bool { mediaType?.type == "application/x-www-form-urlencoded" }

    /// Whether the body is sent as it is, uncompressed.
    package var isIdentityEncoded: Bool {
        self[values: .contentEncoding].allSatisfy { $0.lowercased() == "identity" || $0.isEmpty }
    }

    private var mediaType: (type: String, parameters: [String])? {
        guard let value = self[.contentType] else { return nil }
        let parts = value.lowercased().split(separator: ";").map { part in
            String(part.drop { $0 == " " || $0 == "\t" }.reversed().drop { $0 == " " || $0 == "\t" }.reversed())
        }
        guard let type = parts.first else { return nil }
        return (type, Array(parts.dropFirst()))
    }
}
