import Addresses
public import HTTPExchange

/// A text from the other side, made fit to be shown, logged and kept.
///
/// It is bounded, control and direction characters are escaped, secrets are masked in every form in which they can
/// come back, and so are numbers that look like telephone numbers. UUIDs and dates are let through.
public struct RemoteText: Hashable, Sendable, CustomStringConvertible {
    /// The most characters that are kept of a text.
    public static let defaultLimit = 300
    /// What is shown instead of a telephone number.
    public static let numberPlaceholder = "[number]"

    /// The text that may be shown.
    public let description: String

    /// Makes a text fit to be shown.
    public init(_ text: String, hiding secrets: [Secret] = [], limit: Int = RemoteText.defaultLimit) {
        self.init(text, hiding: SecretForms(secrets), limit: limit)
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
        for length in [uuidLength(), dateLength()] where length > 0 && !hidesSecret(length) {
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

    /// The length of a run of at least eight digits, with a plus before and separators between.
    private func numberLength() -> Int {
        var end = position
        if text[end] == "+" || text[end] == "(" { end += 1 }
        guard end < text.count, Self.isDigit(text[end]) else { return 0 }
        var (digits, separators, lastDigit) = (0, 0, end)
        while end < text.count {
            if Self.isDigit(text[end]) {
                (digits, separators, lastDigit) = (digits + 1, 0, end)
            } else if " -./()\u{A0}\u{2010}\u{2011}\u{2013}".unicodeScalars.contains(text[end]), separators < 2 {
                separators += 1
            } else {
                break
            }
            end += 1
        }
        return digits >= 8 ? lastDigit + 1 - position : 0
    }

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
