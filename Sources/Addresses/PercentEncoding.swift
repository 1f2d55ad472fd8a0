/// Percent-encoding of bytes (RFC 3986 section 2.1).
package enum PercentEncoding {
    /// The text with every byte except `A-Z a-z 0-9 - . _ ~` written as `%XX`.
    package static func encode(_ text: String) -> String {
        encode(text) { byte in "-._~".utf8.contains(byte) }
    }

    /// The text with every byte written as `%XX`, except letters, digits and the bytes that are kept.
    package static func encode(_ text: String, keeping isKept: (UInt8) -> Bool) -> String {
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

    /// The text with its escapes decoded; `nil` if an escape is broken or the bytes are not UTF-8.
    package static func decode(_ text: some StringProtocol) -> String? { decode(text, plusIsSpace: false) }

    fileprivate static func decode(_ text: some StringProtocol, plusIsSpace: Bool) -> String? {
        var bytes: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while let byte = rest.popFirst() {
            switch byte {
            case UInt8(ascii: "+") where plusIsSpace: bytes.append(0x20)
            case UInt8(ascii: "%"):
                // Digit by digit: the radix initialiser of integers would accept a sign too.
                guard let high = rest.popFirst().flatMap(digit), let low = rest.popFirst().flatMap(digit) else {
                    return nil
                }
                bytes.append(high << 4 | low)
            default: bytes.append(byte)
            }
        }
        return String(validating: bytes, as: UTF8.self)
    }

    /// The value of a hexadecimal digit.
    package static func digit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        default: nil
        }
    }
}

/// `application/x-www-form-urlencoded`: bodies of OAuth requests (RFC 6749 appendix B) and queries of URLs
/// (WHATWG URL section 5.1).
package enum FormEncoding {
    /// One name or value: a space becomes `+`, and everything except `A-Z a-z 0-9 - . _ *` becomes `%XX`.
    package static func encode(_ text: String) -> String {
        PercentEncoding.encode(text) { byte in "-._* ".utf8.contains(byte) }
            .split(separator: " ", omittingEmptySubsequences: false).joined(separator: "+")
    }

    /// A body of names and values.
    package static func body(_ fields: [(name: String, value: String)]) -> [UInt8] {
        Array(fields.map { "\(encode($0.name))=\(encode($0.value))" }.joined(separator: "&").utf8)
    }

    /// The pairs of a form; `nil` if an escape is broken or the bytes are not UTF-8.
    package static func decode(_ text: String) -> [(name: String, value: String)]? {
        var pairs: [(name: String, value: String)] = []
        for pair in undecoded(text) {
            guard let name = unescape(pair.name), let value = unescape(pair.value) else { return nil }
            pairs.append((name, value))
        }
        return pairs
    }

    /// The pairs of a form as they were sent, with their escapes.
    package static func undecoded(_ text: String) -> [(name: String, value: String)] {
        text.split(separator: "&").map { part in
            let halves = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            return (String(halves[0]), halves.count == 2 ? String(halves[1]) : "")
        }
    }

    /// The text with `+` read as a space and its escapes decoded; `nil` if an escape is broken or it is not UTF-8.
    package static func unescape(_ text: some StringProtocol) -> String? {
        PercentEncoding.decode(text, plusIsSpace: true)
    }
}
