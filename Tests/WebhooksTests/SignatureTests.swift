import ExactJSON
import HTTPService
import HTTPTypes
import SimulationAPI
import Synchronization
import Testing

@testable import Webhooks

/// The vector that Standard Webhooks publishes, and headers to be made wrong.
enum Vector {
    static let secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    static let id = "msg_p5jXN8AQM9LWM0D4loKWxJek"
    static let now: Int64 = 1_614_265_330
    static let body = Array(#"{"test": 2432232314}"#.utf8)
    static let signature = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="

    static func headers(
        id: [String] = [id],
        timestamp: [String] = ["\(now)"],
        signature: [String] = [signature]
    ) -> HTTPFields {
        HTTPFields(
            id.map { HTTPField(name: .webhookID, value: $0) }
                + timestamp.map { HTTPField(name: .webhookTimestamp, value: $0) }
                + signature.map { HTTPField(name: .webhookSignature, value: $0) }
        )
    }

    /// The published vector by the names of Svix.
    static func svix(id: String? = id, signature: String = signature) -> HTTPFields {
        let fields = [("svix-id", id), ("svix-timestamp", "\(now)"), ("svix-signature", signature)]
        return HTTPFields(
            fields.compactMap { name, value in
                guard let name = HTTPField.Name(name), let value else { return nil }
                return HTTPField(name: name, value: value)
            }
        )
    }

    /// The signature of a sender that takes a text for the bytes of the key.
    static func signAsText(_ text: String) -> String {
        WebhookSecret(bytes: Array(text.utf8)).signature(id: id, timestamp: now, body: body)
    }

    /// The right signature of other parts.
    static func sign(
        id: String = id,
        timestamp: Int64 = now,
        body: [UInt8] = body,
        secret: String = secret
    ) -> String {
        (try? WebhookSecret(secret).signature(id: id, timestamp: timestamp, body: body)) ?? ""
    }
}

/// One delivery and whether it is to be believed.
struct SignatureCase: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var headers: HTTPFields
    var body = Vector.body
    var refusal: SignatureMismatch?

    private static func refused(
        _ name: String,
        _ refusal: SignatureMismatch,
        _ headers: HTTPFields = Vector.headers(),
        body: [UInt8] = Vector.body
    ) -> SignatureCase {
        SignatureCase(testDescription: name, headers: headers, body: body, refusal: refusal)
    }

    private static func accepted(
        _ name: String,
        _ headers: HTTPFields,
        body: [UInt8] = Vector.body
    ) -> SignatureCase {
        SignatureCase(testDescription: name, headers: headers, body: body)
    }

    /// A correctly signed delivery whose timestamp is off by this number of seconds.
    private static func late(_ seconds: Int64) -> HTTPFields {
        let time = Vector.now + seconds
        return Vector.headers(timestamp: ["\(time)"], signature: [Vector.sign(timestamp: time)])
    }

    private static let other = "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYX"
    private static let good = Vector.signature

