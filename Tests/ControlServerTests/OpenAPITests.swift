import ExactJSON
import Foundation
import HTTPService
import HTTPTypes
import NIOCore
import RunStore
import SimulationAPI
import Testing

@testable import ControlServer
@testable import HTTPService
@testable import ScenarioFile

/// The description of the control API against the routes that there are.
@Suite(.timeLimit(.minutes(5)))
struct OpenAPITests {
    private static func document(_ bytes: [UInt8]) throws -> JSONValue {
        let composed = YAMLComposer.compose(String(decoding: bytes, as: UTF8.self), file: "openapi.yaml")
        return try #require(composed.root?.json)
    }

    private static func served(_ fixture: Fixture) async throws -> [UInt8] {
        let answer = try await fixture.send(.get, "/openapi.yaml", headers: [.authorization: "Bearer \(Fixture.token)"])
        #expect(answer.status == 200 && answer.headers[.contentType] == "application/yaml")
        return answer.body
    }

    @Test func theDocumentIsTheOneInTheDocumentation() async throws {
        try await Fixture.with { fixture in
            let file = URL(filePath: #filePath).deletingLastPathComponent()
                .appending(path: "../../docs/openapi-control.yaml")
            let (served, kept) = (try await Self.served(fixture), try Data(contentsOf: file))
            #expect(served == Array(kept))
        }
    }

    /// Every operation that is served is described with its role, and the reverse; pages are for people.
    @Test func everyRouteIsDescribedWithItsRole() async throws {
        try await Fixture.with { fixture in
            guard case .object(let paths)? = try Self.document(try await Self.served(fixture))["paths"] else {
                Issue.record("the document has no paths")
                return
            }
            var described: Set<String> = []
            for path in paths {
                guard case .object(let operations) = path.value else { continue }
                for operation in operations {
                    let role = operation.value["x-ringback-role"]?.string ?? "?"
                    let isOpen = operation.value["security"]?.elements?.isEmpty == true
                    #expect(isOpen == (role == "none"), "\(operation.name) \(path.name)")
                    described.insert("\(operation.name.uppercased()) \(path.name) \(role)")
                }
            }
            let routes = fixture.routes.table.routes.filter { $0.kind != .page }.map {
                "\($0.method.rawValue) \($0.path) \($0.role?.rawValue ?? "none")"
            }
            let expected = Set(routes + ["POST \(Endpoint.webhook) none"])
            #expect(described.subtracting(expected).isEmpty, "described and not served")
            #expect(expected.subtracting(described).isEmpty, "served and not described")
        }
    }

    /// What the document calls a problem's code is one that answers have, and types of audit entries are all there.
    @Test func wordsOfTheDocumentAreThoseOfTheProgram() async throws {
        try await Fixture.with { fixture in
            let text = String(decoding: try await Self.served(fixture), as: UTF8.self)
            let document = try Self.document(Array(text.utf8))
            let types = document["paths"]?["/v1/audit"]?["get"]?["parameters"]?.elements?
                .first { $0["name"] == "type" }?["schema"]?["enum"]?.elements?.compactMap(\.string)
            let answer = try await fixture.ask(.get, "/v1/audit?type=nothing")
            let known = answer.json["detail"]?.string ?? ""
            for type in types ?? [] { #expect(known.contains(type), "\(type)") }
            #expect(known.split(separator: ",").count == types?.count)
        }
    }
}

/// How long connections to the service may take.
@Suite struct ServiceLimitTests {
    /// A connection that is idle between two requests stays for 90 s, which is longer than proxies keep theirs.
    @Test func anIdleConnectionIsKeptForNinetySeconds() {
        let start = NIODeadline.uptimeNanoseconds(1_000_000_000)
        var pace = RequestPace(ControlServer.limits, at: start)
        pace.read(at: start)
        pace.head(at: start)
        pace.end()
        pace.answered(at: start)
        #expect(pace.check(at: start + .seconds(70)) == .wait(until: start + .seconds(90)))
        #expect(pace.check(at: start + .seconds(90)) == .close)
    }

    @Test func everyListenerHasLimits() {
        let limits = ControlServer.limits
        #expect(limits.headDeadline == .seconds(10) && limits.requestDeadline == .seconds(15))
        #expect(limits.connections == 1000 && limits.connectionsPerAddress == 64)
    }
}
