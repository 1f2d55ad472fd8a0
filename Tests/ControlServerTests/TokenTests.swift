import ExactJSON
import HTTPService
import HTTPTypes
import RunStore
import Testing

@testable import AuditLog
@testable import ControlServer

/// Tokens: who makes and ends them, what they may do, and what the audit log says of it.
@Suite(.timeLimit(.minutes(5)))
struct TokenTests {
    private static func bearer(_ token: String) -> HTTPFields { [.authorization: "Bearer \(token)"] }

    /// Every route and every role: 401 without a token, 403 below the route's role, and neither from it on.
    @Test func eachRouteAsksForItsRole() async throws {
        try await Fixture.with { fixture in
            let table = fixture.routes.table.routes
            #expect(table.count > 10)
            let secrets = try await fixture.tokens([.viewer, .operator, .admin])
            for route in table {
                let path = route.path.replacing("{id}", with: "9").replacing("{name}", with: "nobody")
                    .replacing("{file}", with: "report.html")
                let bare = try await fixture.send(route.method, path)
                if let needed = route.role {
                    #expect(route.kind != .probe)
                    #expect(bare.status == 401, "\(route.method) \(path)")
                    for (role, secret) in secrets {
                        let answer = try await fixture.send(route.method, path, headers: Self.bearer(secret))
                        let problem = try? JSONReader.read(answer.body)
                        if role < needed {
                            #expect(answer.status == 403, "\(role) \(route.method) \(path)")
                            #expect(problem?["code"] == "insufficient_role")
                            let detail = problem?["detail"]?.string ?? ""
                            #expect(detail.contains("the role \(needed.rawValue),"), "\(detail)")
                        } else {
                            #expect(answer.status != 401 && answer.status != 403, "\(role) \(route.method) \(path)")
                        }
                    }
                } else {
                    #expect(bare.status != 401 && bare.status != 403, "\(route.method) \(path)")
                }
            }
        }
    }

    /// No route that only reads asks for more than a viewer, but for the list of tokens; no other is for viewers, but for
    /// looking at a scenario.
    @Test func viewersReadAndOthersChange() async throws {
        try await Fixture.with { fixture in
            for route in fixture.routes.table.routes {
                let isAdmins =
                    ["/v1/tokens", "/tokens", "/v1/runs/prune", "/runs/prune"].contains { route.path.hasPrefix($0) }
                let isOpen =
                    route.kind == .probe || ["/login", "/logout"].contains(route.path)
                    || route.path.hasPrefix("/assets/")
                let isReading = route.method == .get || ["/v1/validate", "/runs/check"].contains(route.path)
                let expected: Role? = isOpen ? nil : isAdmins ? .admin : isReading ? .viewer : .operator
                #expect(route.role == expected, "\(route.method) \(route.path)")
            }
        }
    }

    @Test func aTokenIsMadeUsedListedAndRevoked() async throws {
        try await Fixture.with { fixture in
            let made = try await fixture.post("/v1/tokens", ["name": "ci", "role": "operator"])
            #expect(made.status == 201 && made.json["name"] == "ci" && made.json["role"] == "operator")
            let secret = try #require(made.json["token"]?.string)
            #expect(secret.hasPrefix("rbk_") && secret.utf8.count == 47)
            #expect(made.json["createdBy"] == "RINGBACK_API_TOKEN")
            try await fixture.expect(200, .get, "/v1/deliveries", headers: Self.bearer(secret))
            let list = try await fixture.ask(.get, "/v1/tokens")
            #expect(list.json["items"]?.elements?.count == 1 && list.json["next"] == JSONValue.null)
            #expect(!list.json.text.contains(secret) && !list.json.text.contains("digest"))
            let again = try await fixture.post("/v1/tokens", ["name": "ci", "role": "viewer"])
            #expect(again.status == 409 && again.json["code"] == "name_taken")
            let gone = try await fixture.ask(.delete, "/v1/tokens/ci")
            #expect(gone.status == 200 && gone.json["revokedAt"]?.string != nil)
            try await fixture.expect(401, .get, "/v1/deliveries", headers: Self.bearer(secret))
            try await fixture.expect(404, .delete, "/v1/tokens/ci")
            let next = try await fixture.post("/v1/tokens", ["name": "ci", "role": "viewer"])
            #expect(next.status == 201, "a name is free again once its token is revoked")
        }
    }