    static let all: [SignatureCase] = [
        accepted("the published vector", Vector.headers()),
        refused("no id", .header("webhook-id", .missing), Vector.headers(id: [])),
        refused("no timestamp", .header("webhook-timestamp", .missing), Vector.headers(timestamp: [])),
        refused("no signature", .header("webhook-signature", .missing), Vector.headers(signature: [])),
        refused("no header at all", .unsigned, HTTPFields()),
        refused("empty id", .header("webhook-id", .empty), Vector.headers(id: [""])),
        refused("empty timestamp", .header("webhook-timestamp", .empty), Vector.headers(timestamp: [""])),
        refused("empty signature", .header("webhook-signature", .empty), Vector.headers(signature: [""])),
        refused("two ids", .header("webhook-id", .repeated), Vector.headers(id: [Vector.id, Vector.id])),
        refused(
            "two timestamps",
            .header("webhook-timestamp", .repeated),
            Vector.headers(timestamp: ["\(Vector.now)", "\(Vector.now)"])
        ),
        refused(
            "two signature fields",
            .header("webhook-signature", .repeated),
            Vector.headers(signature: [good, good])
        ),
        refused(
            "an endless id",
            .header("webhook-id", .long),
            Vector.headers(id: [String(repeating: "a", count: 1025)])
        ),
        refused(
            "id with a dot, rightly signed",
            .fullStop("webhook-id"),
            Vector.headers(id: ["msg.1"], signature: [Vector.sign(id: "msg.1")])
        ),
        refused(
            "id that begins the timestamp",
            .fullStop("webhook-id"),
            Vector.headers(id: ["\(Vector.id).1"], signature: [Vector.sign(id: "\(Vector.id).1")])
        ),
        accepted("299 s early", late(299)), accepted("299 s late", late(-299)),
        accepted("300 s early", late(300)), accepted("300 s late", late(-300)),
        refused("301 s early", .clock("webhook-timestamp", ahead: 301), late(301)),
        refused("301 s late", .clock("webhook-timestamp", ahead: -301), late(-301)),
        refused("a day late", .clock("webhook-timestamp", ahead: -86_400), late(-86_400)),
        refused("timestamp 0", .clock("webhook-timestamp", ahead: -Vector.now), late(-Vector.now)),
        refused("timestamp in words", .time("webhook-timestamp"), Vector.headers(timestamp: ["now"])),
        refused("timestamp with a sign", .time("webhook-timestamp"), Vector.headers(timestamp: ["+\(Vector.now)"])),
        refused("negative timestamp", .time("webhook-timestamp"), Vector.headers(timestamp: ["-\(Vector.now)"])),
        refused(
            "timestamp with a fraction",
            .time("webhook-timestamp"),
            Vector.headers(timestamp: ["\(Vector.now).0"])
        ),
        refused(
            "timestamp in milliseconds",
            .clock("webhook-timestamp", ahead: Vector.now * 999),
            Vector.headers(timestamp: ["\(Vector.now)000"])
        ),
        refused(
            "timestamp beyond 64 bits",
            .time("webhook-timestamp"),
            Vector.headers(timestamp: ["99999999999999999999"])
        ),
        refused("timestamp in hexadecimal", .time("webhook-timestamp"), Vector.headers(timestamp: ["0x60376C72"])),
        refused("timestamp in other digits", .time("webhook-timestamp"), Vector.headers(timestamp: ["١٦١٤٢٦٥٣٣٠"])),
        refused(
            "another timestamp than the signed one",
            .mismatch("webhook-signature"),
            Vector.headers(timestamp: ["\(Vector.now + 1)"])
        ),
        refused(
            "leading zero in the timestamp",
            .mismatch("webhook-signature"),
            Vector.headers(timestamp: ["0\(Vector.now)"])
        ),
        refused("another id than the signed one", .mismatch("webhook-signature"), Vector.headers(id: ["msg_other"])),
        refused("id in another case", .mismatch("webhook-signature"), Vector.headers(id: [Vector.id.uppercased()])),
        refused(
            "wrong secret",
            .mismatch("webhook-signature"),
            Vector.headers(signature: [Vector.sign(secret: other)])
        ),
        refused("body one byte longer", .mismatch("webhook-signature"), body: Vector.body + [0x0A]),
        refused("body one byte shorter", .mismatch("webhook-signature"), body: Array(Vector.body.dropLast())),
        refused(
            "body with one bit changed",
            .mismatch("webhook-signature"),
            body: [Vector.body[0] ^ 1] + Vector.body.dropFirst()
        ),
        refused("empty body", .mismatch("webhook-signature"), body: []),
        refused(
            "the same JSON written anew",
            .mismatch("webhook-signature"),
            body: Array(#"{"test":2432232314}"#.utf8)
        ),
        accepted(
            "an empty body, rightly signed",
            Vector.headers(signature: [Vector.sign(body: [])]),
            body: []
        ),
        accepted(
            "bytes that are no UTF-8, rightly signed",
            Vector.headers(signature: [Vector.sign(body: [0xFF, 0])]),
            body: [0xFF, 0]
        ),
        accepted(
            "several signatures, the last one right",
            Vector.headers(signature: ["\(Vector.sign(secret: other)) v1,AAAA \(good)"])
        ),
        accepted("several signatures, the first one right", Vector.headers(signature: ["\(good) v1,AAAA"])),
        accepted("a tabulator between", Vector.headers(signature: ["v1,AAAA\t\(good)"])),
        refused(
            "the text of the key",
            .keyAsText("webhook-signature"),
            Vector.headers(signature: [Vector.signAsText(Vector.secret)])
        ),
        refused(
            "the text of the key without its prefix",
            .keyAsText("webhook-signature"),
            Vector.headers(signature: [Vector.signAsText(String(Vector.secret.dropFirst(6)))])
        ),
        refused(
            "an id with bytes that are not UTF-8",
            .header("webhook-id", .garbled),
            Vector.headers(id: ["m\u{FFFD}"])
        ),
        accepted("the names of Svix", Vector.svix()),
        accepted(
            "the names of Svix with a list",
            Vector.svix(signature: "v1,AAAA  \(good)")
        ),
        refused("Svix without an id", .header("svix-id", .missing), Vector.svix(id: nil)),
        refused("Svix with another signature", .mismatch("svix-signature"), Vector.svix(signature: "v1,AAAA")),
        refused(
            "Svix beside a webhook-id",
            .unsigned,
            Vector.svix() + HTTPFields([HTTPField(name: .webhookID, value: Vector.id)])
        ),
        accepted("Svix beside Standard Webhooks", Vector.headers() + Vector.svix(signature: "v1,AAAA")),
        accepted("more than one space between", Vector.headers(signature: ["v1,AAAA   \(good)"])),
        accepted("v1a beside v1", Vector.headers(signature: ["v1a,\(String(repeating: "A", count: 86))== \(good)"])),
        refused("v1a alone", .mismatch("webhook-signature"), Vector.headers(signature: ["v1a,\(good.dropFirst(3))"])),
        refused("v2", .mismatch("webhook-signature"), Vector.headers(signature: ["v2,\(good.dropFirst(3))"])),
        refused("V1", .mismatch("webhook-signature"), Vector.headers(signature: ["V1,\(good.dropFirst(3))"])),
        refused("no version", .mismatch("webhook-signature"), Vector.headers(signature: [String(good.dropFirst(3))])),
        refused(
            "version with an equals sign",
            .mismatch("webhook-signature"),
            Vector.headers(signature: ["v1=\(good.dropFirst(3))"])
        ),
        refused("joined by a comma", .mismatch("webhook-signature"), Vector.headers(signature: ["v1,AAAA,\(good)"])),
        refused("empty code", .mismatch("webhook-signature"), Vector.headers(signature: ["v1,"])),
        refused(
            "code cut short",
            .mismatch("webhook-signature"),
            Vector.headers(signature: [String(good.dropLast(4))])
        ),
        refused("code and something more", .mismatch("webhook-signature"), Vector.headers(signature: [good + "AAAA"])),
        refused(
            "code in hexadecimal",
            .hexadecimal("webhook-signature"),
            Vector.headers(signature: ["v1," + String(repeating: "0f", count: 32)])
        ),
        refused("code that is no Base64", .mismatch("webhook-signature"), Vector.headers(signature: ["v1,§§§§"])),
        refused(
            "the URL alphabet of Base64",
            .mismatch("webhook-signature"),
            Vector.headers(signature: ["v1,g0hM9SsE-OTPJTGt_tmIKtSyZlE3uFJELVlNIOLJ1OE="])
        ),
    ]
}

@Suite("WebhookSignature", .timeLimit(.minutes(5)))
struct SignatureTests {
    @Test func thereAreEnoughCases() {
        #expect(SignatureCase.all.count >= 48)
        #expect(Set(SignatureCase.all.map(\.testDescription)).count == SignatureCase.all.count)
    }

