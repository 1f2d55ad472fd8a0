import Addresses
import ExactJSON
import Glibc
import HTTPExchange
import RingbackHome
import RunPipeline
import RunReport
import RunStore
import ScenarioFile
import SimulationAPI
import Synchronization

/// A run that a service does: submitted, followed to its end, and shown as one of this machine.
struct ServerRun: Sendable {
    let common: CommonOptions
    let service: ControlClient.Service
    let kind: StoredRun.Kind
    /// How long it is followed beyond its own time limit.
    let patience: Duration
    /// Where the files of the run are copied to.
    let out: String?

    /// What is submitted.
    struct Order: Sendable {
        var scenario: JSONValue
        var query: [(name: String, value: String)]
    }

    /// Submits, follows, shows, and gives the run's own exit code.
    func submit(_ order: Order) async throws -> RunReport.ExitCode {
        try await connected { client in
            let id = try await submitted(order, client)
            return try await follow(id, client)
        }
    }

    /// Follows a run that was submitted before.
    func follow(_ id: String) async throws -> RunReport.ExitCode {
        try await connected { client in try await follow(id, client) }
    }

    private func connected(
        _ body: (ControlClient) async throws -> RunReport.ExitCode
    ) async throws -> RunReport.ExitCode {
        try await HTTPTransport.withConnections { transport in
            try await body(ControlClient(service: service, transport: transport))
        }
    }

    // MARK: Submitting

    /// Submits under a key of its own, again and again until an answer comes: equal requests are one run.
    private func submitted(_ order: Order, _ client: ControlClient) async throws -> String {
        let query = [("kind", kind.rawValue)] + order.query.map { ($0.name, $0.value) }
        let path = "/v1/runs?" + query.map { "\($0.0)=\(PercentEncoding.encode($0.1))" }.joined(separator: "&")
        let key = RunID.make(at: WallClock.now)
        let timeline = Timeline()
        let deadline = timeline.after(patience)
        var (pause, mayBeThere) = (Duration.milliseconds(500), false)
        while true {
            let left = timeline.now.duration(to: deadline)
            let answer = await client.post(
                path,
                headers: [("Content-Type", "application/json"), ("Idempotency-Key", key)],
                body: order.scenario.bytes,
                timeout: min(.seconds(30), max(.milliseconds(100), left))
            )
            if case .success(let response) = answer {
                guard let id = try? JSONReader.read(response.body)["id"]?.string else {
                    throw CommandFailure(
                        code: .refused,
                        message: ControlClient.ControlAnswer.foreign(status: response.status).reason
                    )
                }
                return id
            }
            try refuse(answer)
            if case .lost(let error) = answer {
                mayBeThere = mayBeThere || error.mayHaveBeenHandled
            } else {
                mayBeThere = true
            }
            guard timeline.now < deadline else {
                let advice = "; it may have been submitted: look at \(service.base)/v1/runs"
                throw CommandFailure(
                    code: mayBeThere ? .outcomeUnknown : .refused,
                    message: answer.reason + (mayBeThere ? advice : "")
                )
            }
            common.say("ringback: \(answer.reason); trying again")
            do { try await Task.sleep(for: min(pause, timeline.now.duration(to: deadline))) } catch {
                throw CommandFailure(code: .timedOut, message: "interrupted before the run was submitted")
            }
            pause = min(pause * 2, .seconds(8))
        }
    }

    /// Fails on an answer that would be the same the next time.
    private func refuse(_ answer: ControlClient.ControlAnswer) throws {
        guard !answer.mayPass else { return }
        guard case .problem(let problem, let json) = answer, problem.status == 422 else {
            throw CommandFailure(code: .refused, message: answer.reason)
        }
        for text in json["diagnostics"]?.elements ?? [] {
            Console.error("\(text["severity"]?.string ?? "error"): \(text["message"]?.string ?? "")")
        }
        throw CommandFailure.usage("the service refuses the scenario: \(problem.detail)")
    }

    // MARK: Following

    /// The command that follows the run.
    private func command(_ id: String) -> String { "ringback run --server \(service.base) --resume \(id)" }

    private func follow(_ id: String, _ client: ControlClient) async throws -> RunReport.ExitCode {
        let line = MovingLine(common)
        defer { line.clear() }
        common.say("ringback: run \(id) at \(service.base)")
        let stop = StopRequest()
        let watch = SignalWatch { stop.ask() }
        defer { withExtendedLifetime(watch) {} }
        let timeline = Timeline()
        var state = FollowState(patience: patience, now: timeline.now)
        var isCancelled = false
        while true {
            if stop.isAsked, !isCancelled {
                line.clear()
                guard cancels(id) else {
                    throw CommandFailure(code: .timedOut, message: "the run goes on; \(command(id)) follows it")
                }
                isCancelled = true
                try await cancel(id, client, line)
            }
            let step: FollowState.FollowStep
            var why = ""
            switch await look(id, client) {
            case .success(let run):
                line.draw("  " + Self.progress(run))
                step = state.heard(run, now: timeline.now)
                if step == .ended { return try await end(run, client, line) }
            case .failure(let unheard):
                guard unheard.answer.mayPass else {
                    line.clear()
                    throw CommandFailure(
                        code: .outcomeUnknown,
                        message: "\(unheard.answer.reason); \(command(id)) follows the run"
                    )
                }
                why = unheard.answer.reason
                line.draw("  \(why); asking again")
                step = state.failed(now: timeline.now)
            }
            switch step {
            case .ask(let pause): await stop.sleep(pause)
            case .giveUp, .ended:
                line.clear()
                let last = why.isEmpty ? "the run has not ended in its time" : why
                throw CommandFailure(
                    code: .outcomeUnknown,
                    message: "\(last); it was followed for \(patience.text) beyond that. The run \(id) may go on; "
                        + "\(command(id)) follows it"
                )
            }
        }
    }

