import ExactJSON
import RingbackTestKit
import Testing

/// The memory of a run does not grow with the number of its events.
@Suite(.timeLimit(.minutes(15)))
struct MemoryTests {
    @Test func memoryDoesNotGrowWithTheEvents() async throws {
        // Five events a call; a debug build is slow, so it makes do with fewer calls and a closer bound.
        #if DEBUG
            let (few, many, bound) = (100, 1200, 15)
        #else
            let (few, many, bound) = (500, 5000, 25)
        #endif
        let small = try await peakKiB(calls: few)
        let large = try await peakKiB(calls: many)
        #expect(small > 0)
        #expect(large < small + bound * 1024, "\(small) KiB with \(few) calls, \(large) KiB with \(many)")
    }

    private func peakKiB(calls: Int) async throws -> Int {
        try await Workspace.with { workspace in
            try workspace.scenario(calls: calls, probabilities: ["0", "0", "0", "1"])
            let program = try Program(
                Program.ringback,
                ["run", "scenario.yaml", "--out", workspace.out, "--quiet"],
                environment: ["RINGBACK_HOME": workspace.home],
                in: workspace.folder,
                limit: .seconds(100),
                measuresMemory: true
            )
            let ended = await program.finished()
            #expect(ended.exitCode == 0, "\(ended.stderr)\(ended.stdout)")
            #expect(try workspace.result()["webhooks"]?["unique"]?.integer == calls * 5)
            return ended.peakKiB
        }
    }
}