    @Test(arguments: SignatureCase.all)
    func verification(_ delivery: SignatureCase) throws {
        let secrets = WebhookSecrets(standard: [try WebhookSecret(Vector.secret)])
        func verify() throws -> String? {
            try WebhookSignature.verify(
                DeliveryHeaders(delivery.headers),
                body: delivery.body,
                secrets: secrets,
                now: Vector.now
            ).id
        }
        if let refusal = delivery.refusal {
            #expect(throws: refusal) { try verify() }
        } else {
            #expect(try verify() == Vector.id)
        }
    }

    @Test(arguments: SignatureCase.all)
    func theReceiverAnswersAccordingly(_ delivery: SignatureCase) async throws {
        let kept = Mutex<[ReceivedEvent]>([])
        let receiver = WebhookReceiver(
            secrets: try WebhookSecrets(Vector.secret),
            now: { Timestamp(milliseconds: Vector.now * 1000 + 999) }
        ) { webhook, done in
            kept.withLock { $0.append(webhook) }
            done(.success(()))
        }
        var headers = delivery.headers
        headers[.contentType] = "application/json"
        let answer = await receiver.respond(
            to: ServiceRequest(.post, Endpoint.webhook, headers: headers, body: delivery.body)
        )
        // None of the bodies is an event: what is believed goes to quarantine.
        #expect(answer.status == (delivery.refusal == nil ? 400 : 401))
        #expect(kept.withLock { $0.map(\.webhookID) } == (delivery.refusal == nil ? [Vector.id] : []))
        #expect(kept.withLock { $0.map(\.body) } == (delivery.refusal == nil ? [delivery.body] : []))
    }