    /// An answer that does not say where the run stands.
    private struct Unheard: Error {
        var answer: ControlClient.ControlAnswer
    }

    private func look(_ id: String, _ client: ControlClient) async -> Result<JSONValue, Unheard> {
        let timeout = min(.seconds(15), max(.seconds(1), patience))
        let answer = await client.get("/v1/runs/\(id)", timeout: timeout)
        guard case .success(let response) = answer else { return .failure(Unheard(answer: answer)) }
        guard let run = try? JSONReader.read(response.body), run["id"]?.string == id else {
            return .failure(Unheard(answer: .foreign(status: response.status)))
        }
        return .success(run)
    }

    /// What is seen of a run that goes on.
    static func progress(_ run: JSONValue) -> String {
        let progress = run["progress"]
        let words = [run["state"]?.string, progress?["step"]?.string].compactMap(\.self)
        var text = words.joined(separator: ": ")
        for (done, all) in [("attempted", "maxCalls"), ("done", "of"), ("windows", "mostWindows")] {
            guard let done = progress?[done]?.integer, let all = progress?[all]?.integer else { continue }
            text += ", \(NumberText.count(Int(done))) of \(NumberText.count(Int(all)))"
        }
        return PrintableText.line(text)
    }

    /// Whether an interruption cancels the run: asked on a terminal, without one it does.
    private func cancels(_ id: String) -> Bool {
        guard isatty(STDIN_FILENO) == 1, Console.errorIsTerminal, !common.quiet else { return true }
        Console.errorRaw("Cancel the run \(id) at the service? [Y/n] ")
        return readLine()?.lowercased().hasPrefix("n") != true
    }

    private func cancel(_ id: String, _ client: ControlClient, _ line: MovingLine) async throws {
        line.say("ringback: cancelling the run; Ctrl-C again stops at once, and the run goes on")
        for attempt in 0..<5 {
            let answer = await client.post("/v1/runs/\(id)/cancel")
            switch answer {
            case .success: return
            case .problem(let problem, _) where problem.status == 409: return
            case _ where !answer.mayPass:
                throw CommandFailure(code: .outcomeUnknown, message: "the run could not be cancelled: \(answer.reason)")
            default: try? await Task.sleep(for: .milliseconds(250 << attempt))
            }
        }
        throw CommandFailure(
            code: .outcomeUnknown,
            message: "the run could not be cancelled and goes on; \(command(id)) follows it"
        )
    }

    // MARK: The end

    private func end(_ run: JSONValue, _ client: ControlClient, _ line: MovingLine) async throws -> RunReport.ExitCode {
        line.clear()
        let id = run["id"]?.string ?? ""
        let code = run["exitCode"]?.integer.flatMap { RunReport.ExitCode(rawValue: Int32(clamping: $0)) } ?? .refused
        let result = run["result"] ?? .null
        if let out { try await copyFiles(of: id, to: out, client) }
        if common.json {
            Console.output(result)
        } else if common.quiet {
            Console.output((run["verdict"]?.string ?? run["state"]?.string ?? "").uppercased())
        } else {
            if let document = ResultDocument(result) {
                Console.output(ResultText(document, style: Console.outputStyle, width: Console.width).text)
            }
            Console.output("  run \(id)")
            Console.output("  report \(out.map { "\($0)/report.html" } ?? "\(service.base)/v1/runs/\(id)/report.html")")
        }
        if let reason = result["ending"]?["reason"]?.string { Console.error("ringback: \(PrintableText.line(reason))") }
        return code
    }

    private func copyFiles(of id: String, to folder: String, _ client: ControlClient) async throws {
        do throws(FileError) { try FileSystem.makeNamedDirectory(folder) } catch {
            throw CommandFailure.usage("cannot write the files: \(error)")
        }
        for name in ["result.json", "junit.xml", "report.html", "events.jsonl"] {
            switch await client.get("/v1/runs/\(id)/\(name)", timeout: .seconds(120)) {
            case .success(let response):
                do throws(FileError) { try FileSystem.writeNamed("\(folder)/\(name)", response.body) } catch {
                    throw CommandFailure.usage("cannot write the files: \(error)")
                }
            case .problem(let problem, _) where problem.status == 404: continue
            case let answer: Console.error("ringback: warning: \(name) could not be copied: \(answer.reason)")
            }
        }
    }
}

/// A request to stop, from a signal to the loop that follows a run.
private final class StopRequest: Sendable {
    private let asked = Mutex(false)

    var isAsked: Bool { asked.withLock { $0 } }

    func ask() { asked.withLock { $0 = true } }

    /// Sleeps in short pieces, so that a request acts soon.
    func sleep(_ pause: Duration) async {
        let end = ContinuousClock.now.advanced(by: pause)
        while ContinuousClock.now < end, !isAsked {
            do { try await Task.sleep(for: min(.milliseconds(50), ContinuousClock.now.duration(to: end))) } catch {
                return
            }
        }
    }
}

extension CommonOptions {
    /// Says on standard error what goes on, unless it is to be quiet.
    fileprivate func say(_ text: String) {
        if !quiet { Console.error(text) }
    }
}
