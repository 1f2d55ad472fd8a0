import SimulationAPI
import Testing

@Suite("LanguageTag", .timeLimit(.minutes(5)))
struct LanguageTagTests {
    /// RFC 5646 appendix A, the grandfathered tags of section 2.2.8, and letter cases.
    @Test(
        arguments: [
            "de", "fr", "ja", "i-enochian", "zh-Hant", "zh-Hans", "sr-Cyrl", "sr-Latn", "zh-cmn-Hans-CN", "cmn-Hans-CN",
            "zh-yue-HK", "yue-HK", "zh-Hans-CN", "sr-Latn-RS", "sl-rozaj", "sl-rozaj-biske", "sl-nedis", "de-CH-1901",
            "sl-IT-nedis", "hy-Latn-IT-arevela", "de-DE", "en-US", "es-419", "de-CH-x-phonebk", "az-Arab-x-AZE-derbend",
            "x-whatever", "qaa-Qaaa-QM-x-southern", "de-Qaaa", "sr-Latn-QM", "sr-Qaaa-RS", "en-US-u-islamcal",
            "zh-CN-a-myext-x-private", "en-a-myext-b-another", "en-GB-oed", "i-default", "i-klingon", "sgn-BE-FR",
            "art-lojban", "cel-gaulish", "no-bok", "zh-min", "zh-min-nan", "zh-guoyu", "EN-us", "I-KLINGON", "abcd",
            "abcdefgh", "en-1994", "en-1abc-variant", "x-a-b-c", "en-a-bb-x-1-a",
        ]
    )
    func tagIsWellFormed(tag: String) {
        #expect(LanguageTag.isWellFormed(tag))
    }

    @Test(
        arguments: [
            "de-419-DE", "a-DE", "ar-a-aaa-b-bbb-a-ccc", "", "-", "e", "en-", "-en", "en--US", "en_US", "en US",
            "english US",
            "en-US-", "en-US-US", "en-Latn-Latn", "12", "1en", "en-x", "x", "x-", "en-a", "en-a-x-b", "en-a-b-ccc",
            "abcdefghi", "en-abcdefghi", "de-1901-1901", "sl-nedis-rozaj-NEDIS", "zh-aaa-bbb-ccc-ddd", "abcd-aaa",
            "i-unknown", "en-GB-oe", "en-ÜS", "\u{212A}o", "en-U\u{17F}", "en\u{0}", "en-US\n", "*", "C", "en-US.UTF-8",
        ]
    )
    func tagIsMalformed(tag: String) {
        #expect(!LanguageTag.isWellFormed(tag))
    }
}

@Suite("UUIDText", .timeLimit(.minutes(5)))
struct UUIDTextTests {
    @Test(
        arguments: [
            ("a1b2c3d4-e5f6-7890-abcd-ef1234567890", "a1b2c3d4-e5f6-7890-abcd-ef1234567890"),
            ("A1B2C3D4-E5F6-7890-ABCD-EF1234567890", "a1b2c3d4-e5f6-7890-abcd-ef1234567890"),
            ("ffffffff-ffff-ffff-ffff-ffffffffffff", "ffffffff-ffff-ffff-ffff-ffffffffffff"),
            (String(repeating: "-", count: 36), nil), (String(repeating: "a", count: 36), nil), ("", nil),
            ("a1b2c3d4-e5f6-7890-abcd-ef123456789", nil), ("a1b2c3d4-e5f6-7890-abcd-ef12345678901", nil),
            ("a1b2c3d4e5-f6-7890-abcd-ef1234567890", nil), ("urn:uuid:a1b2c3d4-e5f6-7890-abcd-ef1234567890", nil),
            ("a1b2c3d4-e5f6-7890-abcd-ef12345678é", nil), ("g1b2c3d4-e5f6-7890-abcd-ef1234567890", nil),
        ] as [(String, String?)]
    )
    func textIsMadeCanonical(text: String, canonical: String?) {
        #expect(UUIDText.canonical(text) == canonical)
    }
}

@Suite("Suggestion", .timeLimit(.minutes(5)))
struct SuggestionTests {
    @Test(
        arguments: [
            ("maxCall", "maxCalls"), ("maxcalls", "maxCalls"), ("MAXCALLS", "maxCalls"), ("axmCalls", "maxCalls"),
            ("tga", "tag"), ("tags", "tag"), ("compilanceBypass", "complianceBypass"), ("t", nil), ("a", nil),
            ("calls", nil), ("zzzzzzzz", nil), ("", nil), (String(repeating: "x", count: 100_000), nil),
        ] as [(String, String?)]
    )
    func nearestNameIsFound(word: String, name: String?) {
        #expect(Suggestion.nearest(to: word, among: ["maxCalls", "tag", "complianceBypass"]) == name)
    }

    @Test func nothingIsNearWhereNothingIsKnown() {
        #expect(Suggestion.nearest(to: "tag", among: []) == nil)
    }
}
