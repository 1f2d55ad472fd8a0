import ExactJSON
import Foundation
import HTTPTypes
import SimulationAPI
import Testing

@testable import Sandbox

@Suite("Simulations", .timeLimit(.minutes(5)))
struct SimulationTests {
    private static let path = Endpoint.simulations

    @Test func aCreatedSimulationIsQueuedRunsAndCompletes() async throws {
        let rig = Rig()
        let token = try await rig.token()
        let created = await rig.create(Payload.text(calls: 20, tag: "t"), token: token)
        #expect(created.status == 201)
        #expect(created.json == ["id": .string(created.id), "state": "queued"])
        #expect(created.headers[.location] == "\(Self.path)/\(created.id)")
        #expect(await rig.state(created.id, token: token) == "queued")
        let record = try #require(rig.records.first)
        await rig.run(record)
        let status = await rig.send(.get, "\(Self.path)/\(created.id)", token: token).json
        #expect(status["state"]?.string == "completed")
        #expect(status["callsAttempted"]?.integer == 20)
        #expect(status["callsCompleted"]?.integer == 20)
        #expect(status["complianceBypassed"]?.bool == true)
        #expect(status["tag"]?.string == "t")
        #expect(status["peakConcurrency"]?.integer == 2)
        #expect(status["errors"] == [])
        #expect(status["createdAt"]?.string == record.createdAt.description)
        guard case .object(let outcomes) = status["outcomes"] else {
            Issue.record("no outcomes")
            return
        }
        #expect(outcomes.reduce(0) { $0 + ($1.value.integer ?? 0) } == 20)
    }

    @Test func fiveAreActiveAtATime() async throws {
        let rig = Rig()
        let token = try await rig.token()
        var ids: [String] = []
        for _ in 0..<5 { ids.append(await rig.create(token: token).id) }
        let refused = await rig.create(token: token)
        #expect(refused.status == 409 && refused.code == "active_simulation_limit")
        #expect(rig.records.count == 5)
        // One that completes frees its slot, one that is cancelled too.
        await rig.run(rig.records[0])
        #expect(await rig.create(token: token).status == 201)
        #expect(await rig.create(token: token).status == 409)
        #expect(await rig.send(.post, "\(Self.path)/\(ids[1])/cancel", token: token).status == 202)
        #expect(await rig.create(token: token).status == 201)
        #expect(await rig.create(token: token).status == 409)
    }

