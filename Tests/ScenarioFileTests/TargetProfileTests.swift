import Foundation
import ScenarioFile
import SimulationAPI
import Testing

@Suite("Target profiles", .timeLimit(.minutes(5)))
struct TargetProfileTests {
    private static let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "Examples/profiles").path

    private func problems(_ text: String) -> [String] {
        do {
            _ = try TargetProfile.parse(text: text, file: "p.yaml")
            return []
        } catch {
            return error.diagnostics.map { "\($0)" }
        }
    }

    @Test(arguments: TargetProfile.builtIn) func theFileOfABuiltInProfileIsTheProfile(_ profile: TargetProfile) throws {
        #expect(try TargetProfile.load(path: "\(Self.folder)/\(profile.name).yaml") == profile)
    }

    @Test func everyPartIsRead() throws {
        let profile = try TargetProfile.parse(
            text: """
                version: 1
                name: acme
                baseUrl: https://{org}.dialer.acme.example/v3
                tokenUrl: https://login.acme.example/token?tenant={org}
                paths: {simulations: /sims, aggregations: /metrics}
                honours: {idempotencyKeys: true, listByTag: false, cancel: false, extensions: true}
                success: {create: [201, 207], aggregate: [204]}
                clientAuth: basic-raw
                scope: sims.write sims.read
                limits: {pollInterval: 500ms, maxActiveSimulations: 2}
                """,
            file: "p.yaml"
        )
        var expected = TargetProfile(name: "acme")
        expected.baseURL = "https://{org}.dialer.acme.example/v3"
        expected.tokenURL = "https://login.acme.example/token?tenant={org}"
        expected.paths.simulations = "/sims"
        expected.paths.aggregations = "/metrics"
        expected.capabilities.idempotencyKeys = true
        expected.capabilities.listByTag = false
        expected.capabilities.cancel = false
        expected.capabilities.extensions = true
        expected.capabilities.success.exceptions = [.create: [201, 207], .aggregate: [204]]
        expected.clientAuthentication = .basicRaw
        expected.scope = "sims.write sims.read"
        expected.limits.pollInterval = 0.5
        expected.limits.maxActiveSimulations = 2
        #expect(profile == expected)
    }

    @Test func whatIsNotWrittenIsCautious() throws {
        let profile = try TargetProfile.parse(text: #"{"version": 1, "name": "acme"}"#, file: "p.json")
        #expect(profile == TargetProfile(name: "acme"))
        #expect(!profile.capabilities.idempotencyKeys && !profile.capabilities.extensions)
    }

    @Test(
        arguments: [
            ("{}", "p.yaml:1:1: error: version is missing [field.missing]"),
            ("version: 1", "p.yaml:1:1: error: name is missing [field.missing]"),
            ("version: 2\nname: a", "p.yaml:1:10: error: version 2 is not supported"),
            ("baseUri: x", #"p.yaml:1:1: error: unknown field "baseUri", did you mean "baseUrl"? [field.unknown]"#),
            ("baseUrl: 7", "p.yaml:1:10: error: baseUrl must be a URL such as"),
            ("baseUrl: http://acme.example", "uses http to acme.example, which is not a loopback host"),
            ("baseUrl: https://{tenant}.example", "{org} stands for the organisation [profile.address]"),
            ("baseUrl: https://me:pw@acme.example", "must not carry a user name or password"),
            ("baseUrl: https://acme.example/?a", "must not have a query or a fragment [profile.address]"),
            ("tokenUrl: acme.example", "tokenUrl must be an absolute https URL"),
            ("paths: {simulation: /a}", #"did you mean "simulations"? [field.unknown]"#),
            ("paths: {simulations: sims}", "simulations must begin with a slash, end without one"),
            ("paths: {aggregations: /a?b}", "[profile.path]"),
            ("token: {styles: form}", #"did you mean "style"? [field.unknown]"#),
            ("token: {style: key}", "form or access-key"),
            ("token: {parameters: {scope: a}}", "scope is set by ringback; leave it out [field.range]"),
            ("token: {tokenType: mac}", "tokenType must be any; leave it out for Bearer tokens [field.range]"),
            ("token: {success: [302]}", "[field.range]"),
            ("honours: {cancels: true}", #"did you mean "cancel"? [field.unknown]"#),
            ("honours: {cancel: maybe}", #"cancel must be true or false, not "maybe" [field.type]"#),
            ("success: {created: [201]}", #"unknown operation "created", did you mean "create"?"#),
            ("success: {create: 201}", "create must be a list, not the number 201"),
            ("success: {create: []}", "create is empty; leave it out for the usual codes"),
            ("success: {create: [404]}", "create[0] is 404; it must be in 200…299 [field.range]"),
            ("clientAuth: post-body", "clientAuth must be basic, basic-raw or post"),
            ("scope: 'a  b'", "scope must be scopes with one space between them [profile.scope]"),
            ("limits: {pollInterval: 1ms}", "pollInterval must be at least 10ms"),
            ("limits: {maxActiveSimulations: 0}", "it must be in 1…1000000"),
        ]
    )
    func problemsHaveAPlace(_ text: String, _ expected: String) {
        let found = problems(text)
        #expect(found.contains { $0.hasPrefix("p.yaml:") && $0.contains(expected) }, "\(found)")
    }

    @Test(arguments: ["a/b", "./cxone", "a.yaml", "b.yml", "c.json"]) func filesAreTold(_ word: String) {
        #expect(TargetProfile.isFile(word))
    }

    @Test(arguments: ["sandbox", "cxone", "yaml", ""]) func namesAreTold(_ word: String) {
        #expect(!TargetProfile.isFile(word))
    }
}
