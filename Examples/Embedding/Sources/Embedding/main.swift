import RunPipeline
import ScenarioFile

// One simulation from Swift code: `swift run Embedding ../tutorial.yaml` in this folder.
let path = CommandLine.arguments.dropFirst().first ?? "../tutorial.yaml"
let loaded = try Scenario.load(path: path)
let run = Run(loaded.scenario, on: .embeddedSandbox(EmbeddedSandbox(seed: 1)), home: ".ringback")

let result = try await run.result { event in
    if case .step(let step) = event { print("· \(step)") }
}

for outcome in result.outcomes {
    print("\(outcome.outcome.rawValue): injected \(outcome.injected), observed \(outcome.observed)")
}
print("accuracy \(result.accuracyRate ?? 0), verdict \(result.verdict.rawValue)")
print("report \(run.outputDirectory)/report.html")
