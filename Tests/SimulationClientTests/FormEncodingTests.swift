import Testing

@testable import SimulationClient

@Suite(.timeLimit(.minutes(5)))
struct FormEncodingTests {
    /// A published pair of credentials with characters that must be encoded before Base64.
    private let vector = Credentials(
        clientID: "1PpG/Q 1",
        secret: Secret("z/tZ9VwFZqApmIQ+ZH1I5pLk/uB4ud:X2/8bL+wfFTt1rFw=")
    )

    @Test func basicIsFormEncodedFirst() {
        #expect(
            vector.authorization?.exposed
                == "Basic MVBwRyUyRlErMTp6JTJGdFo5VndGWnFBcG1JUSUyQlpIMUk1cExrJTJGdUI0dWQlM0FYMiUyRjhiTCUyQndmRlR0MXJGdyUzRA=="
        )
    }

    @Test func basicRawIsNot() {
        var raw = vector
        raw.authentication = .basicRaw
        #expect(raw.authorization?.exposed == "Basic " + Base64.encode(Array("1PpG/Q 1:\(vector.secret.exposed)".utf8)))
    }

    @Test func postCarriesThemInTheBody() {
        let post = Credentials(clientID: "a b", secret: Secret("c&d"), scope: "x:y z", authentication: .post)
        #expect(post.authorization == nil)
        #expect(
            String(decoding: post.body, as: UTF8.self)
                == "grant_type=client_credentials&scope=x%3Ay+z&client_id=a+b&client_secret=c%26d"
        )
    }

    @Test(arguments: [
        ("", ""), ("a-._*Z9", "a-._*Z9"), (" +&=%~", "+%2B%26%3D%25%7E"), ("!'()", "%21%27%28%29"),
        ("£€", "%C2%A3%E2%82%AC"),
    ])
    func encodes(text: String, expected: String) { #expect(FormEncoding.encode(text) == expected) }

    @Test(arguments: [
        ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("fooba", "Zm9vYmE="),
        ("foobar", "Zm9vYmFy"),
    ])
    func base64(text: String, expected: String) { #expect(Base64.encode(Array(text.utf8)) == expected) }
}
