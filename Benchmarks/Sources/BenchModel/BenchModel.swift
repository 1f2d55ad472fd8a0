public import DialerEngine
internal import DiscreteEvents

/// The contact centre "power 2.5, 100 agents", in which speed is measured, and the policies that run it.
public enum BenchModel {
    /// 100 agents, answers 40 %, talk lognormal (mean 180 s, σ of the logarithm 0.8), wrap-up 30 s, patience 2 s.
    public static var center: ContactCenter {
        var ringing = RingingTimes(Distribution(.exponential(mean: 1), shift: 3))
        ringing[.answered] = Distribution(.exponential(mean: 8), shift: 4)
        ringing[.busy] = Distribution(.exponential(mean: 1), shift: 2)
        ringing[.noAnswer] = .constant(25)
        // e^(0.8²) − 1 is the squared coefficient of variation.
        let sd = 180 * 0.896_480_879_304_951_5.squareRoot()
        var center = ContactCenter(
            agents: 100,
            outcomes: OutcomeProbabilities(
                dialTone: 0,
                busySignal: 0.2,
                noAnswer: 0.25,
                answer: 0.4,
                voicemail: 0.15
            ),
            ringing: ringing,
            talk: Distribution(.lognormal(mean: 180, sd: sd))
        )
        center.wrap = .exponential(mean: 30)
        return center
    }

    /// Every policy, by name.
    public static let policies: [Pacing] = [
        .power(linesPerAgent: DecimalFactor(25, per: 10)), .progressive, .fixedLines(36), .poisson(callsPerHour: 4200),
        .ratio(level: DecimalFactor(12, per: 10)), .vicidial(.init()), .feedback(.init()), .lookahead(.init()),
    ]

    /// A run of so many calls.
    public static func experiment(_ pacing: Pacing, calls: Int, agents: Int = 100, seed: UInt32 = 1) -> Experiment {
        var center = center
        center.agents = agents
        return Experiment(center, pacing: pacing, length: .calls(calls), seed: seed)
    }
}
