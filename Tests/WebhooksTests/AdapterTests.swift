import Crypto
import ExactJSON
import HTTPService
import HTTPTypes
import NIOHTTP1
import SimulationAPI
import Testing

@testable import Webhooks

/// A delivery by GitHub's or Stripe's way of signing, and what is to come of it.
struct AdapterCase: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var headers: [(String, String)]
    var body = Self.body
    var secrets = Self.both
    var expected: Result<WebhookSignature.Verified, SignatureMismatch>

    static let now: Int64 = 1_700_000_000
    static let body = Array("Hello, World!".utf8)
    static let both = "github:It's-a-Secret-to-Everybody stripe:whsec_test whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"

    /// HMAC-SHA256 in hexadecimal, from another way to compute it than the receiver's.
    static func code(_ key: String, _ text: [UInt8]) -> String {
        HMAC<SHA256>.authenticationCode(for: text, using: SymmetricKey(data: Array(key.utf8)))
            .map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }

    private static func gitHub(_ code: String, id: String = "72d3162e-cc78-11e3-81ab-4c9367dc0958") -> [(
        String, String
    )] {
        [("X-GitHub-Delivery", id), ("X-Hub-Signature-256", code)]
    }

    private static func stripe(_ offset: Int64 = 0, key: String = "whsec_test", extra: String = "") -> [(
        String, String
    )] {
        let time = now + offset
        return [("Stripe-Signature", "t=\(time),v1=\(code(key, Array("\(time).".utf8) + body))\(extra)")]
    }

    /// The same with white space round the parts of its list.
    private static func blanks(_ headers: [(String, String)]) -> [(String, String)] {
        headers.map { ($0.0, $0.1.replacing(",", with: " ,\t").replacing("=", with: " = ")) }
    }

    private static let gitHubCode = "sha256=" + code("It's-a-Secret-to-Everybody", body)
    private static let gitHubAccepted = Result<WebhookSignature.Verified, SignatureMismatch>.success(
        .init(scheme: .gitHub, id: "72d3162e-cc78-11e3-81ab-4c9367dc0958")
    )
    private static let stripeAccepted = Result<WebhookSignature.Verified, SignatureMismatch>.success(
        .init(scheme: .stripe, id: nil)
    )

    private static func one(
        _ name: String,
        _ headers: [(String, String)],
        _ expected: Result<WebhookSignature.Verified, SignatureMismatch>,
        body: [UInt8] = body,
        secrets: String = both
    ) -> AdapterCase {
        AdapterCase(testDescription: name, headers: headers, body: body, secrets: secrets, expected: expected)
    }

    static let all: [AdapterCase] = [
        one("GitHub", gitHub(gitHubCode), gitHubAccepted),
        one("GitHub in capitals", gitHub("sha256=" + gitHubCode.dropFirst(7).uppercased()), gitHubAccepted),
        one("GitHub: header names in capitals", gitHub(gitHubCode).map { ($0.0.uppercased(), $0.1) }, gitHubAccepted),
        one("GitHub: blanks", gitHub("sha256= " + gitHubCode.dropFirst(7)), gitHubAccepted),
        one("GitHub: the word in capitals", gitHub("SHA256=" + gitHubCode.dropFirst(7)), gitHubAccepted),
        one("GitHub: a tabulator", gitHub("Sha256\t=\t" + gitHubCode.dropFirst(7)), gitHubAccepted),
        one(
            "GitHub: Base64",
            gitHub("sha256=qnR5Ug2KW7fpN7PBpL7YKUKqbXDBGo6FGeFYHxFTEfg="),
            .failure(.base64("X-Hub-Signature-256", "sha256="))
        ),
        one(
            "GitHub: a delivery whose bytes are not UTF-8",
            gitHub(gitHubCode, id: "\u{FFFD}"),
            .failure(.header("X-GitHub-Delivery", .garbled))
        ),
        one(
            "GitHub without the word",
            gitHub(String(gitHubCode.dropFirst(7))),
            .failure(.form("X-Hub-Signature-256", "sha256="))
        ),
        one(
            "GitHub: sha1",
            gitHub("sha1=" + gitHubCode.dropFirst(7)),
            .failure(.form("X-Hub-Signature-256", "sha256="))
        ),
        one(
            "GitHub cut short",
            gitHub(String(gitHubCode.dropLast(2))),
            .failure(.form("X-Hub-Signature-256", "sha256="))
        ),
        one(
            "GitHub: half a digit less",
            gitHub(String(gitHubCode.dropLast())),
            .failure(.form("X-Hub-Signature-256", "sha256="))
        ),
        one("GitHub: more", gitHub(gitHubCode + "00"), .failure(.form("X-Hub-Signature-256", "sha256="))),
        one("GitHub: no hexadecimal", gitHub("sha256=zz"), .failure(.form("X-Hub-Signature-256", "sha256="))),
        one("GitHub: empty code", gitHub("sha256="), .failure(.form("X-Hub-Signature-256", "sha256="))),
        one(
            "GitHub: another body",
            gitHub(gitHubCode),
            .failure(.mismatch("X-Hub-Signature-256")),
            body: body + [0x0A]
        ),
        one(
            "GitHub: another key",
            gitHub("sha256=" + code("whsec_test", body)),
            .failure(.mismatch("X-Hub-Signature-256"))
        ),
        one(
            "GitHub without a delivery",
            [("X-Hub-Signature-256", gitHubCode)],
            .failure(.header("X-GitHub-Delivery", .missing))
        ),
        one(
            "GitHub without a signature",
            [("X-GitHub-Delivery", "1")],
            .failure(.header("X-Hub-Signature-256", .missing))
        ),
        one("GitHub: empty delivery", gitHub(gitHubCode, id: ""), .failure(.header("X-GitHub-Delivery", .empty))),
        one(
            "GitHub: two deliveries",
            gitHub(gitHubCode) + [("X-GitHub-Delivery", "2")],
            .failure(.header("X-GitHub-Delivery", .repeated))
        ),
        one(
            "GitHub: two signatures",
            gitHub(gitHubCode) + [("X-Hub-Signature-256", gitHubCode)],
            .failure(.header("X-Hub-Signature-256", .repeated))
        ),
        one("GitHub without its key", gitHub(gitHubCode), .failure(.noKey(.gitHub)), secrets: "stripe:x"),
        one(
            "GitHub: rotated",
            gitHub(gitHubCode),
            gitHubAccepted,
            secrets: "github:new,github:It's-a-Secret-to-Everybody"
        ),
        one("Stripe", stripe(), stripeAccepted),
        one("Stripe: 300 s late", stripe(-300), stripeAccepted),
        one("Stripe: 300 s early", stripe(300), stripeAccepted),
        one("Stripe: 301 s late", stripe(-301), .failure(.clock("t of Stripe-Signature", ahead: -301))),
        one("Stripe: 301 s early", stripe(301), .failure(.clock("t of Stripe-Signature", ahead: 301))),
        one(
            "Stripe: v0 beside",
            stripe(extra: ",v0=6ffbb59b2300aae63f272406069a9788598b792a944a07aba816edb039989a39"),
            stripeAccepted
        ),
        one("Stripe: blanks", blanks(stripe(extra: ", v0=00")), stripeAccepted),
        one(
            "Stripe: Base64",
            [("Stripe-Signature", "t=\(now),v1=qnR5Ug2KW7fpN7PBpL7YKUKqbXDBGo6FGeFYHxFTEfg=")],
            .failure(.base64("Stripe-Signature", "v1="))
        ),
        one(
            "Stripe: its secret as a key of Standard Webhooks",
            stripe(),
            .failure(.noKey(.stripe, hasStandardKey: true)),
            secrets: "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
        ),
        one("Stripe: several v1", stripe(extra: ",v1=00ff"), stripeAccepted),
        one("Stripe: v0 alone", [("Stripe-Signature", "t=\(now),v0=00")], .failure(.stripeParts)),
        one("Stripe: no time", [("Stripe-Signature", "v1=00")], .failure(.stripeParts)),
        one("Stripe: two times", stripe(extra: ",t=\(now)"), .failure(.stripeParts)),
        one("Stripe: time in words", [("Stripe-Signature", "t=now,v1=00")], .failure(.time("t of Stripe-Signature"))),
        one("Stripe: another key", stripe(key: "whsec_other"), .failure(.mismatch("Stripe-Signature"))),
        one("Stripe: another body", stripe(), .failure(.mismatch("Stripe-Signature")), body: body + [0x0A]),
        one(
            "Stripe: code of no time",
            [("Stripe-Signature", "t=\(now),v1=\(code("whsec_test", body))")],
            .failure(.mismatch("Stripe-Signature"))
        ),
        one("Stripe twice", stripe() + stripe(), .failure(.header("Stripe-Signature", .repeated))),
        one("Stripe: empty", [("Stripe-Signature", "")], .failure(.header("Stripe-Signature", .empty))),
        one("Stripe without its key", stripe(), .failure(.noKey(.stripe)), secrets: "github:x"),
        one("Stripe: rotated", stripe(), stripeAccepted, secrets: "stripe:new stripe:whsec_test"),
        one("GitHub and Stripe", gitHub(gitHubCode) + stripe(), .failure(.ambiguous)),
        one("GitHub and the id of Standard Webhooks", gitHub(gitHubCode) + [("webhook-id", "m")], .failure(.ambiguous)),
        one(
            "GitHub and an empty signature of Standard Webhooks",
            gitHub(gitHubCode) + [("webhook-signature", "")],
            .failure(.ambiguous)
        ),
        one(
            "Stripe and a timestamp of Standard Webhooks",
            stripe() + [("webhook-timestamp", "1")],
            .failure(.ambiguous)
        ),
        one("Stripe and an empty delivery of GitHub", stripe() + [("X-GitHub-Delivery", "")], .failure(.ambiguous)),
        one("none of all", [], .failure(.unsigned)),
    ]
}

