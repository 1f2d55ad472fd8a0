internal import DialerEngine
internal import DiscreteEvents

/// An experiment whose results are known from theory.
struct Scenario: Sendable {
    /// The model.
    var model: String
    /// Its parameters.
    var parameters: String
    /// Where the formulas come from.
    var source: String
    /// The contact centre.
    var center: ContactCenter
    /// How it dials.
    var pacing: Pacing
    /// Calls of all replications, in millions; more where they are strongly correlated.
    var millions = 2.0
    /// The seconds at the start of a replication that are left out.
    var warmUp = 1200.0
    /// The rules by which abandonment is judged.
    var compliance: [ComplianceProfile] = []
    /// What is known.
    var exact: [(Quantity, Double)]

    /// Runs the replications and compares.
    func comparisons(_ simulator: Simulator) async throws -> [Comparison] { compare(try await simulator.run(self)) }

    /// Compares the results of the replications with what is known.
    func compare(_ results: [ReplicationResult]) -> [Comparison] {
        exact.map { quantity, exact in
            Comparison(
                model,
                parameters,
                quantity.name,
                exact: exact,
                estimate: quantity.estimate(results),
                source: source
            )
        }
    }
}

extension [Scenario] {
    /// Runs one after the other and compares.
    func comparisons(_ simulator: Simulator) async throws -> [Comparison] {
        var comparisons: [Comparison] = []
        for scenario in self { comparisons += try await scenario.comparisons(simulator) }
        return comparisons
    }
}

extension OutcomeProbabilities {
    /// Answers with a probability, no answer otherwise.
    static func answering(_ probability: Double) -> OutcomeProbabilities {
        OutcomeProbabilities(dialTone: 0, busySignal: 0, noAnswer: 1 - probability, answer: probability, voicemail: 0)
    }
}

extension ContactCenter {
    /// A contact centre of exponential ringing and handling times whose callers do not wait.
    static func exponential(agents: Int, answering probability: Double, ringing: Double, handle: Double) -> Self {
        var center = ContactCenter(
            agents: agents,
            outcomes: .answering(probability),
            ringing: RingingTimes(.exponential(mean: ringing)),
            talk: .exponential(mean: handle)
        )
        center.patience = .constant(0)
        return center
    }

    /// A queue: every call is answered at once.
    static func queue(servers: Int, service: Distribution, patience: Distribution) -> Self {
        var center = ContactCenter(
            agents: servers,
            outcomes: .answering(1),
            ringing: RingingTimes(.constant(0)),
            talk: service
        )
        center.patience = patience
        return center
    }
}
