import ExactJSON
import HTTPService
import HTTPTypes
import RunReport
import RunStore
import SimulationAPI
import Testing

@testable import ControlServer

/// The pages of the dashboard: what they show, to whom, and what their markup must never have.
@Suite(.timeLimit(.minutes(5)))
struct DashboardTests {
    static let hostile = "<script>alert('1')</script>\"́ onload=\"x\" {{name}} {{{name}}} ü\r\n\u{202E}end"

    /// A service in which every page has something to show.
    static func withFilled(
        _ settings: ControlRoutes.Settings = .init(),
        _ body: (Fixture, _ paths: [String]) async throws -> Void
    ) async throws {
        try await Fixture.with(monitors: [hostile], settings: settings) { fixture in
            try await fixture.endedRuns(2)
            try await fixture.receive("msg-1", call: hostile, simulation: "sim-1")
            try await fixture.quarantine(hostile)
            let scenario = try JSONReader.read(Array(#"{"name": "waits", "simulation": {}}"#.utf8))
            let new = NewSubmission(
                id: "waiting",
                kind: .run,
                target: .sandbox,
                scenario: hostile,
                token: "anna",
                key: nil,
                digest: [1],
                request: RunRequest(kind: .run, target: .sandbox, seed: 7, source: scenario).json,
                at: Timestamp(milliseconds: 1000),
                folder: "/nowhere"
            )
            _ = try await fixture.store.submit(new)
            _ = try await fixture.tokens([.viewer, .operator])
            let hostileID = hostile.addingEscapes
            let paths = [
                "/", "/runs", "/runs?state=queued", "/runs?scenario=\(hostileID)", "/runs/waiting", "/runs/run-1",
                "/runs/new",
                "/runs/new?from=waiting", "/runs/new?preset=mass-break", "/deliveries", "/deliveries?state=all",
                "/deliveries?monitor=\(hostileID)", "/deliveries/1", "/inbox", "/inbox?state=quarantined",
                "/inbox/entry?id=\(hostileID)", "/inbox/entry?id=msg-1", "/audit", "/audit?run=waiting", "/tokens",
                "/login",
                "/login?next=\(hostileID)", "/nothing/\(hostileID)", "/runs/\(hostileID)",
            ]
            try await body(fixture, paths)
        }
    }

    static func headers(_ token: String?) -> HTTPFields {
        var headers: HTTPFields = [.accept: "text/html,application/xhtml+xml"]
        headers[.authorization] = token.map { "Bearer \($0)" }
        return headers
    }

    static func page(_ fixture: Fixture, _ path: String, token: String? = Fixture.token) async throws -> (
        status: Int, html: String, headers: HTTPFields
    ) {
        let answer = try await fixture.send(.get, path, headers: headers(token))
        return (answer.status, String(decoding: answer.body, as: UTF8.self), answer.headers)
    }

    static func post(
        _ fixture: Fixture,
        _ path: String,
        _ fields: [(name: String, value: String)],
        token: String? = Fixture.token
    ) async throws -> (status: Int, html: String, location: String?) {
        var headers = headers(token)
        headers[.contentType] = "application/x-www-form-urlencoded"
        let body = fields.map { "\($0.name)=\($0.value.addingEscapes)" }.joined(separator: "&")
        let answer = try await fixture.send(.post, path, headers: headers, body: Array(body.utf8))
        return (answer.status, String(decoding: answer.body, as: UTF8.self), answer.headers[.location])
    }

    @Test func everyPageKeepsTheRulesOfThePages() async throws {
        try await Self.withFilled { fixture, paths in
            for path in paths {
                let (status, html, headers) = try await Self.page(fixture, path)
                let isThere = !path.hasPrefix("/nothing") && !path.hasPrefix("/runs/%")
                #expect(status == (isThere ? 200 : 404), "\(path)")
                #expect(headers[.contentType] == "text/html; charset=utf-8", "\(path)")
                let policy = headers[.contentSecurityPolicy] ?? ""
                let nonce = html.firstMatch(of: #/nonce="([^"]+)"/#)?.output.1 ?? "none"
                #expect(policy.contains("default-src 'none'; script-src 'nonce-\(nonce)'"), "\(path): \(policy)")
                #expect(!policy.contains("unsafe"), "\(path)")
                // What came from outside is text: no element and no attribute of it stands in the markup.
                #expect(!html.contains("<script>") && !html.contains("alert('1')"), "\(path)")
                #expect(!html.contains("\u{202E}") || path.hasPrefix("/runs/new"), "\(path)")
                #expect(
                    html.firstMatch(of: #/<[a-z]+(?: [a-z-]+(?:="[^"]*")?)* (?:on[a-z]+|style)=/#) == nil,
                    "\(path)"
                )
                // A person finds the way: one heading, one main part, named tables.
                #expect(html.matches(of: #/<h1>/#).count == 1 && html.matches(of: #/<main /#).count == 1, "\(path)")
                #expect(html.matches(of: #/<table>/#).count == html.matches(of: #/<caption>[^<]/#).count, "\(path)")
                #expect(html.contains("class=\"skip\" href=\"#main\""), "\(path)")
            }
        }
    }

    @Test func nothingIsAskedOfAnotherPlace() async throws {
        let path = try #require(PublicPath("/tools/ringback"))
        for settings in [ControlRoutes.Settings(), .init(publicPath: path)] {
            try await Self.withFilled(settings) { fixture, paths in
                let prefix = settings.publicPath("/")
                for path in paths {
                    let html = try await Self.page(fixture, path).html
                    for match in html.matches(of: #/(?:href|src|action|formaction|data-stream|data-check)="([^"]*)"/#) {
                        let address = match.output.1
                        let isOwn = address.hasPrefix(prefix) && !address.hasPrefix("//")
                        #expect(isOwn || address.hasPrefix("#") || address == "data:,", "\(path): \(address)")
                    }
                }
                let asset = try #require(
                    try await Self.page(fixture, "/").html.firstMatch(of: #/src="([^"]+)"/#)?.output.1
                )
                #expect(try await Self.page(fixture, String(asset), token: nil).status == 200)
                #expect(try await Self.page(fixture, "/assets/0000/dashboard.js", token: nil).status == 404)
            }
        }
    }

    @Test func aRoleSeesWhatItMayDo() async throws {
        try await Fixture.with(monitors: ["qa"]) { fixture in
            try await fixture.receive("msg-1")
            for (role, secret) in try await fixture.tokens([.viewer, .operator, .admin]) {
                let start = try await Self.page(fixture, "/runs/new", token: secret).html
                #expect(start.contains("Start the run") == (role >= .operator))
                #expect(start.contains("Check the scenario"))
                let deliveries = try await Self.page(fixture, "/deliveries", token: secret).html
                #expect(deliveries.contains("Send now") == (role >= .operator))
                #expect(deliveries.contains("href=\"/tokens\"") == (role == .admin))
                let tokens = try await Self.page(fixture, "/tokens", token: secret)
                #expect(tokens.status == (role == .admin ? 200 : 403))
                if role < .admin { #expect(tokens.html.contains("the role admin") && tokens.html.contains("<nav")) }
            }
        }
    }

    /// A browser without a token gets the form in place of the page, and then the page; a program gets a problem.
    @Test func aBrowserIsAskedForATokenWhereItIs() async throws {
        try await Fixture.with { fixture in
            for path in ["/", "/runs?state=failed&kind=run", "/v1/runs/x/report.html", "/nothing"] {
                let (status, html, headers) = try await Self.page(fixture, path, token: nil)
                #expect(status == 401 && html.contains("action=\"/login\"") && html.contains("name=\"token\""))
                #expect(html.contains("name=\"next\" value=\"\(path.replacing("&", with: "&amp;"))\""), "\(html)")
                #expect(headers[.wwwAuthenticate]?.hasPrefix("Bearer") == true && !html.contains("<nav"))
                try await fixture.expect(401, .get, path, headers: [:])
            }
            let form = [(name: "token", value: Fixture.token), (name: "next", value: "/runs?state=failed&kind=run")]
            let answer = try await Self.post(fixture, "/login", form, token: nil)
            #expect(answer.status == 303 && answer.location == "/runs?state=failed&kind=run")
            // What a script asks for is answered as to programs.
            #expect(
                try await fixture.send(.get, "/v1/runs", headers: [.accept: "*/*"]).headers[.contentType]
                    == Problem.mediaType
            )
        }
    }

    @Test func timesAreTheServersAndNeverNegative() {
        let now = Timestamp(milliseconds: 1_796_000_000_000)
        for (ahead, words) in [
            (600_000, "now"), (0, "now"), (-1500, "1 s ago"), (-119_000, "119 s ago"), (-600_000, "10 min ago"),
            (-7_300_000, "2 h ago"), (-90_000_000, "2026-11-28 23:53 UTC"),
        ] as [(Int64, String)] {
            #expect(TemplateValue.ago(now.adding(milliseconds: ahead), now: now) == words)
        }
    }
}

extension String {
    /// The text with every byte escaped that has a meaning in a query or a form.
    fileprivate var addingEscapes: String {
        utf8.map { byte in
            let isPlain = (0x30...0x39).contains(byte) || (0x61...0x7A).contains(byte) || (0x41...0x5A).contains(byte)
            return isPlain || byte == 0x2D
                ? String(UnicodeScalar(byte)) : "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
        }.joined()
    }
}