    @Test func anyOfSeveralKeysMayHaveSigned() throws {
        func verify(_ keys: [WebhookSecret]) throws -> WebhookSignature.Verified {
            try WebhookSignature.verify(
                DeliveryHeaders(Vector.headers()),
                body: Vector.body,
                secrets: WebhookSecrets(standard: keys),
                now: Vector.now
            )
        }
        let right = try WebhookSecret(Vector.secret)
        for keys in [[.random(), right, .random()], [right, .random()], [.random(), right]] {
            #expect(try verify(keys) == .init(scheme: .standard, id: Vector.id))
        }
        #expect(throws: SignatureMismatch.mismatch("webhook-signature")) { try verify([.random()]) }
        #expect(throws: SignatureMismatch.noKey(.standard)) { try verify([]) }
    }

    @Test func signingGivesThePublishedSignature() throws {
        let secret = try WebhookSecret(Vector.secret)
        #expect(secret.signature(id: Vector.id, timestamp: Vector.now, body: Vector.body) == Vector.signature)
    }

    @Test func randomKeysDifferAndVerifyTheirOwn() throws {
        let (one, other) = (WebhookSecret.random(), WebhookSecret.random())
        let signature = one.signature(id: "m", timestamp: 1, body: [1])
        #expect(signature != other.signature(id: "m", timestamp: 1, body: [1]))
        #expect(one.verifies(signature, id: "m", timestamp: "1", body: [1]))
        #expect(!other.verifies(signature, id: "m", timestamp: "1", body: [1]))
    }

    @Test func aKeyIsNeverPrinted() throws {
        let secret = try WebhookSecret(Vector.secret)
        var dumped = ""
        dump(secret, to: &dumped)
        for text in ["\(secret)", String(reflecting: secret), dumped, "\([secret])", "\(Optional(secret) as Any)"] {
            #expect(!text.contains("MfKQ") && !text.contains("SymmetricKey"), "\(text)")
        }
        let error = #expect(throws: WebhookSecret.InvalidKeyError.self) { try WebhookSecret("whsec_c2VjcmV0") }
        #expect(!"\(try #require(error))".contains("c2VjcmV0"))
    }

