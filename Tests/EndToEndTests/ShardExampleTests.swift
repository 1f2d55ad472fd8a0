import Foundation
import RingbackTestKit
import Testing

/// The examples of calibrations in parts: each job computes the part that its number says.
@Suite(.timeLimit(.minutes(15)))
struct ShardExampleTests {
    private static let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "Examples/calibrate")

    /// Kubernetes counts from 0, Slurm here from 1, and `--shard` from 1.
    @Test(arguments: [(0, "1/8"), (7, "8/8")]) func kubernetesAddsOne(index: Int, shard: String) async throws {
        let manifest = try String(contentsOf: Self.folder.appending(path: "kubernetes.yaml"), encoding: .utf8)
        let lines = manifest.split(separator: "\n").filter { $0.contains("JOB_COMPLETION_INDEX") }
        let command = try #require(lines.first { $0.contains("--shard") })
        let ended = try await Self.shell("echo \(command)", ["JOB_COMPLETION_INDEX": "\(index)"])
        #expect(ended.contains("--shard \(shard) --out /parts/part\(index + 1).json"), "\(ended)")
        #expect(manifest.contains("completions: 8"))
    }

    @Test func slurmCountsFromOne() async throws {
        let script = try String(contentsOf: Self.folder.appending(path: "slurm.sbatch"), encoding: .utf8)
        #expect(script.contains("--array=1-") && script.contains("$SLURM_ARRAY_TASK_ID/$SLURM_ARRAY_TASK_COUNT"))
    }

    private static func shell(_ text: String, _ variables: [String: String]) async throws -> String {
        try await Program("/bin/sh", ["-c", text], environment: variables, in: "/tmp").finished().stdout
    }
}
