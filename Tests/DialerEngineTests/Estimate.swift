import DialerEngine
import DiscreteEvents
import Foundation

/// A ratio estimate over replications with its standard error: Σa/Σb, since abandonments cluster.
struct Estimate: CustomStringConvertible {
    var value: Double
    var error: Double

    init(
        _ results: [ReplicationResult],
        _ numerator: (ReplicationResult) -> Double,
        per denominator: (ReplicationResult) -> Double
    ) {
        let (a, b) = (results.map(numerator), results.map(denominator))
        let k = Double(results.count)
        let ratio = a.reduce(0, +) / b.reduce(0, +)
        let mean = b.reduce(0, +) / k
        let squares = zip(a, b).reduce(0) { $0 + ($1.0 - ratio * $1.1) * ($1.0 - ratio * $1.1) }
        value = ratio
        error = (squares / (k * (k - 1))).squareRoot() / mean
    }

    static func abandonment(_ results: [ReplicationResult]) -> Estimate {
        Estimate(results) {
            Double($0.measures.calls.abandoned + $0.measures.calls.falsePositives)
        } per: {
            Double($0.measures.calls.answered)
        }
    }

    static func occupancy(_ results: [ReplicationResult]) -> Estimate {
        Estimate(results) {
            $0.measures.busySeconds
        } per: {
            $0.measures.agentSeconds
        }
    }

    static func wait(_ results: [ReplicationResult]) -> Estimate {
        Estimate(results) {
            $0.measures.calls.waitSeconds
        } per: {
            Double($0.measures.calls.answered)
        }
    }

    /// Whether the exact value lies within 4 standard errors; with 10 replications that is a level of about 0.3 %, and the
    /// seeds are fixed.
    func agrees(with exact: Double, within errors: Double = 4) -> Bool { abs(value - exact) <= errors * error }

    var description: String { "\(value) ± \(error)" }
}

/// How much larger the statistical tests are than usual: `RINGBACK_TEST_SCALE`.
let testScale = ProcessInfo.processInfo.environment["RINGBACK_TEST_SCALE"].flatMap { Int($0) } ?? 1

/// Runs replications one after the other.
func replicate(_ experiment: Experiment, _ count: Int = 10) throws -> [ReplicationResult] {
    try (0..<UInt32(count)).map { try Replication.run(experiment, number: $0) }
}

extension OutcomeProbabilities {
    /// Answers with a probability, no answer otherwise.
    static func answering(_ probability: Double) -> OutcomeProbabilities {
        OutcomeProbabilities(dialTone: 0, busySignal: 0, noAnswer: 1 - probability, answer: probability, voicemail: 0)
    }
}

extension ContactCenter {
    /// A contact centre of exponential ringing and handling times whose callers do not wait.
    static func exponential(
        agents: Int,
        answering probability: Double,
        ringing: Double = 15,
        handling: Double = 120
    ) -> ContactCenter {
        var center = ContactCenter(
            agents: agents,
            outcomes: .answering(probability),
            ringing: RingingTimes(.exponential(mean: ringing)),
            talk: .exponential(mean: handling)
        )
        center.patience = .constant(0)
        return center
    }

    /// A queue: every call is answered at once.
    static func queue(servers: Int, service: Double, patience: Distribution) -> ContactCenter {
        var center = ContactCenter(
            agents: servers,
            outcomes: .answering(1),
            ringing: RingingTimes(.constant(0)),
            talk: .exponential(mean: service)
        )
        center.patience = patience
        return center
    }
}