@Suite("Other ways of signing", .timeLimit(.minutes(5)))
struct AdapterTests {
    @Test(arguments: AdapterCase.all) func verification(_ delivery: AdapterCase) throws {
        let secrets = try WebhookSecrets(delivery.secrets)
        let result = Result { () throws(SignatureMismatch) in
            try WebhookSignature.verify(
                DeliveryHeaders(HTTPHeaders(delivery.headers)),
                body: delivery.body,
                secrets: secrets,
                now: AdapterCase.now
            )
        }
        #expect(result == delivery.expected)
    }

    /// "Testing the webhook payload validation" of GitHub's documentation.
    @Test func gitHubsPublishedVector() {
        #expect(
            AdapterCase.code("It's a Secret to Everybody", AdapterCase.body)
                == "757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17"
        )
    }

    @Test func aDeliveryOfGitHubHasItsIdAndOneOfStripeTheHashOfItsBody() throws {
        let rules = WebhookRules(secrets: try WebhookSecrets("github:k,stripe:k"))
        let now = Timestamp(milliseconds: AdapterCase.now * 1000)
        func event(_ headers: [(String, String)]) throws -> ReceivedEvent {
            let all = HTTPHeaders(headers + [("content-type", "application/json")])
            return try rules.event(DeliveryHeaders(all), body: AdapterCase.body, now: now)
        }
        let code = AdapterCase.code("k", AdapterCase.body)
        let gitHub = try event([("x-github-delivery", "d-1"), ("x-hub-signature-256", "sha256=\(code)")])
        #expect(gitHub.webhookID == "d-1" && gitHub.scheme == .gitHub)
        let timed = AdapterCase.code("k", Array("\(AdapterCase.now).".utf8) + AdapterCase.body)
        let stripe = try event([("stripe-signature", "t=\(AdapterCase.now),v1=\(timed)")])
        // printf 'Hello, World!' | sha256sum
        #expect(stripe.webhookID == "sha256:dffd6021bb2bd5b0af676290809ec3a53191dd81c7f70a4b28688a362182986f")
        #expect(stripe.scheme == .stripe)
    }

    @Test(arguments: [
        ("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", 1, 0, 0),
        ("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYX", 2, 0, 0),
        ("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw\r\ngithub:a\nstripe:b\n", 1, 1, 1),
        (" whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw, github:a,, stripe:b stripe:whsec_c ", 1, 1, 2),
    ])
    func listsOfKeys(_ text: String, _ standard: Int, _ gitHub: Int, _ stripe: Int) throws {
        let secrets = try WebhookSecrets(text)
        #expect([secrets.standard.count, secrets.gitHub.count, secrets.stripe.count] == [standard, gitHub, stripe])
    }

    @Test func theFirstKeySigns() throws {
        let secrets = try WebhookSecrets(
            "github:a whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYX"
        )
        let signature = secrets.signing?.signature(id: Vector.id, timestamp: Vector.now, body: Vector.body)
        #expect(signature == Vector.signature)
        #expect(try WebhookSecrets("github:a").signing == nil)
        #expect(try WebhookSecrets("github:a").withSigning.signing != nil)
    }

    @Test(arguments: [
        ("", "must be whsec_ followed by Base64 of 24 to 64 random bytes, or github:TEXT, or stripe:TEXT"),
        ("secret", "must be whsec_ followed by Base64 of 24 to 64 random bytes, or github:TEXT, or stripe:TEXT"),
        (
            "v1,whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
            "has v1, in front of a key; it names the way of signing, so leave it out: the key begins with whsec_"
        ),
        (
            "whsec_test",
            "must be whsec_ followed by Base64 of 24 to 64 random bytes, or github:TEXT, or stripe:TEXT; a secret of "
                + "Stripe is written stripe:whsec_…"
        ),
        (
            "github:a c4n4ry",
            "key 2 of 2 is invalid: it must be whsec_ followed by Base64 of 24 to 64 random bytes, or github:TEXT, or "
                + "stripe:TEXT"
        ),
        ("github:", "must be whsec_ followed by Base64 of 24 to 64 random bytes, or github:TEXT, or stripe:TEXT"),
    ])
    func listsThatCannotBeRead(_ text: String, _ message: String) throws {
        let error = #expect(throws: WebhookSecrets.InvalidListError.self) { try WebhookSecrets(text) }
        #expect("\(try #require(error))" == "RINGBACK_WEBHOOK_SECRET \(message)")
    }
}