    @Test(arguments: [1, 2, 7])
    func theNumberOfSlotsIsASetting(_ limit: Int) async throws {
        let rig = Rig { $0.maxActive = limit }
        let token = try await rig.token()
        for _ in 0..<limit { #expect(await rig.create(token: token).status == 201) }
        #expect(await rig.create(token: token).status == 409)
    }

    @Test func whatIsActiveCanBeCancelledOnce() async throws {
        let rig = Rig()
        let token = try await rig.token()
        let id = await rig.create(token: token).id
        let answer = await rig.send(.post, "\(Self.path)/\(id)/cancel", token: token)
        #expect(answer.status == 202)
        #expect(answer.json["state"]?.string == "cancelled" && answer.id == id)
        let again = await rig.send(.post, "\(Self.path)/\(id)/cancel", token: token)
        #expect(again.status == 409 && again.code == "not_cancellable")
        // The engine of a cancelled simulation does nothing.
        await rig.run(rig.records[0])
        let status = await rig.send(.get, "\(Self.path)/\(id)", token: token).json
        #expect(status["state"]?.string == "cancelled" && status["callsAttempted"]?.integer == 0)
        let completed = await rig.create(token: token).id
        await rig.run(rig.records[1])
        #expect(await rig.send(.post, "\(Self.path)/\(completed)/cancel", token: token).status == 409)
        #expect(await rig.state(completed, token: token) == "completed")
        let unknown = await rig.send(.post, "\(Self.path)/sim-unknown/cancel", token: token)
        #expect(unknown.status == 404 && unknown.code == "not_found")
        #expect(await rig.send(.get, "\(Self.path)/sim-unknown", token: token).code == "not_found")
    }

    @Test func theListIsByTagAndNewestFirst() async throws {
        let rig = Rig()
        let token = try await rig.token()
        var ids: [String: [String]] = [:]
        var all: [String] = []
        for tag in ["a", "b", "a", nil, "a"] {
            let id = await rig.create(Payload.text(tag: tag), token: token).id
            ids[tag ?? "", default: []].insert(id, at: 0)
            all.insert(id, at: 0)
        }
        func list(_ query: String) async -> [String?] {
            let answer = await rig.send(.get, Self.path + query, token: token)
            return (answer.json["simulations"]?.elements ?? []).map { $0["id"]?.string }
        }
        #expect(await list("") == all)
        #expect(await list("?tag=a") == ids["a"])
        #expect(await list("?tag=b") == ids["b"])
        #expect(await list("?tag=none") == [])
        #expect(await list("?tag=") == [])
        let one = await rig.send(.get, "\(Self.path)/\(all[0])", token: token).json
        #expect(await rig.send(.get, "\(Self.path)?tag=a", token: token).json["simulations"]?.elements?.first == one)
    }

    @Test func aggregationsAreTakenForKnownSimulations() async throws {
        let rig = Rig()
        let token = try await rig.token()
        let id = await rig.create(token: token).id
        func aggregate(_ id: String, _ more: String = "") async -> Answer {
            await rig.send(
                .post,
                Endpoint.aggregations,
                token: token,
                body: #"{"simulationId":"\#(id)","metrics":{"totalCalls":5,"completedCalls":4,"#
                    + #""averageLatencyMs":1.5,"accuracyRate":0.9\#(more)}}"#
            )
        }
        let first = await aggregate(id, #","further":"field""#)
        #expect(first.status == 202 && first.json["simulationId"]?.string == id)
        let second = await aggregate(id, #","further":"field""#)
        #expect(second.status == 202 && second.body == first.body)
        let unknown = await aggregate("sim-unknown")
        #expect(unknown.status == 404 && unknown.code == "not_found")
        let invalid = await rig.send(
            .post,
            Endpoint.aggregations,
            token: token,
            body: #"{"metrics":{"totalCalls":-1}}"#
        )
        #expect(invalid.status == 422 && invalid.code == "validation_failed")
        #expect((invalid.json["errors"]?.elements?.count ?? 0) >= 5)
    }

    @Test func allProblemsOfAPayloadAreSaidAtOnce() async throws {
        let rig = Rig()
        let body = #"{"campaignId":"x","virtualAgentMatrix":{},"concurrencyLimit":9,"maxCalls":0,"colour":1}"#
        let answer = await rig.create(body, token: try await rig.token())
        #expect(answer.status == 422 && answer.code == "validation_failed")
        let errors = (answer.json["errors"]?.elements ?? []).map {
            "\($0["pointer"]?.string ?? "") \($0["code"]?.string ?? "")"
        }
        #expect(
            Set(errors) == [
                "/colour field.unknown", "/campaignId campaign_id.format", "/virtualAgentMatrix virtual_agent.missing",
                "/outcomeInjection field.missing", "/concurrencyLimit concurrency.range", "/maxCalls max_calls.range",
                "/complianceBypass compliance_bypass.required",
            ]
        )
        #expect(rig.records.isEmpty)
    }

    @Test func callsAtOnceAreASetting() async throws {
        let rig = Rig { $0.maxConcurrent = 60 }
        let token = try await rig.token()
        #expect(await rig.create(Payload.text(concurrency: 60), token: token).status == 201)
        #expect(await rig.create(Payload.text(concurrency: 61), token: token).status == 422)
    }

    @Test(arguments: [
        (#","contactCenter":{"agents":0}"#, ["agents", "ringing", "talk", "patience"].map { "/contactCenter/\($0)" }),
        (#","contactCenter":7"#, ["/contactCenter"]),
        (#","pacing":"progressive""#, ["/contactCenter"]),
        (#","pacing":"eager""#, ["/pacing", "/contactCenter"]),
        (
            #","pacing":{"power":{}},"contactCenter":{}"#,
            ["agents", "ringing", "talk", "patience"].map { "/contactCenter/\($0)" } + ["/pacing/power/linesPerAgent"]
        ),
    ])
    func extensionsAreCheckedWhole(_ more: String, _ places: [String]) async throws {
        let rig = Rig()
        let answer = await rig.create(Payload.text(more: more), token: try await rig.token())
        #expect(answer.status == 422 && answer.code == "validation_failed")
        let errors = answer.json["errors"]?.elements ?? []
        #expect(Set(errors.compactMap { $0["pointer"]?.string }) == Set(places))
        #expect(rig.records.isEmpty)
    }

    @Test func problemsOfPayloadAndExtensionsComeTogether() async throws {
        let rig = Rig()
        let body = Payload.text(calls: 0, more: #","contactCenter":{"agents":1}"#)
        let answer = await rig.create(body, token: try await rig.token())
        let pointers = (answer.json["errors"]?.elements ?? []).compactMap { $0["pointer"]?.string }
        #expect(pointers.contains("/maxCalls") && pointers.contains("/contactCenter/talk"))
    }

    @Test(arguments: [String(repeating: "[", count: 65) + String(repeating: "]", count: 65), "", "{}{}", "\u{FEFF}{}"])
    func whatIsNoJSONIs400(_ body: String) async throws {
        let rig = Rig()
        let answer = await rig.send(
            .post,
            Endpoint.simulations,
            token: try await rig.token(),
            headers: [.contentType: "application/json"],
            body: body
        )
        #expect(answer.status == 400 && answer.code == "malformed_json")
    }

    @Test(arguments: [nil, "gzip", "identity"])
    func compressedBodiesAre415(_ encoding: String?) async throws {
        let rig = Rig()
        var headers: HTTPFields = [:]
        headers[.contentEncoding] = encoding
        let answer = await rig.send(
            .post,
            Endpoint.simulations,
            token: try await rig.token(),
            headers: headers,
            body: Payload.text()
        )
        #expect(answer.status == (encoding == "gzip" ? 415 : 201))
    }

    @Test func thePublicPathsNeedNoToken() async throws {
        let rig = Rig()
        #expect(await rig.send(.get, "/healthz").json == ["status": "ok"])
        #expect(await rig.send(.get, "/readyz").json == ["status": "ready"])
        let description = await rig.send(.get, "/openapi.yaml")
        #expect(description.status == 200 && description.headers[.contentType] == "application/yaml")
        let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../docs/openapi.yaml")
        #expect(description.body == Array(try Data(contentsOf: file)))
    }

    @Test func idsFollowFromSeedAndTag() async throws {
        func ids(seed: UInt32, tags: [String?]) async throws -> [String] {
            let rig = Rig { $0.seed = seed }
            let token = try await rig.token()
            var ids: [String] = []
            for tag in tags { ids.append(await rig.create(Payload.text(tag: tag), token: token).id) }
            return ids
        }
        let first = try await ids(seed: 1, tags: ["a", "b", "a", nil])
        #expect(Set(first).count == 4)
        #expect(first.allSatisfy { $0.hasPrefix("sim-") && $0.utf8.count == 16 })
        #expect(try await ids(seed: 1, tags: ["a", "b", "a", nil]) == first)
        // The order of other tags does not matter.
        #expect(try await ids(seed: 1, tags: [nil, "a", "a", "b"]) == [first[3], first[0], first[2], first[1]])
        #expect(Set(try await ids(seed: 2, tags: ["a", "b", "a", nil])).isDisjoint(with: first))
    }
}
