import ScenarioFile
import Statistics
import Testing

@Suite("Damaged files", .timeLimit(.minutes(5)))
struct MutationTests {
    private static let tokens = [
        "&a ", "*a", "!t ", "<<: ", "- ", "? ", ": ", "{", "}", "[", "]", "\"", "'", "|\n", ">\n", "#", "\t", "\n",
        "\n---\n", "%", "-1", "0",
        "1e999", ".nan", "null", "\u{0}", "\u{FEFF}", "\u{202E}", "é", "\u{85}", "99999999999999999999", "-5s", "1%",
        "true", "  ",
    ]

    @Test("any damage ends in a scenario or in diagnostics, never otherwise", arguments: 0..<4)
    func mutations(_ seed: Int) throws {
        var random = SplitMix64(seed: UInt64(seed))
        let everything =
            Fixture.base + Fixture.center + """
                pacing: {vicidial: {method: tapered, dropLimit: 2%}}
                run: {shift: 8h, days: 2, warmUp: auto}
                compliance: [us-tsr, {name: own, limit: 2%, window: {rollingHours: 24}}]
                thresholds: {abandonmentRate: "<= 3%", waitSeconds.p95: "< 2s"}
                monitors: [{name: qa, url: "https://10.0.0.1/x", allow: [10.0.0.0/8], states: [completed]}]
                """
        _ = try Scenario.parse(text: everything, file: "s.yaml")
        let originals = [Array(everything.utf8), Array(Scenario.starter.utf8), Array(Scenario.full.utf8)]
        for round in 0..<700 {
            var bytes = originals[round % 3]
            for _ in 0...Int.random(in: 0..<6, using: &random) { Self.damage(&bytes, &random) }
            let text = String(decoding: bytes, as: UTF8.self)
            do {
                let loaded = try Scenario.parse(text: text, file: "s.yaml")
                #expect(loaded.warnings.allSatisfy { $0.severity == .warning })
            } catch {
                #expect(error.diagnostics.contains { $0.severity == .error }, "\(text)")
                #expect(
                    error.diagnostics.allSatisfy { $0.line != nil && !$0.description.utf8.contains(0x1B) },
                    "\(text)"
                )
            }
        }
    }

    private static func damage(_ bytes: inout [UInt8], _ random: inout SplitMix64) {
        guard !bytes.isEmpty else { return }
        let start = Int.random(in: 0..<bytes.count, using: &random)
        let end = min(bytes.count, start + Int.random(in: 1..<24, using: &random))
        switch Int.random(in: 0..<5, using: &random) {
        case 0: bytes[start] ^= 1 << UInt8.random(in: 0..<8, using: &random)
        case 1: bytes.removeSubrange(start..<end)
        case 2: bytes.insert(contentsOf: bytes[start..<end], at: Int.random(in: 0...bytes.count, using: &random))
        case 3: bytes.removeSubrange(start...)
        default: bytes.insert(contentsOf: Array((tokens.randomElement(using: &random) ?? "").utf8), at: start)
        }
    }

    @Test("any text between the brackets of an override, too")
    func overrides() {
        var random = SplitMix64(seed: 9)
        for _ in 0..<1_500 {
            var bytes = Array("contactCenter.talk={exponential: {mean: 5s}}".utf8)
            for _ in 0..<3 { Self.damage(&bytes, &random) }
            _ = Fixture.problems(adding: Fixture.center, overrides: [String(decoding: bytes, as: UTF8.self)])
        }
    }
}
