internal import DiscreteEvents

/// Calls of the past from which a dialer knows its durations: draws from the laws of the contact centre.
struct PastCalls {
    /// From dialling until a live call asks for an agent, in seconds.
    var answers: [Double] = []
    /// From dialling until the line of any other call is free, in seconds.
    var failures: [Double] = []
    /// From an agent's connection to the next readiness, in seconds.
    var handling: [Double] = []
    /// The probability that a dialled call asks for an agent.
    let liveProbability: Double

    init(_ center: ContactCenter, seed: UInt32) {
        let stream = RandomStream(seed: seed, replication: .max)
        let outcomes = center.outcomes
        let detection = center.detection
        liveProbability =
            outcomes.answer * (1 - (detection?.falsePositive ?? 0))
            + outcomes.voicemail * (detection?.falseNegative ?? 0)
        let samplers = AttemptOutcome.allCases.map { Sampler(center.ringing[$0]) }
        let delay = Sampler(detection?.delay ?? .constant(0))
        let (talk, wrap) = (Sampler(center.talk), Sampler(center.wrap))
        let failed = outcomes.givenNoAnswer
        for index in 0..<UInt64(DurationHistory.size) {
            var draws = stream.draws(index: index, purpose: DrawPurpose.history.rawValue)
            func duration(_ sampler: Sampler) -> Double { max(0, sampler.sample(&draws)) }
            answers.append(duration(samplers[Int(AttemptOutcome.answered.rawValue)]) + duration(delay))
            handling.append(duration(talk) + duration(wrap))
            let outcome = failed.outcome(at: draws.uniform())
            let analysed = outcome == .voicemail ? duration(delay) : 0
            failures.append(duration(samplers[Int(outcome.rawValue)]) + analysed)
        }
    }
}
