import Foundation
import HTTPExchange
import SimulationClient
import Testing

@Suite(.timeLimit(.minutes(5)))
struct SecretTests {
    private let secret = Secret("hunter22hunter22")

    @Test func isNotPrinted() {
        var dumped = ""
        dump(secret, to: &dumped)
        dump(Credentials(clientID: "id", secret: secret), to: &dumped)
        let shown = [
            "\(secret)", String(describing: secret), String(reflecting: secret), "\(Optional(secret) as Any)",
            "\([secret])", "\(["k": secret])", "\(Credentials(clientID: "id", secret: secret))", dumped,
        ]
        for text in shown {
            #expect(!text.contains("hunter"))
            #expect(text.contains("[redacted]"))
        }
        #expect(Mirror(reflecting: secret).children.isEmpty)
    }

    @Test func isEncodedRedactedAndNotDecoded() throws {
        struct Settings: Encodable {
            var name = "client"
            var secret: Secret
        }
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        let text = String(decoding: try encoder.encode(Settings(secret: secret)), as: UTF8.self)
        #expect(text == #"{"name":"client","secret":"[redacted]"}"#)
        #expect(!((secret as Any) is any Decodable))
        #expect(secret.exposed == "hunter22hunter22")
    }

    @Test func fieldsWithSecretsAreNotPrinted() {
        let names = ["Authorization", "proxy-authorization", "COOKIE", "Set-Cookie", "webhook-signature"]
        for name in names {
            let request = OutgoingRequest(
                method: .get,
                url: "https://acme.api.example/",
                headers: [name: "hunter22", "Accept": "text/html"],
                timeout: .seconds(1),
                maxResponseBytes: 1
            )
            var dumped = ""
            dump(request, to: &dumped)
            for text in ["\(request)", String(reflecting: request.headers), dumped] {
                #expect(!text.contains("hunter"))
                #expect(text.contains("text/html"))
            }
        }
    }
}
