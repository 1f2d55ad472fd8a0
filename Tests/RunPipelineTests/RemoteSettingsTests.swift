import HTTPExchange
import RingbackHome
import RunPipeline
import ScenarioFile
import SimulationAPI
import SimulationClient
import Testing

/// How environment and profile make a target.
@Suite(.timeLimit(.minutes(5)))
struct RemoteSettingsTests {
    private static let credentials = ["CXONE_CLIENT_ID": "id", "CXONE_CLIENT_SECRET": "s3cret-canary"]

    private static let acme: TargetProfile = {
        var profile = TargetProfile(name: "acme")
        profile.baseURL = "https://{org}.acme.example"
        profile.tokenURL = "https://login.acme.example/{org}/token"
        profile.clientAuthentication = .post
        profile.scope = "a b"
        profile.paths.simulations = "/sims"
        profile.capabilities.success[.create] = [201]
        return profile
    }()

    private func settings(_ variables: [String: String], _ profile: TargetProfile = acme) -> RemoteSettings {
        RemoteSettings(
            profile,
            profileName: "acme.yaml",
            readFile: { path in
                guard path == "good" else { throw FileError("open", path, 2) }
                return Array("from-file\n".utf8)
            },
            variable: { variables[$0] }
        )
    }

    @Test func theProfileFillsWhatTheEnvironmentLeavesOpen() throws {
        let found = settings(Self.credentials.merging(["CXONE_ORG_ID": "org-7"]) { $1 })
        let target = try #require(found.target)
        #expect(target.target.baseURL == "https://org-7.acme.example")
        #expect(target.target.tokenURL == "https://login.acme.example/org-7/token")
        #expect(target.target.paths.simulations == "/sims")
        #expect(target.credentials.authentication == .post)
        #expect(target.credentials.scope == "a b")
        #expect(target.capabilities.success[.create] == [201])
        #expect(target.capabilities.success[.aggregate] == [200, 202, 204])
        #expect(
            found.settings.map { "\($0.name): \($0.source)" } == [
                "organisation: CXONE_ORG_ID", "base URL: profile acme.yaml", "token URL: profile acme.yaml",
                "client id: CXONE_CLIENT_ID", "client secret: CXONE_CLIENT_SECRET",
                "client authentication: profile acme.yaml", "scope: profile acme.yaml",
            ]
        )
        #expect(!"\(found.settings)".contains("canary"))
    }

    @Test func theEnvironmentBeatsTheProfile() throws {
        let variables = [
            "CXONE_BASE_URL": "https://a.example", "CXONE_TOKEN_URL": "https://b.example/t", "CXONE_SCOPE": "c",
            "CXONE_CLIENT_AUTH": "basic-raw", "CXONE_CLIENT_SECRET_FILE": "good",
        ]
        let found = settings(Self.credentials.merging(variables) { $1 })
        let target = try #require(found.target)
        #expect(target.target.origin == "https://a.example")
        #expect(target.target.tokenURL == "https://b.example/t")
        #expect(target.credentials.scope == "c")
        #expect(target.credentials.authentication == .basicRaw)
        #expect(target.credentials.secret == Secret("from-file"))
        #expect(found.odd.count == 1)
    }

    @Test func withoutAnythingEveryVariableIsNamed() {
        let found = settings([:], .cxone)
        #expect(found.target == nil)
        #expect(found.missing.map(\.variable) == ["CXONE_ORG_ID", "CXONE_CLIENT_ID", "CXONE_CLIENT_SECRET"])
        #expect(found.malformed.isEmpty)
    }

    @Test(arguments: [
        ("CXONE_ORG_ID", "evil.example/", "CXONE_ORG_ID must be"),
        ("CXONE_BASE_URL", "http://192.0.2.1", "CXONE_BASE_URL cannot be used: the base URL uses http to 192.0.2.1"),
        ("CXONE_BASE_URL", "https://{org}.example", "CXONE_BASE_URL cannot be used"),
        ("CXONE_TOKEN_URL", "ftp://a", "CXONE_TOKEN_URL cannot be used: the token URL is not an absolute"),
        ("CXONE_CLIENT_AUTH", "digest", "basic, basic-raw or post"),
        ("CXONE_CLIENT_SECRET_FILE", "gone", "it cannot be read"),
    ]) func malformedValuesAreNamed(_ name: String, _ value: String, _ expected: String) {
        let found = settings(Self.credentials.merging(["CXONE_ORG_ID": "o"]) { $1 }.merging([name: value]) { $1 })
        #expect(found.target == nil)
        #expect(found.malformed.count == 1 && found.malformed[0].contains(expected), "\(found.malformed)")
    }

    @Test(arguments: [
        ("https://me:canary@a.example", "not shown"), ("https://a.example/t?key=canary", "https://a.example/t?…"),
        ("canary", "no URL"), ("https://a.example:8443/t", "https://a.example:8443/t"),
    ]) func addressesAreShownWithoutSecrets(_ url: String, _ expected: String) {
        let found = settings(Self.credentials.merging(["CXONE_BASE_URL": url, "CXONE_TOKEN_URL": url]) { $1 })
        let shown = found.settings.filter { $0.name.hasSuffix("URL") }.map(\.value)
        #expect(shown.count == 2 && shown.allSatisfy { $0.hasPrefix(expected) }, "\(shown)")
        #expect(!"\(found)".contains("canary") || found.target != nil)
        #expect(!"\(found.settings)\(found.malformed)\(found.missing)".contains("canary"))
    }

    @Test func everyProblemIsTold() {
        let found = settings(["CXONE_CLIENT_AUTH": "digest", "CXONE_BASE_URL": "nonsense", "CXONE_ORG_ID": "A"])
        #expect(found.malformed.count == 3)
        #expect(found.missing.map(\.variable) == ["CXONE_CLIENT_ID", "CXONE_CLIENT_SECRET"])
    }
}