    @Test(
        arguments: [
            (#"{"name":"ci"}"#, 422, "/role"), (#"{"role":"viewer"}"#, 422, "/name"),
            (#"{"name":"a b","role":"viewer"}"#, 422, "/name"), (#"{"name":"","role":"viewer"}"#, 422, "/name"),
            (#"{"name":"..","role":"viewer"}"#, 422, "/name"), (#"{"name":"-x","role":"viewer"}"#, 422, "/name"),
            (#"{"name":"ü","role":"viewer"}"#, 422, "/name"),
            (#"{"name":"RINGBACK_API_TOKEN","role":"viewer"}"#, 422, "/name"),
            (#"{"name":"ci","role":"owner"}"#, 422, "/role"), (#"{"name":1,"role":"viewer"}"#, 422, "/name"),
            (#"{"name":"ci","role":"viewer","token":"mine"}"#, 422, "/token"), ("[]", 422, ""), ("{", 400, nil),
        ] as [(String, Int, String?)]
    )
    func aWrongRequestForATokenIsRefused(_ body: String, _ status: Int, _ pointer: String?) async throws {
        try await Fixture.with { fixture in
            let answer = try await fixture.post("/v1/tokens", text: body)
            #expect(answer.status == status)
            #expect(answer.json["errors"]?.elements?.first?["pointer"]?.string == pointer)
            #expect(try await fixture.store.tokens().isEmpty)
        }
    }

    @Test func aFormIsNotTakenForADocument() async throws {
        try await Fixture.with { fixture in
            let answer = try await fixture.post(
                "/v1/tokens",
                text: "name=ci",
                type: "application/x-www-form-urlencoded"
            )
            #expect(answer.status == 415)
        }
    }

    /// The actor of each entry is the name of the token that was used.
    @Test func everyChangeIsAnEntryWithTheNameOfItsToken() async throws {
        try await Fixture.with(monitors: ["qa"]) { fixture in
            let admin = try #require(try await fixture.tokens([.admin]).first).1
            try await fixture.receive("a")
            let list = try await fixture.ask(.get, "/v1/deliveries")
            let delivery = try #require(list.json["items"]?.elements?.first?["id"]?.string)
            try await fixture.expect(202, .post, "/v1/deliveries/\(delivery)/replay", headers: Self.bearer(admin))
            _ = try await fixture.post("/v1/tokens", ["name": "x", "role": "viewer"], headers: Self.bearer(admin))
            try await fixture.expect(200, .delete, "/v1/tokens/x", headers: Self.bearer(admin))
            let page = try await fixture.ask(.get, "/v1/audit?limit=3")
            let items = page.json["items"]?.elements ?? []
            #expect(items.map { $0["eventType"]?.string } == ["token", "token", "replay"])
            #expect(items.map { $0["result"]?.string } == ["revoked", "created", "requested"])
            #expect(items.allSatisfy { $0["actor"] == "t-admin" })
            #expect(items[1]["payload"] == ["name": "x", "role": "viewer"])
            #expect(!page.json.text.contains("rbk_"))
        }
    }

    @Test func theAuditLogIsListedFromItsEnd() async throws {
        try await Fixture.with { fixture in
            for number in 1...5 {
                _ = try await fixture.post("/v1/tokens", ["name": .string("n\(number)"), "role": "viewer"])
            }
            var seen: [Int] = []
            var after = ""
            repeat {
                let page = try await fixture.ask(.get, "/v1/audit?limit=2\(after)").json
                seen += page["items"]?.elements?.compactMap { $0["seq"]?.integer } ?? []
                after = page["next"]?.string.map { "&after=\($0)" } ?? ""
            } while !after.isEmpty
            #expect(seen == [5, 4, 3, 2, 1])
            let none = try await fixture.ask(.get, "/v1/audit?type=verdict")
            #expect(none.json["items"]?.elements?.isEmpty == true)
            try await fixture.expect(400, .get, "/v1/audit?type=nothing")
            try await fixture.expect(400, .get, "/v1/audit?limit=0")
        }
    }

    @Test(arguments: [
        (#"{"keep":1}"#, 200), (#"{"olderThan":"30d"}"#, 200), (#"{"olderThan":"2w","dryRun":true}"#, 200),
        ("{}", 422), (#"{"keep":1,"olderThan":"1d"}"#, 422), (#"{"keep":-1}"#, 422), (#"{"keep":1.5}"#, 422),
        (#"{"olderThan":"soon"}"#, 422), (#"{"olderThan":30}"#, 422), (#"{"keep":1,"dryRun":"yes"}"#, 422),
    ])
    func oldRunsAreRemovedOnRequest(_ body: String, _ status: Int) async throws {
        try await Fixture.with { fixture in
            try await fixture.endedRuns(3)
            let answer = try await fixture.post("/v1/runs/prune", text: body)
            #expect(answer.status == status, "\(answer.json.text)")
            let left = try await fixture.store.runPage(RunPageQuery()).items.count
            #expect(left == (body == #"{"keep":1}"# ? 1 : 3))
            guard body == #"{"keep":1}"# else { return }
            #expect(answer.json["runs"] == 2 && answer.json["dryRun"] == false)
            let entry = try await fixture.ask(.get, "/v1/audit?type=pruned").json["items"]?.elements?.first
            #expect(entry?["actor"] == "RINGBACK_API_TOKEN" && entry?["payload"]?["runs"] == 2)
        }
    }
}
