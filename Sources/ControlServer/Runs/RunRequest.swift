import Crypto
import DialerStudy
import ExactJSON
import Foundation
import HTTPService
import HTTPTypes
import RingbackHome
import RunReport
import RunStore
import ScenarioFile
import SimulationAPI
import SimulationClient

/// What `POST /v1/runs` asks for: a scenario, and how it is run.
struct RunRequest: Sendable {
    var kind: StoredRun.Kind
    var target: TargetKind
    var seed: UInt32
    /// A run of this home, or `last-pass`.
    var baseline: String?
    /// Which regressions fail the run, as `--fail-on-regression` writes it.
    var gate: String?
    /// The settings of a calibration, by the names of the command's options.
    var calibration: [String: String] = [:]
    /// The place in a trace of the request that asked for the run.
    var trace: String?
    /// The id of that request, which the log has.
    var requestID: String?
    /// The scenario as it was written, as JSON.
    var source: JSONValue

    /// The options of `calibrate` that a query may carry.
    static let calibrationOptions = [
        "over", "agents", "policies", "objective", "profile", "share", "confidence",
    ]

    /// What is kept of the request until a worker takes it.
    var json: JSONValue {
        .object(present: [
            "kind": .string(kind.rawValue), "target": .string(target.rawValue), "seed": .integer(Int(seed)),
            "baseline": baseline.map { .string($0) }, "gate": gate.map { .string($0) },
            "calibration": calibration.isEmpty
                ? nil : .object(calibration.sorted { $0.key < $1.key }.map { .init($0.key, .string($0.value)) }),
            "traceparent": trace.map { .string($0) }, "requestId": requestID.map { .string($0) },
            "scenario": source,
        ])
    }
}

extension RunRequest {
    /// Reads what was kept of a request; `nil` if it is something else.
    init?(_ text: String) {
        guard let json = try? JSONReader.read(Array(text.utf8)),
            let kind = json["kind"]?.string.flatMap({ StoredRun.Kind(rawValue: $0) }),
            let target = json["target"]?.string.flatMap({ TargetKind(rawValue: $0) }),
            let seed = json["seed"]?.integer.flatMap({ UInt32(exactly: $0) }), let source = json["scenario"]
        else { return nil }
        self.init(kind: kind, target: target, seed: seed, source: source)
        (baseline, gate) = (json["baseline"]?.string, json["gate"]?.string)
        (trace, requestID) = (json["traceparent"]?.string, json["requestId"]?.string)
        if case .object(let members)? = json["calibration"] {
            for member in members { calibration[member.name] = member.value.string }
        }
    }

    /// The scenario of the request.
    ///
    /// - Throws: `ScenarioError` if it is not valid.
    func loaded(of runID: String) throws(ScenarioError) -> LoadedScenario {
        try Scenario.parse(text: source.text, file: "run \(runID)")
    }
}

/// Reads a request for a run, or says what is wrong with it.
struct RunRequestReader: Sendable {
    let request: ServiceRequest

    /// A request that can be queued.
    struct Read: Sendable {
        var run: RunRequest
        var loaded: LoadedScenario
        var key: String?
        /// The SHA-256 of query, type and body, by which equal requests are known.
        var digest: [UInt8]
    }

    /// - Throws: `Problem` that says what to send.
    func read() async throws -> Read {
        let parameters = try QueryParameters(
            request,
            known: ["kind", "target", "seed", "baseline", "failOnRegression"] + RunRequest.calibrationOptions
        )
        let kind = try parameters.word("kind", StoredRun.Kind.self) ?? .run
        let key = try key()
        let type = try type()
        let body: [UInt8]
        do { body = try await request.body(upTo: SourceText.maximumBytes) } catch {
            throw error == .tooLarge
                ? Problem.bodyTooLarge("a scenario is at most 1 MiB") : Problem.incompleteBody
        }
        let loaded = try load(body, type, kind)
        var run = RunRequest(
            kind: kind,
            target: try parameters.word("target", TargetKind.self) ?? .sandbox,
            seed: UInt32(try parameters.integer("seed", in: 0...Int64(UInt32.max)) ?? 1),
            source: loaded.scenario.source
        )
        run.baseline = parameters.text("baseline")
        run.gate = parameters.text("failOnRegression")
        run.calibration = try calibrationOptions(parameters, kind)
        if kind == .calibrate {
            let wanted = run
            do {
                // A strict requirement takes seconds to plan, and other requests would wait for this thread meanwhile.
                try await BlockingWork.run { _ = try wanted.calibrationPlan(file: "scenario.\(type.rawValue)") }
            } catch let error as ScenarioError {
                throw RefusedScenario(diagnostics: error.diagnostics)
            }
        }
        if run.gate != nil, run.baseline == nil {
            throw QueryParameters.problem("failOnRegression", "it needs baseline")
        }
        if let gate = run.gate {
            do throws(RegressionGate.SyntaxError) { _ = try RegressionGate(parsing: gate) } catch {
                throw QueryParameters.problem("failOnRegression", "\(error)")
            }
        }
        return Read(run: run, loaded: loaded, key: key, digest: digest(type, body))
    }

