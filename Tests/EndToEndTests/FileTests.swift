import ExactJSON
import Foundation
import RingbackTestKit
import SimulationAPI
import Testing

#if canImport(FoundationXML)
    import FoundationXML
#endif

/// The files that a run leaves.
@Suite(.timeLimit(.minutes(15)))
struct FileTests {
    @Test func allFilesDescribeTheSameRun() async throws {
        try await Workspace.with { workspace in
            try workspace.scenario(calls: 60, extra: "thresholds: {accuracyRate: \">= 0.3\", occupancy: \">= 1%\"}")
            let ended = try await workspace.run(["run", "scenario.yaml", "--out", workspace.out])
            #expect(ended.exitCode == 0, "\(ended.stderr)\(ended.stdout)")
            let result = try workspace.result()
            try check(result)
            try check(junit: workspace.text("\(workspace.out)/junit.xml"), against: result)
            try check(report: workspace.text("\(workspace.out)/report.html"))
            #expect(try workspace.events().count == result["webhooks"]?["received"]?.integer)
            for event in try workspace.events() {
                let members: Set = [
                    "simulationId", "callId", "state", "timestamp", "durationMs", "webhookId", "receivedAt",
                ]
                #expect(members.allSatisfy { event[$0] != nil }, "\(event.text)")
            }
        }
    }

    private func check(_ result: JSONValue) throws {
        #expect(result["version"]?.integer == 1)
        for name in [
            "runId", "scenario", "target", "simulationId", "state", "startedAt", "finishedAt", "verdict",
        ] { #expect(result[name]?.string?.isEmpty == false, "\(name)") }
        for name in ["attempted", "completed", "abandoned"] {
            #expect(result["calls"]?[name]?.integer != nil, "\(name)")
        }
        for outcome in CallOutcome.allCases {
            let share = try #require(result["outcomes"]?[outcome.rawValue])
            #expect(share["observed"]?.integer != nil)
            for name in ["injected", "low", "high"] { #expect(share[name] != nil, "\(outcome) \(name)") }
        }
        for name in ["test", "statistic", "pValue", "verdict"] {
            #expect(result["goodnessOfFit"]?[name] != nil, "\(name)")
        }
        for name in ["received", "unique", "duplicates", "late", "unknown", "lost"] {
            #expect(result["webhooks"]?[name]?.integer != nil, "\(name)")
        }
        #expect(result["accuracyRate"] != nil && result["exitCode"]?.integer == 0)
        for assertion in try #require(result["assertions"]?.elements) {
            for name in ["name", "verdict", "observed", "expected", "detail"] {
                #expect(assertion[name]?.string != nil)
            }
        }
        #expect(result["skippedThresholds"]?.elements?.first?["metric"]?.string == "occupancy")
    }

    private func check(junit: String, against result: JSONValue) throws {
        let cases = XMLCases()
        let parser = XMLParser(data: Data(junit.utf8))
        parser.delegate = cases
        #expect(parser.parse(), "\(String(describing: parser.parserError))")
        let assertions = try #require(result["assertions"]?.elements).count
        let skipped = try #require(result["skippedThresholds"]?.elements).count
        #expect(cases.elements.count { $0 == "testcase" } == assertions + skipped)
        #expect(!cases.elements.contains("failure"))
    }

    private func check(report: String) throws {
        #expect(report.hasPrefix("<!DOCTYPE html>") || report.hasPrefix("<!doctype html>"))
        #expect(report.firstMatch(of: /(?i)<(script|iframe|object|embed|img|base|meta http-equiv="refresh")\b/) == nil)
        #expect(report.firstMatch(of: /(?i)(src|href|action|data|poster)\s*=\s*["']?\s*(https?:)?\/\//) == nil)
        #expect(report.firstMatch(of: /(?i)<link\b(?![^>]*href="data:)/) == nil)
        // A picture names its own textures.
        #expect(report.firstMatch(of: /(?i)@import|url\((?!#)/) == nil)
        #expect(report.contains("PASS"))
    }

    @Test func filesAreInTheHomeByDefault() async throws {
        try await Workspace.with { workspace in
            try workspace.scenario()
            let ended = try await workspace.run(["run", "scenario.yaml", "--home", "elsewhere", "--json"])
            #expect(ended.exitCode == 0, "\(ended.stderr)")
            let runID = try #require(try JSONReader.read(Array(ended.stdout.utf8))["runId"]?.string)
            let path = "\(workspace.folder)/elsewhere/runs/\(runID)"
            let names = try FileManager.default.contentsOfDirectory(atPath: path).sorted()
            #expect(names == StoppingTests.files)
            #expect(FileManager.default.fileExists(atPath: "\(workspace.folder)/elsewhere/ringback.sqlite"))
            #expect(!FileManager.default.fileExists(atPath: workspace.home))
            #expect(try workspace.text("\(path)/result.json") == ended.stdout)
        }
    }

    @Test func theSameSeedGivesTheSameCalls() async throws {
        try await Workspace.with { workspace in
            try workspace.scenario(calls: 60)
            func calls(_ seed: Int, _ name: String) async throws -> [String: String] {
                let folder = "\(workspace.folder)/\(name)"
                let ended = try await workspace.run(["run", "scenario.yaml", "--seed", "\(seed)", "--out", folder])
                #expect(ended.exitCode == 0, "\(ended.stderr)\(ended.stdout)")
                let final = try workspace.events(folder).filter { $0["state"]?.string == "completed" }
                let pairs = final.compactMap { event in
                    event["callId"]?.string.flatMap { call in
                        event["outcome"]?.string.map { (call, "\($0) after \(event["durationMs"]?.integer ?? -1) ms") }
                    }
                }
                return Dictionary(uniqueKeysWithValues: pairs)
            }
            let first = try await calls(7, "first")
            #expect(first.count == 60)
            #expect(try await calls(7, "second") == first)
            #expect(try await calls(8, "third") != first)
        }
    }
}

/// The names of the elements of a document.
private final class XMLCases: NSObject, XMLParserDelegate {
    var elements: [String] = []

    func parser(
        _ parser: XMLParser,
        didStartElement elementName: String,
        namespaceURI: String?,
        qualifiedName: String?,
        attributes: [String: String]
    ) { elements.append(elementName) }
}
