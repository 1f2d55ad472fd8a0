/// Percent-encoding of everything but unreserved characters (RFC 3986 section 2).
enum PercentEncoding {
    /// The text with every byte that is not `A-Z a-z 0-9 - . _ ~` as `%XX`.
    static func encode(_ text: String) -> String {
        encode(text) { byte in "-._~".utf8.contains(byte) }
    }

    /// The text with every byte as `%XX` that is neither alphanumeric nor kept.
    static func encode(_ text: String, keeping isKept: (UInt8) -> Bool) -> String {
        let digits = Array("0123456789ABCDEF".utf8)
        var output: [UInt8] = []
        for byte in text.utf8 {
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: output.append(byte)
            case _ where isKept(byte): output.append(byte)
            default: output += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
        return String(decoding: output, as: UTF8.self)
    }
}

/// The encoding `application/x-www-form-urlencoded` as OAuth uses it (RFC 6749 appendix B).
enum FormEncoding {
    /// One name or value: a space becomes `+`, and all but `A-Z a-z 0-9 - . _ *` becomes `%XX`.
    static func encode(_ text: String) -> String {
        PercentEncoding.encode(text) { byte in "-._* ".utf8.contains(byte) }
            .split(separator: " ", omittingEmptySubsequences: false).joined(separator: "+")
    }

    /// A body of names and values.
    static func body(_ fields: KeyValuePairs<String, String>) -> [UInt8] {
        Array(fields.map { "\(encode($0.key))=\(encode($0.value))" }.joined(separator: "&").utf8)
    }
}
