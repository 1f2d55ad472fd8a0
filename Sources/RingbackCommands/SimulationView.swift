import DialerStudy
import ExactJSON
import RunReport

/// A simulation as the terminal shows it: a moving line on standard error, the result on standard output.
final class SimulationView: Sendable {
    private let common: CommonOptions
    private let line: MovingLine

    init(_ common: CommonOptions) {
        self.common = common
        line = MovingLine(common)
    }

    func show(_ progress: String) { line.draw("  \(progress)") }

    func say(_ text: String) { line.say(text) }

    func clear() { line.clear() }

    func finish(_ result: StudyResult, _ comparison: PolicyComparison?) {
        clear()
        if common.json {
            let document = comparison.map { result.json(with: $0) } ?? result.json
            Console.output(document.prettyText)
        } else if common.quiet {
            Console.output(result.verdict.rawValue.uppercased())
        } else {
            let summary = StudySummary(
                result,
                comparison: comparison,
                style: Console.outputStyle,
                width: Console.width
            )
            Console.output(summary.text)
        }
    }
}
