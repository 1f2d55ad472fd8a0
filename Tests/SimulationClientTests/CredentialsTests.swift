import FoundationEssentials
import HTTPExchange
import SimulationAPI
import Testing

@testable import SimulationClient

@Suite("How credentials are sent", .timeLimit(.minutes(5)))
struct CredentialsTests {
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
        #expect(
            raw.authorization?.exposed == "Basic "
                + Data(Array("1PpG/Q 1:\(vector.secret.exposed)".utf8)).base64EncodedString()
        )
    }

    @Test func postCarriesThemInTheBody() {
        let post = Credentials(clientID: "a b", secret: Secret("c&d"), scope: "x:y z", authentication: .post)
        #expect(post.authorization == nil)
        #expect(
            String(decoding: post.body.bytes, as: UTF8.self)
                == "grant_type=client_credentials&scope=x%3Ay+z&client_id=a+b&client_secret=c%26d"
        )
    }

    @Test(
        arguments: [
            (
                TokenRules.Style.form, ClientAuthentication.basic, true,
                "grant_type=client_credentials&scope=x&audience=https%3A%2F%2Fapi.example&a+b=c"
            ),
            (
                .form, .post, false,
                "grant_type=client_credentials&scope=x&client_id=id&client_secret=s%22&audience=https%3A%2F%2Fapi.example&a+b=c"
            ),
            (
                .accessKey, .basic, false,
                #"{"accessKeyId":"id","accessKeySecret":"s\"","audience":"https://api.example","a b":"c"}"#
            ),
        ]
    )
    func profilesSayHowATokenIsAskedFor(
        style: TokenRules.Style,
        way: ClientAuthentication,
        hasHeader: Bool,
        body: String
    ) {
        var credentials = Credentials(clientID: "id", secret: Secret("s\""), scope: "x", authentication: way)
        credentials.rules.style = style
        credentials.rules.parameters = [.init("audience", "https://api.example"), .init("a b", "c")]
        #expect(String(decoding: credentials.body.bytes, as: UTF8.self) == body)
        #expect(credentials.body.type.hasSuffix(style == .form ? "x-www-form-urlencoded" : "/json"))
        #expect((credentials.authorization != nil) == hasHeader)
    }
}
