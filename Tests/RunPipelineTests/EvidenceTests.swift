import ExactJSON
import RingbackHome
import RingbackTestKit
import RunReport
import SimulationAPI
import SimulationClient
import Testing

@testable import AuditLog
@testable import RunPipeline

/// What the audit log says of a run whose identifiers look like telephone numbers.
@Suite(.timeLimit(.minutes(5)))
struct EvidenceTests {
    /// Ids with eight digits in a row, and one of digits only.
    static let ids = ["01M8JC9FS2QZ46856062FX30ZZ", "01M8JC9FS2QZ4685606255501099", "01234567890123456789012345"]

    @Test(arguments: ids)
    func identifiersAreNeverMasked(id: String) async throws {
        try await TemporaryFolder.with { folder in
            let said = "tag e2e:\(id) of run \(id) is refused, call +1 202 555 0123"
            try await FakeAPI.with(FakeScript { $0.create = [.problem(400, "bad", said)] }) { api in
                var run = Run(
                    try RunTests.scenario(extra: "  tag: e2e"),
                    on: try RunTests.remote(api.origin),
                    home: folder,
                    options: RunTests.quick
                )
                run.id = id
                let result = try await run.result()
                let sent = try JSONReader.read(Array(try #require(api.requests(.create).first).body.utf8))["tag"]?
                    .string
                #expect(sent == "e2e:\(id)")
                var entries: [AuditRecord] = []
                try AuditReader(directory: Home(inspecting: folder).auditPath).each { entries.append($0) }
                #expect(entries.first { $0.type == "dispatch.intent" }?.payload?["tag"]?.string == sent)
                #expect(entries.allSatisfy { $0.runID == id })
                let error = try #require(entries.first { $0.type == "dispatch" && $0.result == "failed" }?.error)
                #expect(error.contains("tag e2e:\(id) of run \(id) is refused, call [number]"), "\(error)")
                guard case .notCreated(let shown) = result.facts.ending else {
                    Issue.record("\(result.facts.ending)")
                    return
                }
                #expect(shown.contains("tag e2e:\(id) of run \(id) is refused, call [number]"), "\(shown)")
            }
        }
    }
}
