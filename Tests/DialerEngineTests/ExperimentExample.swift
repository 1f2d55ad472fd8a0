import DialerEngine
import DiscreteEvents

func comparePolicies(shifts: Int) async throws -> [String: (occupancy: Double, abandoned: Double)] {
    var center = ContactCenter(
        agents: 20,
        outcomes: OutcomeProbabilities(dialTone: 0.05, busySignal: 0.05, noAnswer: 0.5, answer: 0.3, voicemail: 0.1),
        ringing: RingingTimes(Distribution(.uniform(min: 5, max: 20))),
        talk: Distribution(.lognormal(mean: 120, sd: 100))
    )
    center.wrap = .exponential(mean: 20)
    var comparison: [String: (occupancy: Double, abandoned: Double)] = [:]
    for pacing in [Pacing.progressive, .power(linesPerAgent: DecimalFactor(1.5))] {
        let length = Experiment.Length.shifts(seconds: 8 * 3600, days: 1)
        let experiment = Experiment(center, pacing: pacing, length: length, seed: 1)
        let results = try await Replications.run(experiment, count: shifts, threads: 2)
        var total = Measures()
        for result in results { total += result.measures }
        comparison[pacing.name.rawValue] = (total.occupancy, total.abandonmentRate)
    }
    return comparison
}
