import Glibc

/// Texts as every database can hold them.
///
/// PostgreSQL has no U+0000 in a text, and readers of SQLite end there; senders of webhooks have it.
///
/// U+0000 becomes U+10FFFF and a `0`, and U+10FFFF, which stands for no character, U+10FFFF and a `1`. So every text keeps
/// its value, and texts are equal exactly if what is stored is equal.
///
/// Source: Unicode 16, section 23.7, "Noncharacters".
enum EscapedText {
    private static let mark: Unicode.Scalar = "\u{10FFFF}"
    /// The first byte of U+10FFFF, which only few texts have.
    private static let lead: Int32 = 0xF4

    static func escaped(_ text: String) -> String {
        guard contains(0, text) || contains(lead, text) else { return text }
        var scalars = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\0": scalars.append(contentsOf: [mark, "0"])
            case mark: scalars.append(contentsOf: [mark, "1"])
            default: scalars.append(scalar)
            }
        }
        return String(scalars)
    }

    static func original(_ text: String) -> String {
        guard contains(lead, text) else { return text }
        var (scalars, isMarked) = (String.UnicodeScalarView(), false)
        for scalar in text.unicodeScalars {
            guard isMarked else {
                if scalar == mark { isMarked = true } else { scalars.append(scalar) }
                continue
            }
            isMarked = false
            switch scalar {
            case "0": scalars.append("\0")
            case "1": scalars.append(mark)
            // Written before marks were escaped.
            default: scalars.append(contentsOf: [mark, scalar])
            }
        }
        if isMarked { scalars.append(mark) }
        return String(scalars)
    }

    private static func contains(_ byte: Int32, _ text: String) -> Bool {
        var text = text
        return text.withUTF8 { bytes in bytes.baseAddress.map { memchr($0, byte, bytes.count) != nil } ?? false }
    }
}