    private func calibrationOptions(
        _ parameters: QueryParameters,
        _ kind: StoredRun.Kind
    ) throws(Problem) -> [String: String] {
        var options: [String: String] = [:]
        for name in RunRequest.calibrationOptions {
            guard let value = parameters.text(name) else { continue }
            guard kind == .calibrate else { throw QueryParameters.problem(name, "it belongs to kind=calibrate") }
            options[name] = value
        }
        for name in ["share", "confidence"] {
            guard let text = options[name], CalibrationRequest.share(text) == nil else { continue }
            throw QueryParameters.problem(name, "it must be a share \(CalibrationRequest.sharesInWords), such as 95%")
        }
        if let text = options["objective"], CalibrationObjective(rawValue: text) == nil {
            let words = CalibrationObjective.allCases.map(\.rawValue).joined(separator: " or ")
            throw QueryParameters.problem("objective", "it must be \(words)")
        }
        return options
    }

    private func key() throws(Problem) -> String? {
        let values = request.headers[values: .idempotencyKey]
        guard let value = values.first else { return nil }
        // A string of a structured field, or the plain text.
        let isQuoted = value.count >= 2 && value.hasPrefix("\"") && value.hasSuffix("\"")
        let text = isQuoted ? String(value.dropFirst().dropLast()) : value
        guard values.count == 1, let key = IdempotencyKey(text) else {
            throw Problem(
                status: 400,
                code: "idempotency_key_invalid",
                title: "Idempotency key invalid",
                detail: "send one Idempotency-Key of 1 to 255 characters"
            )
        }
        return key.description
    }

    /// The types of YAML (RFC 9512, and what was used before it).
    private static let yaml = ["application/yaml", "application/x-yaml", "text/yaml", "text/x-yaml"]

    private enum BodyType: String {
        case yaml, json
    }

    private func type() throws(Problem) -> BodyType {
        if request.headers.isIdentityEncoded, let type = request.headers.mediaType {
            if type.isJSON { return .json }
            if Self.yaml.contains(type.type) || type.type.hasSuffix("+yaml") { return .yaml }
        }
        throw Problem(
            status: 415,
            code: "unsupported_media_type",
            title: "Unsupported media type",
            detail:
                "send the scenario with Content-Type: application/yaml or application/json, uncompressed; with curl: "
                + "-H 'Content-Type: application/yaml' --data-binary @scenario.yaml (-d takes the line ends away)"
        )
    }

    private func load(_ body: [UInt8], _ type: BodyType, _ kind: StoredRun.Kind) throws -> LoadedScenario {
        let file = "scenario.\(type.rawValue)"
        do throws(ScenarioError) {
            let loaded = try Scenario.parse(text: try SourceText.text(of: body, file: file), file: file)
            let problems = loaded.problemsInService(kind)
            guard problems.isEmpty else { throw ScenarioError(problems) }
            return loaded
        } catch {
            // A file of one line with several members is what `curl -d @file` leaves of a YAML file.
            let isFlat = type == .yaml && !body.contains(UInt8(ascii: "\n")) && body.count > 80
            let advice = "the body has no line ends: curl's -d takes them away; send it with --data-binary"
            throw RefusedScenario(diagnostics: error.diagnostics, advice: isFlat ? advice : nil)
        }
    }

    private func digest(_ type: BodyType, _ body: [UInt8]) -> [UInt8] {
        var hash = SHA256()
        let query = request.query.map { "\($0.name)=\($0.value)" }.sorted().joined(separator: "\u{1F}")
        hash.update(data: Data("\(query)\u{0}\(type.rawValue)\u{0}".utf8))
        hash.update(data: body)
        return Array(hash.finalize())
    }
}

/// A scenario that the service refuses, with everything that is wrong with it.
struct RefusedScenario: Error {
    var diagnostics: [Diagnostic]
    var advice: String?

    var response: ServiceResponse {
        let count = diagnostics.count { $0.severity == .error }
        let problem = Problem(
            status: 422,
            code: "invalid_scenario",
            title: "Invalid scenario",
            detail: advice ?? "the scenario has \(count == 1 ? "a problem" : "\(count) problems"); see diagnostics"
        )
        var response = ServiceResponse.problem(problem)
        if case .object(let members) = problem.json {
            let all = members + [.init("diagnostics", .array(diagnostics.map(\.json)))]
            response.body = JSONValue.object(all).bytes
        }
        return response
    }
}

extension LoadedScenario {
    /// What is right in a file, and cannot be in a service.
    fileprivate func problemsInService(_ kind: StoredRun.Kind) -> [Diagnostic] {
        var problems = scenario.monitors.indices.filter { [.stdout, .file].contains(scenario.monitors[$0].kind) }.map {
            document.diagnostic(
                .error,
                .monitorStdout,
                "a monitor of kind \(scenario.monitors[$0].kind.rawValue) writes on the machine of the service; use http",
                at: JSONPointer(tokens: ["monitors", "\($0)", "kind"])
            )
        }
        if kind != .run, scenario.experiment(seed: 1) == nil {
            problems.append(
                document.diagnostic(
                    .error,
                    .fieldMissing,
                    "contactCenter is missing: `\(kind.rawValue)` needs agents, ringing, talk and patience",
                    at: JSONPointer(tokens: ["contactCenter"])
                )
            )
        }
        return problems
    }
}