    @Test(arguments: [
        (23, false), (24, true), (25, true), (26, true), (32, true), (64, true), (65, false), (0, false),
    ])
    func keysHave24To64Bytes(_ count: Int, _ fits: Bool) {
        let base64 = base64(count)
        for text in ["whsec_\(base64)", "whsec_" + base64.filter { $0 != "=" }] {
            #expect(((try? WebhookSecret(text)) != nil) == fits, "\(text)")
        }
    }

    @Test(arguments: [
        "", "whsec_", "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "WHSEC_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
        "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaS!", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwA",
        "whsec_ MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw\n", "whsec_====",
    ])
    func whatIsNoKey(_ text: String) {
        #expect(throws: WebhookSecret.InvalidKeyError.self) { try WebhookSecret(text) }
    }

    /// Base64 of this number of zero bytes.
    private func base64(_ count: Int) -> String {
        let digits = String(repeating: "A", count: (count * 8 + 5) / 6)
        return digits + String(repeating: "=", count: (4 - digits.count % 4) % 4)
    }
}

/// The words of a refusal: each cause has its own, and they end without a full stop.
@Suite("Words of refused signatures", .timeLimit(.minutes(5)))
struct SignatureMismatchTests {
    static let all: [(SignatureMismatch, String)] = [
        (
            .unsigned,
            "the delivery is not signed, and this receiver has a key; sign it: webhook-id, webhook-timestamp, webhook-signature"
        ),
        (.header("webhook-id", .missing), "the header webhook-id is missing"),
        (.header("svix-id", .repeated), "the header svix-id occurs more than once"),
        (.header("webhook-id", .empty), "the header webhook-id is empty"),
        (.header("webhook-id", .long), "the header webhook-id has more than 1024 bytes"),
        (.header("webhook-id", .garbled), "the header webhook-id has bytes that are not UTF-8"),
        (
            .fullStop("webhook-id"),
            "webhook-id contains a full stop, which separates the signed parts; use ids without one"
        ),
        (.time("webhook-timestamp"), "webhook-timestamp is not a whole number of seconds since 1970"),
        (
            .clock("webhook-timestamp", ahead: -301),
            "webhook-timestamp is 301 s behind our clock, and 300 s are allowed; compare the two clocks"
        ),
        (
            .clock("t of Stripe-Signature", ahead: 1_612_651_064_670),
            "t of Stripe-Signature is 1612651064670 s ahead of our clock, and 300 s are allowed; it must be in seconds, not milliseconds"
        ),
        (.ambiguous, "the headers of more than one way of signing are present; send those of one"),
        (.noKey(.standard), "it is signed by Standard Webhooks, and no key whsec_… is configured"),
        (.noKey(.gitHub), "it is signed as GitHub does, and no key github:TEXT is configured"),
        (.noKey(.stripe), "it is signed as Stripe does, and no key stripe:TEXT is configured"),
        (
            .noKey(.stripe, hasStandardKey: true),
            "it is signed as Stripe does, and no key stripe:TEXT is configured; a Stripe secret begins with whsec_ as well, "
                + "and is written stripe:whsec_…"
        ),
        (
            .mismatch("webhook-signature"),
            "webhook-signature does not match: another key was used, or the signed bytes were changed on the way"
        ),
        (
            .keyAsText("webhook-signature"),
            "webhook-signature was made with the text of the key; the key is what the Base64 after whsec_ decodes to"
        ),
        (.hexadecimal("webhook-signature"), "webhook-signature is in hexadecimal; it must be v1, and Base64"),
        (
            .base64("X-Hub-Signature-256", "sha256="),
            "X-Hub-Signature-256 is in Base64; it must be sha256= and 64 hexadecimal digits"
        ),
        (.form("Stripe-Signature", "v1="), "Stripe-Signature must have v1= and 64 hexadecimal digits"),
        (.stripeParts, "Stripe-Signature must have one t and at least one v1"),
    ]

    @Test(arguments: all) func words(_ mismatch: SignatureMismatch, _ words: String) {
        #expect(mismatch.description == words)
    }
}
