import ExactJSON
import HTTPService
import HTTPTypes
import SimulationAPI
import Testing

@testable import Sandbox

/// What can be wrong with a create, in the documented order of checks.
enum Fault: Int, CaseIterable, Comparable, Sendable {
    case method, token, rate, scope, length, mediaType, json, key, validation, active

    static func < (left: Fault, right: Fault) -> Bool { left.rawValue < right.rawValue }

    var answer: (status: Int, code: String) {
        switch self {
        case .method: (405, "method_not_allowed")
        case .token: (401, "invalid_token")
        case .rate: (429, "rate_limited")
        case .scope: (403, "insufficient_scope")
        case .length: (413, "body_too_large")
        case .mediaType: (415, "unsupported_media_type")
        case .json: (400, "malformed_json")
        case .key: (422, "idempotency_key_reused")
        case .validation: (422, "validation_failed")
        case .active: (409, "active_simulation_limit")
        }
    }

    /// Every fault alone, and every two together.
    static let combinations: [[Fault]] =
        allCases.map { [$0] } + allCases.flatMap { first in allCases.filter { $0 > first }.map { [first, $0] } }
}

@Suite("Order of checks", .timeLimit(.minutes(5)))
struct CheckOrderTests {
    /// Sends a create with these faults to a sandbox of its own.
    private func send(_ faults: [Fault]) async throws -> Answer {
        let rig = Rig {
            if faults.contains(.rate) { $0.rateLimit = 1 }
            $0.maxActive = 1
        }
        let token = try await rig.token()
        rig.advance(10)
        let reader = try await rig.token("dialer:simulations:read")
        if faults.contains(.active) {
            rig.advance(10)
            #expect(await rig.create(token: token).status == 201)
        }
        if faults.contains(.key) {
            rig.advance(10)
            #expect(await rig.create("[]", token: token, key: "k").status == 422)
        }
        if faults.contains(.rate) {
            rig.advance(10)
            #expect(await rig.create("[]", token: token).status == 422)
        }
        var body = Payload.text()
        if faults.contains(.validation) { body = "{}" }
        if faults.contains(.json) { body = "{" }
        if faults.contains(.length) { body += String(repeating: " ", count: 256 * 1024) }
        var headers: HTTPFields = [.contentType: faults.contains(.mediaType) ? "text/plain" : "application/json"]
        if faults.contains(.key) { headers[.idempotencyKey] = "k" }
        return await rig.send(
            faults.contains(.method) ? .put : .post,
            Endpoint.simulations,
            token: faults.contains(.token) ? nil : faults.contains(.scope) ? reader : token,
            headers: headers,
            body: body
        )
    }

    @Test(arguments: Fault.combinations)
    func theEarlierCheckAnswers(_ faults: [Fault]) async throws {
        let answer = try await send(faults)
        let expected = try #require(faults.min()).answer
        #expect(answer.status == expected.status)
        #expect(answer.code == expected.code)
        #expect(answer.headers[.contentType] == "application/problem+json")
        #expect(answer.json["status"]?.integer == expected.status)
        #expect(answer.json["type"]?.string == "urn:ringback:problem:\(expected.code)")
        for name in ["title", "detail"] { #expect(answer.json[name]?.string?.isEmpty == false) }
    }

    @Test func withoutAFaultItIsCreated() async throws {
        #expect(try await send([]).status == 201)
    }

    @Test(arguments: [
        "/", "/api/v2/dialer", "/api/v2/dialer/simulations/", "/api/v2/dialer/simulations/x/y",
        "/api/v2/dialer/simulations/x/cancel/", "/api/v2/dialer/simulations//cancel", "/oauth",
        "/API/v2/dialer/simulations",
        "/api/v2/dialer/simulations/%zz", "/webhook/simulation-events",
    ])
    func unknownPathsAre404WithoutAToken(_ path: String) async {
        for method in [HTTPRequest.Method.get, .post, .delete] {
            let answer = await Rig().send(method, path)
            #expect(answer.status == 404)
            #expect(answer.code == "not_found")
        }
    }

    @Test(arguments: [
        (Endpoint.token, "POST"), (Endpoint.simulations, "GET, HEAD, POST"), (Endpoint.aggregations, "POST"),
        ("\(Endpoint.simulations)/x", "GET, HEAD"), ("\(Endpoint.simulations)/x/cancel", "POST"),
        ("/healthz", "GET, HEAD"),
        ("/readyz", "GET, HEAD"), ("/openapi.yaml", "GET, HEAD"),
    ])
    func wrongMethodsAre405WithoutAToken(_ path: String, _ allow: String) async {
        for method in [HTTPRequest.Method.get, .post, .put, .delete, .patch, .options] {
            guard !allow.contains(method.rawValue) else { continue }
            let answer = await Rig().send(method, path)
            #expect(answer.status == 405)
            #expect(answer.code == "method_not_allowed")
            #expect(answer.headers[.allow] == allow)
        }
    }
}
