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
                // What is wrong by its type is not judged again.
                violations += error.list.filter { new in !violations.contains { $0.pointer == new.pointer } }
                return nil
            }
        }
        let payload = take(PayloadRules(maxConcurrent: maxConcurrent).check(json))
        let campaign = take(Campaign.check(json, of: payload))
        guard violations.isEmpty, let payload, let campaign else { throw Violations(violations) }
        self.payload = payload
        experiment = campaign.experiment(of: payload, seed: seed)
    }
}

extension Campaign {
    /// What the engine simulates: until `maxCalls` calls are dialled, the last shift ends or the list is exhausted.
    fileprivate func experiment(of payload: SimulationPayload, seed: UInt32) -> Experiment? {
        guard var experiment = experiment(maxCalls: payload.maxCalls, seed: seed) else { return nil }
        experiment.callLimit = payload.maxCalls
        experiment.center.concurrencyLimit = payload.concurrencyLimit
        for index in experiment.schedule.indices {
            experiment.schedule[index].center.concurrencyLimit = payload.concurrencyLimit
        }
        experiment.compliance = []
        return experiment
    }
}
