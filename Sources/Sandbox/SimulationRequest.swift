import DialerEngine
import ExactJSON
import ScenarioFile
import SimulationAPI

/// What a create asks for: the payload, and its contact centre, if it has one.
struct SimulationRequest: Sendable {
    let payload: SimulationPayload
    /// What the engine simulates; nil if virtual agents never run short.
    let experiment: Experiment?

    /// A request without a contact centre.
    init(_ payload: SimulationPayload) { (self.payload, experiment) = (payload, nil) }

    /// Checks a document against the payload rules and those of the extensions; all problems are thrown at once.
    ///
    /// Without `pacing` the contact centre dials progressively.
    ///
    /// - Parameters:
    ///   - maxConcurrent: The highest `concurrencyLimit`.
    ///   - seed: Every random number follows from it.
    init(_ json: JSONValue, maxConcurrent: Int, seed: UInt32) throws(Violations) {
        var violations: [Violation] = []
        func take<Value>(_ result: Result<Value, Violations>) -> Value? {
            do { return try result.get() } catch {
                violations += error.list
                return nil
            }
        }
        let payload = take(PayloadRules(maxConcurrent: maxConcurrent).check(json))
        // If the payload is wrong, the request is refused anyway, and any outcomes will do.
        let outcomes = payload?.outcomes.probabilities ?? .nobodyAnswers
        var center: ContactCenter?
        if let member = json["contactCenter"], case .object = member {
            center = take(ContactCenter.check(member, at: JSONPointer(tokens: ["contactCenter"]), outcomes: outcomes))
        }
        var pacing = Pacing.progressive
        if let member = json["pacing"], member.isObject || member.string != nil {
            pacing = take(Pacing.check(member, at: JSONPointer(tokens: ["pacing"]))) ?? pacing
            if json["contactCenter"] == nil || json["contactCenter"] == .null {
                violations.append(
                    Violation(
                        JSONPointer(tokens: ["contactCenter"]),
                        .fieldMissing,
                        "contactCenter is missing: pacing says how its agents are served"
                    )
                )
            }
        }
        guard violations.isEmpty, let payload else { throw Violations(violations) }
        self.payload = payload
        experiment = center.map { center in
            var center = center
            center.concurrencyLimit = payload.concurrencyLimit
            var experiment = Experiment(center, pacing: pacing, length: .calls(payload.maxCalls), seed: seed)
            experiment.compliance = []
            return experiment
        }
    }
}
