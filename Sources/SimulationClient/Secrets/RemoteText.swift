import Addresses
public import HTTPExchange

/// A text from the other side, made fit to be shown, logged and kept.
///
/// It is bounded, control and direction characters are escaped, secrets are masked in every form in which they can
/// come back, and so are telephone numbers that stand as words of their own. Identifiers, dates and IP addresses are let
/// through: evidence names what was sent.
public struct RemoteText: Hashable, Sendable, CustomStringConvertible {
    /// The most characters that are kept of a text.
    public static let defaultLimit = 300
    /// What is shown instead of a telephone number.
    public static let numberPlaceholder = "[number]"

    /// The text that may be shown.
    public let description: String

    /// Makes a text fit to be shown.
    ///
    /// - Parameters:
    ///   - text: the text.
    ///   - secrets: what is masked, apart from telephone numbers.
    ///   - identifiers: what is never masked, even if it consists of digits: ids of runs, simulations and requests.
    ///   - limit: the most characters that are kept.
    public init(
        _ text: String,
        hiding secrets: [Secret] = [],
        keeping identifiers: [String] = [],
        limit: Int = RemoteText.defaultLimit
    ) {
        self.init(text, hiding: SecretForms(secrets, keeping: identifiers), limit: limit)
    }

    /// Makes a text fit to be shown; the forms of secrets are worked out before, since that takes longer than the rest.
    init(_ text: String, hiding secrets: SecretForms, limit: Int = RemoteText.defaultLimit) {
        var scanner = Scanner(text: Array(text.unicodeScalars), secrets: secrets)
        description = scanner.scan(limit: limit)
    }

    /// Makes the bytes of a body fit to be shown; what is not UTF-8 is replaced.
    public init(_ bytes: [UInt8], hiding secrets: [Secret] = [], limit: Int = RemoteText.defaultLimit) {
        self.init(String(decoding: bytes, as: UTF8.self), hiding: secrets, limit: limit)
    }
}

/// Reads from the start until enough is written, so that masked text is never cut in two.
private struct Scanner {
    let text: [Unicode.Scalar]
    let secrets: SecretForms
    var position = 0

    mutating func scan(limit: Int) -> String {
        var output = ""
        var length = 0
        while position < text.count {
            let piece = next()
            length += piece.count
            guard length <= limit else { return output + "…" }
            output += piece
        }
        return output
    }

    private mutating func next() -> String {
        let secretLength = secrets.length(at: text[position...])
        if secretLength > 0 {
            position += secretLength
            return Secret.placeholder
        }
        for length in [identifierLength(at: position), uuidLength(), dateLength(), addressLength()]
        where length > 0 && !hidesSecret(length) {
            defer { position += length }
            return String(String.UnicodeScalarView(text[position..<position + length]))
        }
        let number = numberLength()
        if number > 0 {
            position += number
            return RemoteText.numberPlaceholder
        }
        defer { position += 1 }
        return Self.escape(text[position])
    }

    /// Whether a secret begins within the next scalars.
    private func hidesSecret(_ length: Int) -> Bool {
        (position..<position + length).contains { secrets.length(at: text[$0...]) > 0 }
    }

    private func matches(_ pattern: String, _ isDigit: (Unicode.Scalar) -> Bool) -> Int {
        guard position + pattern.unicodeScalars.count <= text.count else { return 0 }
        for (offset, expected) in pattern.unicodeScalars.enumerated() {
            let scalar = text[position + offset]
            guard expected == "-" ? scalar == "-" : isDigit(scalar) else { return 0 }
        }
        return pattern.unicodeScalars.count
    }

    /// The length of an identifier that is known and stands here as a word of its own.
    private func identifierLength(at start: Int) -> Int {
        let length = secrets.identifierLength(at: text[start...])
        return length > 0 && isWordStart(start) && isWordEnd(start + length) ? length : 0
    }

    private func uuidLength() -> Int {
        matches("xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx") { $0.isASCII && $0.properties.isASCIIHexDigit }
    }

    /// The length of a date such as `2026-11-22` that no further digits or separators of a number surround.
    private func dateLength() -> Int {
        let length = matches("dddd-dd-dd", Self.isDigit)
        guard length > 0, position == 0 || !Self.isDigit(text[position - 1]),
            position + length == text.count || !Self.isDigit(text[position + length])
        else { return 0 }
        let month = text[position + 5].properties.numericValue ?? 9
        return month <= 1 ? length : 0
    }

    /// The length of an IPv4 address that stands as a word of its own; not of four pairs of digits, which some countries
    /// write for telephone numbers.
    private func addressLength() -> Int {
        guard isWordStart(position), position == 0 || !"+.-".unicodeScalars.contains(text[position - 1]) else {
            return 0
        }
        let word = text[position...].prefix(17).prefix { $0 == "." || Self.isDigit($0) }
        let digits = word.last == "." ? word.dropLast() : word
        let groups = digits.split(separator: ".", omittingEmptySubsequences: false)
        let isAddress = IPAddress(String(String.UnicodeScalarView(digits))) != nil
        return isAddress && !groups.allSatisfy { $0.count == 2 } && isWordEnd(digits.endIndex) ? digits.count : 0
    }

    /// The length of a word of at least eight digits, with a plus before and separators between.
    ///
    /// Digits belong to an identifier if letters are next to them, or if a hyphen joins them to letters.
    private func numberLength() -> Int {
        guard secrets.masksNumbers, isWordStart(position) else { return 0 }
        var end = position
        if text[end] == "+" || text[end] == "(" { end += 1 }
        guard end < text.count, Self.isDigit(text[end]) else { return 0 }
        var (digits, separators, length) = (0, 0, 0)
        while end < text.count, identifierLength(at: end) == 0 {
            if Self.isDigit(text[end]) {
                (digits, separators) = (digits + 1, 0)
                if digits >= 8, isWordEnd(end + 1) { length = end + 1 - position }
            } else if " -./()\u{A0}\u{2010}\u{2011}\u{2013}".unicodeScalars.contains(text[end]), separators < 2 {
                separators += 1
            } else {
                break
            }
            end += 1
        }
        return length
    }

    private func isWordStart(_ start: Int) -> Bool {
        guard start > 0, text[start] != "+" else { return true }
        let before = text[..<start].suffix(3)
        if Self.isInWord(before.last) {
            // The end of an escape, `%3A` or `\n`, does not count as a letter.
            let isPercent = before.count == 3 && before.first == "%"
            return isPercent || before.dropLast().last == "\\"
        }
        return !(Self.joins(before.last) && Self.isInWord(before.dropLast().last))
    }

    private func isWordEnd(_ end: Int) -> Bool {
        let after = text[end...].prefix(2)
        return !Self.isInWord(after.first) && !(Self.joins(after.first) && Self.isInWord(after.dropFirst().first))
    }

    /// Identifiers consist of these characters, joined by hyphens.
    private static func isInWord(_ scalar: Unicode.Scalar?) -> Bool {
        guard let scalar else { return false }
        return isDigit(scalar) || scalar == "_" || scalar.isASCII && scalar.properties.isAlphabetic
    }

    private static func joins(_ scalar: Unicode.Scalar?) -> Bool { scalar == "-" }

    private static func isDigit(_ scalar: Unicode.Scalar) -> Bool { scalar.properties.numericType == .decimal }

    private static func escape(_ scalar: Unicode.Scalar) -> String {
        switch scalar {
        case "\n": #"\n"#
        case "\r": #"\r"#
        case "\t": #"\t"#
        case _ where PrintableText.isUnsafe(scalar): PrintableText.escape(scalar)
        default: String(scalar)
        }
    }
}
