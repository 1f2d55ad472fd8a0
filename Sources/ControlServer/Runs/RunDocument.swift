import ExactJSON
import RunStore
import SimulationAPI

extension ListedRun {
    /// The run as an item of a list: without its scenario and its result.
    var item: JSONValue { .object(members) }

    /// The run with its scenario and its result.
    ///
    /// - Parameters:
    ///   - result: the document `result.json`; `nil` before the end.
    ///   - timeout: the time limit of a run, which those of the engine alone do not have.
    func document(_ result: JSONValue?, timeout: Duration) -> JSONValue {
        let limit: JSONValue = run.kind == .run ? .double(timeout / .seconds(1)) : .null
        return .object(
            members + [
                .init("timeoutSeconds", limit), .init("scenario", scenario ?? .null), .init("result", result ?? .null),
            ]
        )
    }

    /// What was asked of the service; `nil` for a run that a command of its own made.
    var request: RunRequest? { submission.flatMap { RunRequest($0.request) } }

    private var scenario: JSONValue? {
        if let request { return request.source }
        let intent = run.intent.flatMap { try? JSONReader.read(Array($0.utf8)) }
        return intent?["scenario"]
    }

    private var members: [JSONValue.Member] {
        func time(_ milliseconds: Int64?) -> JSONValue {
            milliseconds.map { .string(Timestamp(milliseconds: $0).description) } ?? .null
        }
        let audit: JSONValue? = verdictEntry.map { ["origin": .string($0.origin), "seq": .integer($0.seq)] }
        return [
            .init("id", .string(run.id)), .init("kind", .string(run.kind.rawValue)),
            .init("name", .string(run.scenario)), .init("target", .string(run.target.rawValue)),
            .init("seed", request.map { .integer(Int($0.seed)) } ?? .null),
            .init("state", .string(run.state.rawValue)),
            .init("actor", submission.map { .string($0.token) } ?? .null),
            .init("submittedAt", time(submission?.submittedAt ?? run.startedAt)),
            .init("startedAt", run.state == .queued ? .null : time(run.startedAt)),
            .init("finishedAt", time(run.finishedAt)), .init("version", .integer(Int(version))),
            .init("cancelRequestedAt", time(submission?.cancelledAt)),
            .init("verdict", run.verdict.map { .string($0) } ?? .null),
            .init("exitCode", run.exitCode.map { .integer(Int($0)) } ?? .null),
            .init("simulationId", run.simulationId.map { .string($0) } ?? .null),
            .init("progress", run.isOver ? .null : progress ?? .null), .init("audit", audit ?? .null),
        ]
    }
}
