import Addresses
import FoundationEssentials
import HTTPExchange

/// The forms in which a secret can turn up in a text that a server sends back.
///
/// Servers echo what they were sent: as it is, percent-encoded (also in lower case, also with `+` for a space), with
/// JSON or HTML escapes, or within Base64, whose digits depend on the bytes before the secret. A secret of fewer than
/// four characters is not looked for, since words contain it, and neither is the published one of the sandbox.
struct SecretForms: Sendable {
    /// The fewest characters of a secret that is looked for.
    static let fewestCharacters = 4
    /// The secret of every sandbox that was not given another.
    private static let published = "sandbox"

    /// Every form by its first scalar, longest first, without repetition and without empty ones.
    private let forms: [Unicode.Scalar: [[Unicode.Scalar]]]

    /// The identifiers that are shown even if they look like telephone numbers.
    private var identifiers: [[Unicode.Scalar]] = []

    /// Whether telephone numbers are masked too; not in words of our own, which have none.
    var masksNumbers = true

    init(_ secrets: [Secret], keeping identifiers: [String] = []) {
        var texts: Set<String> = []
        for plain in secrets.map(\.exposed) where plain.count >= Self.fewestCharacters && plain != Self.published {
            let encoded = FormEncoding.encode(plain)
            let strict = PercentEncoding.encode(plain)
            let quoted = Self.replacing([(#"\"#, #"\\"#), ("\"", #"\""#)], in: plain)
            let slashes: [Replacement] = [("/", #"\/"#)]
            texts.formUnion([plain, quoted])
            texts.formUnion([Self.replacing(slashes, in: plain), Self.replacing(slashes, in: quoted)])
            let entities: [Replacement] = [("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ("\"", "&quot;")]
            texts.formUnion(["&#39;", "&#x27;", "'"].map { Self.replacing(entities + [("'", $0)], in: plain) })
            for text in [encoded, strict] { texts.formUnion([text, Self.lowercasingEscapes(text)]) }
            for text in [plain, encoded] { texts.formUnion(Self.base64Cores(Array(text.utf8))) }
        }
        let sorted = texts.map { Array($0.unicodeScalars) }.sorted { $0.count > $1.count }
        forms = Dictionary(grouping: sorted.filter { !$0.isEmpty }, by: { $0[0] })
        self.identifiers = identifiers.map { Array($0.unicodeScalars) }
    }

    /// The same forms, with these identifiers besides.
    func keeping(_ more: [String]) -> SecretForms {
        var forms = self
        forms.identifiers += more.map { Array($0.unicodeScalars) }
        return forms
    }

    /// The length of the longest identifier that a text begins with, or zero.
    func identifierLength(at text: ArraySlice<Unicode.Scalar>) -> Int {
        identifiers.reduce(0) { longest, id in id.count > longest && text.starts(with: id) ? id.count : longest }
    }

    /// The length of the form that a text begins with, or zero.
    func length(at text: ArraySlice<Unicode.Scalar>) -> Int {
        guard let first = text.first else { return 0 }
        return forms[first]?.first { text.starts(with: $0) }?.count ?? 0
    }

    private typealias Replacement = (of: Character, with: String)

    /// The text with characters replaced one after the other.
    private static func replacing(_ pairs: [Replacement], in text: String) -> String {
        pairs.reduce(text) { text, pair in
            guard text.contains(pair.of) else { return text }
            return text.split(separator: pair.of, omittingEmptySubsequences: false).joined(separator: pair.with)
        }
    }

    /// The same text with `%2f` for `%2F`.
    private static func lowercasingEscapes(_ text: String) -> String {
        var rest = 0
        return String(
            text.map { character in
                if character == "%" {
                    rest = 2
                    return character
                }
                rest -= 1
                return rest >= 0 ? Character(character.lowercased()) : character
            }
        )
    }

    /// The Base64 digits of these bytes that do not depend on the bytes before and after them.
    ///
    /// A digit holds six bits, so there are three cases; digits that share bits with a neighbour are left out. Pieces
    /// of fewer than six digits are left out too: they would match by chance.
    private static func base64Cores(_ bytes: [UInt8]) -> [String] {
        (0..<3).flatMap { before -> [String] in
            let digits = Array(Data([UInt8](repeating: 0, count: before) + bytes).base64EncodedString())
            let first = (8 * before + 5) / 6
            let end = 8 * (before + bytes.count) / 6
            guard end - first >= 6 else { return [] }
            let core = String(digits[first..<end])
            return [core, String(core.map { $0 == "+" ? "-" : $0 == "/" ? "_" : $0 })]
        }
    }
}
