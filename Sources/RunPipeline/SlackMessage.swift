import SimulationAPI
import ExactJSON
import RunReport
import ScenarioFile

/// The message of a run to a Slack incoming webhook: the verdict, the numbers, and what failed.
struct SlackMessage: Sendable {
    private let result: RunResult

    init(_ result: RunResult) { self.result = result }

    /// The body, `{"text": …}`.
    var json: JSONValue { ["text": .string(text)] }

    private var text: String {
        let facts = result.facts
        let failed = result.assertions.filter { $0.verdict == .fail }
        var lines = [
            "*\(result.verdict.rawValue.uppercased())* \(Self.escaped(facts.scenario.name)) (run \(facts.runID), \(facts.target.rawValue))",
            "\(facts.callsAttempted) calls attempted, \(facts.calls.completed) completed, \(facts.calls.abandoned) abandoned; "
                + "\(facts.webhooks.received) webhooks received, \(facts.webhooks.lost) calls lost",
        ]
        if let reason = facts.ending.reason { lines.append(Self.escaped("\(facts.ending.title): \(reason)")) }
        lines += failed.prefix(5).map { "• " + Self.escaped("\($0.title): \($0.observed), expected \($0.expected)") }
        if failed.count > 5 { lines.append("• and \(failed.count - 5) more") }
        return lines.joined(separator: "\n")
    }

    /// Slack's three control characters, escaped; and no line breaks of somebody else's.
    private static func escaped(_ text: String) -> String {
        String(text.prefix(300)).unicodeScalars.map { scalar in
            switch scalar {
            case "&": "&amp;"
            case "<": "&lt;"
            case ">": "&gt;"
            case let scalar where scalar.value < 0x20 || scalar.value == 0x7F: " "
            default: String(scalar)
            }
        }.joined()
    }
}
