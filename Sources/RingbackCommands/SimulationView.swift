import DialerStudy
import ExactJSON
import RunReport
import Synchronization

/// A simulation as the terminal shows it: a moving line on standard error, the result on standard output.
final class SimulationView: Sendable {
    private let common: CommonOptions
    private let drawsLine: Bool
    private let hasLine = Mutex(false)

    init(_ common: CommonOptions) {
        self.common = common
        drawsLine = !common.quiet && Console.errorIsTerminal
    }

    func show(_ progress: String) {
        guard drawsLine else { return }
        hasLine.withLock { hasLine in
            hasLine = true
            Console.errorRaw("\r\u{1B}[2K  \(progress)")
        }
    }

    /// Says something on standard error.
    func say(_ text: String) {
        guard !common.quiet else { return }
        clear()
        Console.error(text)
    }

    /// Takes the moving line away.
    func clear() {
        hasLine.withLock { hasLine in
            if hasLine { Console.errorRaw("\r\u{1B}[2K") }
            hasLine = false
        }
    }

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
