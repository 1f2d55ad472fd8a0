import ExactJSON
import Foundation
import RingbackTestKit
import Testing

/// The JSON document of `simulate` against a program of its own, which reads the file of `--trace` and nothing else.
@Suite("Recount of simulate", .timeLimit(.minutes(15)))
struct RecountTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var testDescription: String
        /// What stands in the scenario beside the simulation.
        var scenario: String
        /// The same for the program, as JSON.
        var rules: String
        /// The exit code of `simulate`.
        var exitCode: Int32
    }

    private static let center = """
        contactCenter:
          ringing: {default: {uniform: {min: 4s, max: 20s}}, noAnswer: {uniform: {min: 12s, max: 30s}}}
          talk: {lognormal: {mean: 70s, sd: 90s}}
          wrap: {exponential: {mean: 10s}}
          greeting: {start: {uniform: {min: 0.2s, max: 1s}}, length: {exponential: {mean: 1.2s}}}
          patience: {exponential: {mean: 5s}}
          answeringMachineDetection: {delay: {uniform: {min: 0.3s, max: 1s}}, falsePositive: 4%, falseNegative: 10%, machineTalk: {constant: 9s}}
        """

    static let cases = [
        Case(
            testDescription: "a night shift with a roster, a schedule and a list",
            scenario: center + """

                  roster:
                    - {agents: 4, from: "22:00", to: "00:30", breaks: [{from: "23:15", for: 10m}]}
                    - {agents: 3, from: 1h, to: 3h}
                schedule:
                  - {from: 90m, outcomeInjection: {answerProbability: 0.25, noAnswerProbability: 0.5, busySignalProbability: 0.1}}
                list:
                  contacts: 2500
                  maxAttempts: 3
                  retry: {busySignal: 5m, noAnswer: 40m, voicemail: 1h, abandoned: 12h}
                pacing: {power: {linesPerAgent: 2}}
                run: {shift: 3h, days: 12, replications: 2, start: "22:00", date: 2026-01-27, weekdays: [mon, tue, wed, thu, fri]}
                compliance:
                  - us-tsr
                  - us-fcc
                  - uk-ofcom-2010
                  - uk-ofcom-2017
                  - ca-crtc
                  - it-garante-2014
                  - us-reg-f
                  - {name: attempts, limit: 0.5%, window: calendarMonth, clockFrom: answer, seconds: 1s, denominator: attempts}
                  - {name: late, limit: 2%, window: calendarDay, seconds: 1s, countEarlyHangUps: false, denominator: connected, countFalsePositives: false}
                  - {name: rolling, limit: 6%, window: {rollingHours: 6}, clockFrom: greetingStart, seconds: 0s}
                  - {name: not-too-often, attempts: 1, within: 2h}

                """,
            rules: """
                {"rules": ["us-tsr", "us-fcc", "uk-ofcom-2010", "uk-ofcom-2017", "ca-crtc", "it-garante-2014", "us-reg-f",
                  {"limit": "0.005", "window": "calendarMonth", "clockFrom": "answer", "seconds": 1, "denominator": "attempts"},
                  {"limit": "0.02", "window": "calendarDay", "seconds": 1, "countEarlyHangUps": false,
                   "denominator": "connected", "countFalsePositives": false},
                  {"limit": "0.06", "window": {"rollingHours": 6}, "clockFrom": "greetingStart", "seconds": 0},
                  {"attempts": 1, "within": 7200}],
                 "calendar": {"start": 79200, "date": "2026-01-27"},
                 "list": {"contacts": 2500, "maxAttempts": 3,
                   "retry": {"busySignal": 300, "noAnswer": 2400, "voicemail": 3600, "abandoned": 43200}}}
                """,
            exitCode: 1
        ),
        Case(
            testDescription: "a list that runs out, and rules that hold",
            scenario: center + """

                  agents: 6
                list: {contacts: 300, retry: {noAnswer: 15m}}
                pacing: progressive
                run: {shift: 4h, days: 3, replications: 2}
                compliance:
                  - {name: generous, limit: 40%, window: rollingHours, clockFrom: answer, seconds: 3s}
                  - {name: rarely, attempts: 20, within: 1d}

                """,
            rules: """
                {"rules": [{"limit": "0.4", "window": {"rollingHours": 24}, "clockFrom": "answer", "seconds": 3},
                  {"attempts": 20, "within": 86400}],
                 "calendar": {"start": null, "date": null},
                 "list": {"contacts": 300, "maxAttempts": null, "retry": {"noAnswer": 900}}}
                """,
            exitCode: 0
        ),
    ]

    @Test(arguments: cases)
    func everyCountFollowsFromTheTrace(_ item: Case) async throws {
        let (document, found) = try await Workspace.with { workspace in
            try workspace.scenario(probabilities: ["0.05", "0.10", "0.30", "0.40"], extra: item.scenario)
            try item.rules.write(toFile: "\(workspace.folder)/rules.json", atomically: true, encoding: .utf8)
            let arguments = ["simulate", "scenario.yaml", "--replications", "2", "--trace", "trace.jsonl", "--json"]
            let ended = try await workspace.run(arguments)
            #expect(ended.exitCode == item.exitCode, "\(ended.stderr)")
            let files = ["\(workspace.folder)/rules.json", "\(workspace.folder)/trace.jsonl"]
            return (
                try JSONReader.read(Array(ended.stdout.utf8)),
                try JSONReader.read(Array(try await RecountProgram.run(files).utf8))
            )
        }
        let replications = try #require(found.elements?.first?.elements)
        func sum(_ value: (JSONValue) -> Int?) -> Int { replications.reduce(0) { $0 + (value($1) ?? -1_000_000) } }
        #expect(document["calls"]?["attempted"]?.integer == sum { $0["attempts"]?.integer })
        #expect(document["calls"]?["answered"]?.integer == sum { $0["answered"]?.integer })
        let rules = try #require(document["compliance"]?.elements)
        for (index, rule) in rules.enumerated() {
            for (member, name) in [
                ("calls", "calls"), ("abandoned", "abandoned"), ("windows", "judged"), ("windowsBreached", "breached"),
                ("shortRings", "shortRings"),
            ] {
                let counted = sum { $0["compliance"]?.elements?[index][name]?.integer }
                #expect(rule[member]?.integer == counted, "\(rule["profile"]?.string ?? ""): \(member)")
            }
        }
        let gauges = try #require(document["gauges"]?.elements)
        #expect(gauges.count == 4)
        for gauge in gauges {
            let name = gauge["name"]?.string ?? ""
            let means = replications.map { mean($0["gauges"]?[name]?.elements ?? []) }
            #expect(abs((gauge["value"]?["mean"]?.double ?? -1) - mean(means)) < 1e-12, "\(name)")
        }
        checkList(try #require(document["list"]), replications)
    }

    private func checkList(_ list: JSONValue, _ replications: [JSONValue]) {
        func counts(_ name: String) -> [Double] { replications.map { $0["list"]?[name]?.double ?? -1 } }
        for name in ["contacts", "reached", "done", "open"] {
            #expect(abs((list[name]?.double ?? -1) - mean(counts(name))) < 1e-9, "\(name)")
        }
        let attempts = counts("attempts").reduce(0, +) / counts("attempted").reduce(0, +)
        #expect(abs((list["attemptsPerContact"]?["mean"]?.double ?? 0) - attempts) < 1e-12)
        #expect(
            abs((list["reachedShare"]?["mean"]?.double ?? 0) - mean(counts("reached")) / mean(counts("contacts")))
                < 1e-12
        )
        let ends = replications.compactMap { $0["list"]?["exhaustedAt"]?.double }
        #expect(list["exhaustedAt"]?.double == (ends.count == replications.count ? mean(ends) : nil))
        #expect(counts("tooEarly") == [0, 0])
    }

    /// The mean of shares, each as calls and abandoned calls.
    private func mean(_ shares: [JSONValue]) -> Double {
        mean(shares.map { ($0.elements?.last?.double ?? -1) / ($0.elements?.first?.double ?? 1) })
    }

    private func mean(_ values: [Double]) -> Double { values.reduce(0, +) / Double(values.count) }
}
