/// Texts as PostgreSQL can hold them, which has no U+0000 in a text; senders of webhooks have.
///
/// U+0000 becomes U+10FFFF and a `0`, and U+10FFFF, which stands for no character, U+10FFFF and a `1`. So every text keeps
/// its value, and texts are equal exactly if what is stored is equal.
///
/// Source: Unicode 16, section 23.7, "Noncharacters".
enum EscapedText {
    private static let mark: Unicode.Scalar = "\u{10FFFF}"

    static func escaped(_ text: String) -> String {
        guard text.unicodeScalars.contains(where: { $0 == "\0" || $0 == mark }) else { return text }
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
        guard text.unicodeScalars.contains(mark) else { return text }
        var (scalars, isMarked) = (String.UnicodeScalarView(), false)
        for scalar in text.unicodeScalars {
            switch (isMarked, scalar) {
            case (false, mark): isMarked = true
            case (true, "0"): (isMarked, _) = (false, scalars.append("\0"))
            case (true, _): (isMarked, _) = (false, scalars.append(mark))
            default: scalars.append(scalar)
            }
        }
        return String(scalars)
    }
}
