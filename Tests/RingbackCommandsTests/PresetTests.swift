import ExactJSON
import Foundation
import RingbackTestKit
import ScenarioFile
import Testing

/// The ready scenarios, and what each of them is meant to show.
@Suite(.timeLimit(.minutes(5)))
struct PresetTests {
    private static let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "Examples/presets").path

    @Test func theProgramHasTheFilesOfTheExamples() throws {
        let files = try FileManager.default.contentsOfDirectory(atPath: Self.folder)
        #expect(files.sorted() == ScenarioPreset.allCases.map { "\($0.rawValue).yaml" }.sorted())
        for preset in ScenarioPreset.allCases {
            let file = try String(contentsOfFile: "\(Self.folder)/\(preset.rawValue).yaml", encoding: .utf8)
            #expect(file == preset.text, "\(preset.rawValue)")
            #expect(file.contains("# Numbers: ") || file.contains("# Sources: "), "\(preset.rawValue)")
        }
    }

    /// Writes a preset, validates it, and simulates it a few times.
    private func simulate(_ preset: ScenarioPreset, _ more: [String] = []) async throws -> JSONValue {
        try await Workspace.inMemory { workspace in
            let written = await workspace.command(["init", "FOLDER/x", "--preset", preset.rawValue])
            #expect(written.exitCode == 0, "\(written.stderr)")
            #expect(written.stdout.contains("next: ringback simulate FOLDER/x/scenario.yaml"))
            let valid = await workspace.command(["validate", "FOLDER/x/scenario.yaml"])
            #expect(valid.exitCode == 0 && valid.stderr == "", "\(valid.stderr)")
            #expect(valid.stdout == "FOLDER/x/scenario.yaml: valid\n")
            let arguments = ["simulate", "FOLDER/x/scenario.yaml", "--json", "--by", "30m", "--replications", "4"]
            let simulated = await workspace.command(arguments + more)
            #expect([0, 1, 6].contains(simulated.exitCode), "\(simulated.stderr)")
            return try JSONReader.read(Array(simulated.stdout.utf8))
        }
    }

    /// The means of a figure in the rows of the day.
    private func rows(_ result: JSONValue, _ name: String) -> [(label: String, mean: Double)] {
        (result["intervals"]?.elements ?? []).map { ($0["label"]?.string ?? "", Self.number($0[name]?["mean"]) ?? 0) }
    }

    private static func number(_ json: JSONValue?) -> Double? { json?.number.flatMap { Double($0) } }

    @Test func theSurgeOfAMondayIsInItsFirstRows() async throws {
        let result = try await simulate(.mondaySurge)
        let rates = zip(rows(result, "abandoned"), rows(result, "answered")).map { ($0.label, $0.mean, $1.mean) }
        let surge = rates.filter { $0.0 < "10:30" }
        let rest = rates.filter { $0.0 >= "10:30" && $0.0 < "17:00" }
        #expect(surge.count == 3 && rest.count == 13)
        func rate(_ rows: [(String, Double, Double)]) -> Double {
            rows.reduce(0) { $0 + $1.1 } / rows.reduce(0) { $0 + $1.2 }
        }
        #expect(rate(surge) > 0.05 && rate(rest) < 0.015, "\(rate(surge)) \(rate(rest))")
    }

    @Test func onlyTheBreakOfAllAbandons() async throws {
        let abandoned = try await rows(simulate(.massBreak), "abandoned").filter { $0.mean > 0 }
        #expect(abandoned.map(\.label) == ["12:00–12:30"], "\(abandoned)")
    }

    @Test func onlyTheGapBetweenTeamsAbandons() async throws {
        let abandoned = try await rows(simulate(.shiftChange), "abandoned").filter { $0.mean > 0 }
        #expect(abandoned.map(\.label) == ["14:00–14:30"], "\(abandoned)")
        let overlap = try await simulate(.shiftChange, ["--set", "contactCenter.roster.1.from=\"13:50\""])
        #expect(rows(overlap, "abandoned").allSatisfy { $0.mean == 0 })
    }

    @Test func theListMakesWaves() async throws {
        let result = try await simulate(.clumpedList)
        let attempts = rows(result, "attempts").filter { $0.label < "17:00" && $0.label > "0" }.map(\.mean)
        #expect(attempts[0] > 300 && attempts[2] == 0 && attempts[3] == 0 && attempts[4] > 200, "\(attempts)")
        #expect(Self.number(result["bound"]?["list"]) ?? 0 > 0.9)
    }

    @Test func noScreenCountsTheErrorsOfDetection() async throws {
        let result = try await simulate(.detectionErrors)
        let gauges = try #require(result["gauges"]?.elements)
        #expect(gauges.count == 4 && gauges.allSatisfy { $0["agrees"] == false }, "\(gauges)")
        #expect(gauges.allSatisfy { $0["verdicts"]?["gauge"] == "pass" && $0["verdicts"]?["law"] == "fail" })
    }

    @Test func linesBindBeforeAndAfterTheFault() async throws {
        let result = try await simulate(.trunkStarvation)
        let (lines, schedule) = (result["bound"]?["lines"], result["bound"]?["schedule"])
        #expect(Self.number(lines) ?? 0 > 0.2 && Self.number(schedule) ?? 0 > 0.4, "\(result["bound"]?.text ?? "")")
        let enough = try await simulate(.trunkStarvation, ["--set", "contactCenter.lines=80"])
        #expect(Self.number(enough["bound"]?["lines"]) ?? 0 < 0.02)
    }

    @Test func theListIsExhaustedBeforeTheDaysAre() async throws {
        let list = try #require(try await simulate(.listRunsOut)["list"])
        #expect(Self.number(list["open"]) == 0 && Self.number(list["contacts"]) == 2_500)
        let (exhausted, idle) = (Self.number(list["exhaustedAt"]) ?? 0, Self.number(list["idleAfter"]) ?? 0)
        // The third day has begun at most, and two days have 134 hours on duty.
        #expect(exhausted > 86_400 && exhausted < 3 * 86_400 && idle > 100, "\(exhausted) \(idle)")
    }

    @Test func theFullScenarioHasEveryPart() async throws {
        try await Workspace.inMemory { workspace in
            let written = await workspace.command(["init", "FOLDER/full", "--full"])
            #expect(written.exitCode == 0 && written.stdout.contains("next: ringback run"))
            let valid = await workspace.command(["validate", "FOLDER/full/scenario.yaml"])
            #expect(valid.stdout == "FOLDER/full/scenario.yaml: valid\n", "\(valid.stderr)")
            let simulated = await workspace.command([
                "simulate", "FOLDER/full/scenario.yaml", "--json", "--replications", "2",
            ])
            let result = try JSONReader.read(Array(simulated.stdout.utf8))
            #expect(Self.number(result["list"]?["contacts"]) == 5_000, "\(simulated.stderr)")
            #expect(result["compliance"]?.elements?.count == 3)
            let both = await workspace.command(["init", "FOLDER/both", "--full", "--preset", "mass-break"])
            #expect(both.exitCode == 2 && both.stderr.contains("choose one"), "\(both.stderr)")
            let unknown = await workspace.command(["init", "FOLDER/both", "--preset", "mass"])
            #expect(unknown.exitCode == 2 && unknown.stderr.contains("mass-break"), "\(unknown.stderr)")
        }
        let scenario = try Scenario.parse(text: Scenario.full, file: "s.yaml").scenario
        let parts: Set = [
            "version", "name", "simulation", "limits", "contactCenter", "schedule", "list", "pacing", "run",
            "compliance", "thresholds",
        ]
        #expect(scenario.writtenParts == parts)
    }

    @Test func helpListsThePresets() async throws {
        try await Workspace.inMemory { workspace in
            let help = await workspace.command(["init", "--help"])
            for preset in ScenarioPreset.allCases { #expect(help.stdout.contains("  \(preset.rawValue) ")) }
        }
    }
}
