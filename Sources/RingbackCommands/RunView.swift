import ExactJSON
import RunPipeline
import RunReport
import SimulationClient
import Synchronization

/// Shows a run: steps and result on standard output, progress on the moving line of standard error.
final class RunView: Sendable {
    private struct State {
        var steps: [RunStep] = []
        var hasPrintedSteps = false
    }

    private let common: CommonOptions
    private let run: Run
    private let style = Console.outputStyle
    private let width = Console.width
    private let line: MovingLine
    private let state = Mutex(State())

    init(_ common: CommonOptions, run: Run) {
        self.common = common
        self.run = run
        line = MovingLine(common)
    }

    private var showsText: Bool { !common.json && !common.quiet }

    func show(_ event: RunEvent) {
        switch event {
        case .began(let facts):
            if showsText { Console.output(TerminalSummary.header(facts, style: style)) }
        case .step(let step):
            state.withLock { $0.steps.append(step) }
            if common.verbose { warn("ringback: \(step)") }
            if case .dispatched = step { printSteps() }
        case .waitingForSlot(let wait):
            warn(
                "ringback: waiting for a slot: as many simulations are active as may be; asking again in "
                    + "\(wait.delay.text) (asked \(wait.probes)×)"
            )
        case .waitingBehind(let place): warn("ringback: waiting for a slot (\(place))")
        case .progress(let progress):
            line.draw(ProgressLine.text(progress, width: width - 1, style: Console.errorStyle))
        case .warning(let text): warn("ringback: warning: \(text)")
        case .leftUndone(let text):
            line.clear()
            Console.error("ringback: warning: \(text)")
        }
    }

    /// Shows a message on standard error.
    func warn(_ text: String) { line.say(text) }

    /// Removes the moving line.
    func clear() { line.clear() }

    /// Shows the result.
    func finish(_ result: RunResult) {
        line.clear()
        let report = "\(run.outputDirectory)/report.html"
        if common.json {
            Console.output(result.json)
        } else if common.quiet {
            Console.output("\(result.verdict.rawValue.uppercased())  \(report)")
        } else {
            printSteps()
            Console.output(TerminalSummary(result, reportPath: report, style: style, width: width).body)
        }
        if let reason = result.facts.ending.reason { Console.error("ringback: \(reason)") }
    }

    private func printSteps() {
        guard showsText else { return }
        let steps = state.withLock { state -> [RunStep] in
            defer { state.hasPrintedSteps = true }
            return state.hasPrintedSteps ? [] : state.steps
        }
        if !steps.isEmpty { Console.output(StepsLine.text(steps.map(\.description), width: width, style: style)) }
    }
}
