import ExactJSON

/// JSON as libyaml can read it.
///
/// JSON is YAML, but libyaml refuses tabs before the first bracket and knows no surrogate pairs (`\ud83d\ude00`).
/// Both are rewritten; lines stay the same, and columns too but behind such a pair.
enum JSONText {
    static func readableAsYAML(_ text: String) -> String {
        let first = text.utf8.first { $0 != 0x20 && $0 != 0x09 && $0 != 0x0A && $0 != 0x0D }
        guard first == UInt8(ascii: "{") || first == UInt8(ascii: "["), needsRewriting(text),
            (try? JSONReader.read(text)) != nil
        else { return text }
        // Within strings JSON has no tabs, so every one of them is white space.
        let bytes = text.utf8.map { $0 == 0x09 ? 0x20 : $0 }
        return String(decoding: withoutSurrogates(bytes), as: UTF8.self)
    }

    private static func needsRewriting(_ text: String) -> Bool {
        text.utf8.contains(0x09) || text.utf8.contains(UInt8(ascii: "\\"))
    }

    private static func withoutSurrogates(_ bytes: [UInt8]) -> [UInt8] {
        var output: [UInt8] = []
        var index = 0
        while index < bytes.count {
            guard bytes[index] == UInt8(ascii: "\\") else {
                output.append(bytes[index])
                index += 1
                continue
            }
            if let high = code(bytes, index), (0xD800..<0xDC00).contains(high), let low = code(bytes, index + 6) {
                let scalar = String(0x10000 + (high - 0xD800) << 10 + (low & 0x3FF), radix: 16)
                output += Array("\\U".utf8) + Array(repeating: 0x30, count: 8 - scalar.utf8.count)
                output += Array(scalar.utf8)
                index += 12
            } else {
                // The escaped byte goes along, so that `\\u` is not taken for an escape of its own.
                output += bytes[index..<min(index + 2, bytes.count)]
                index += 2
            }
        }
        return output
    }

    /// The code of the escape `\uXXXX` that starts here.
    private static func code(_ bytes: [UInt8], _ index: Int) -> UInt32? {
        guard index + 6 <= bytes.count, bytes[index] == UInt8(ascii: "\\"), bytes[index + 1] == UInt8(ascii: "u")
        else { return nil }
        return UInt32(String(decoding: bytes[index + 2..<index + 6], as: UTF8.self), radix: 16)
    }
}
