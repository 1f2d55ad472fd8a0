/// Language tags of BCP 47 (RFC 5646 section 2.1), well-formedness only: no registry is consulted.
public enum LanguageTag {
    /// Whether the text is a well-formed language tag, such as `en-US`, `zh-Hant-TW` or `x-private`.
    public static func isWellFormed(_ text: String) -> Bool {
        // Lower-casing makes a letter k of the Kelvin sign, so other characters are refused before it.
        guard text.utf8.allSatisfy({ $0 < 0x80 }) else { return false }
        let subtags = text.lowercased().split(separator: "-", omittingEmptySubsequences: false).map { Array($0.utf8) }
        guard subtags.allSatisfy({ (1...8).contains($0.count) && $0.allSatisfy(isAlphanumeric) }) else { return false }
        if grandfathered.contains(text.lowercased()) { return true }
        if subtags[0] == Array("x".utf8) { return subtags.count > 1 }
        var rest = subtags[...]
        let language = rest.removeFirst()
        guard (2...8).contains(language.count), language.allSatisfy(isLetter) else { return false }
        if language.count <= 3 {
            var extended = 0
            while extended < 3, let next = rest.first, next.count == 3, next.allSatisfy(isLetter) {
                rest.removeFirst()
                extended += 1
            }
        }
        if let script = rest.first, script.count == 4, script.allSatisfy(isLetter) { rest.removeFirst() }
        if let region = rest.first,
            region.count == 2 && region.allSatisfy(isLetter) || region.count == 3 && region.allSatisfy(isDigit)
        {
            rest.removeFirst()
        }
        var variants: Set<[UInt8]> = []
        while let variant = rest.first, variant.count >= 5 || variant.count == 4 && isDigit(variant[0]) {
            guard variants.insert(variant).inserted else { return false }
            rest.removeFirst()
        }
        var singletons: Set<[UInt8]> = []
        while let singleton = rest.first, singleton.count == 1 {
            rest.removeFirst()
            if singleton == Array("x".utf8) { return !rest.isEmpty }
            guard singletons.insert(singleton).inserted, let first = rest.first, first.count >= 2 else { return false }
            while let next = rest.first, next.count >= 2 { rest.removeFirst() }
        }
        return rest.isEmpty
    }

    /// Tags of RFC 5646 that do not fit the grammar and stay valid.
    private static let grandfathered: Set<String> = [
        "en-gb-oed", "i-ami", "i-bnn", "i-default", "i-enochian", "i-hak", "i-klingon", "i-lux", "i-mingo", "i-navajo",
        "i-pwn", "i-tao", "i-tay", "i-tsu", "sgn-be-fr", "sgn-be-nl", "sgn-ch-de",
    ]

    private static func isLetter(_ byte: UInt8) -> Bool { (0x61...0x7A).contains(byte) }
    private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }
    private static func isAlphanumeric(_ byte: UInt8) -> Bool { isLetter(byte) || isDigit(byte) }
}
