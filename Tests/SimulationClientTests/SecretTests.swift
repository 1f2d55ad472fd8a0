import SimulationClient
import Testing

@Suite(.timeLimit(.minutes(1)))
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

    @Test func isNotCodable() {
        #expect(!((secret as Any) is any Encodable))
        #expect(secret.exposed == "hunter22hunter22")
    }
}
