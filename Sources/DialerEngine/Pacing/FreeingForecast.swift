/// What a law of handling times says of busy agents: how likely each of them is free within a horizon.
///
/// Time is counted in steps of the law's grid, a thousandth of the longest handling. So what is known of the agents
/// changes only when one of them does, or with the next step.
struct FreeingForecast: Sendable {
    private static let lastStep = 2 * DurationHistory.gridSize

    /// What is known of an agent by the number of steps since the connection.
    private let agents: [SIMD16<Double>]
    private let stepsPerSecond: Double

    // What is known of all agents, as of a step and a number of changes.
    private var step = -1.0
    private var changes = -1
    private var count = 0
    private var terms = FreedAgents.Terms()
    /// The probabilities of those who are likely to be free.
    private var likely: [Double] = []

    init(_ handling: DurationHistory, horizon: Double) {
        stepsPerSecond = handling.pointsPerSecond
        // From twice the range of the grid on, everything has ended.
        agents = (0...Self.lastStep).map { step in
            let probability = handling.endsWithin(horizon, age: Double(step) / handling.pointsPerSecond)
            return FreedAgents.Terms.agent(freeWith: probability)
        }
    }

    /// Adds the busy agents of a moment.
    mutating func addAgents(of view: PacingView, to risk: inout OverdialRisk) {
        let step = (view.time * stepsPerSecond).rounded()
        if step != self.step || view.ages.connectionChanges != changes {
            (self.step, changes) = (step, view.ages.connectionChanges)
            look(at: view.ages.connectionTimes)
        }
        risk.setBusyAgents(count, terms)
        for probability in likely { risk.addBusyAgent(freeWith: probability) }
    }

    private mutating func look(at connectionTimes: UnsafeBufferPointer<Double>) {
        let (step, stepsPerSecond) = (step, stepsPerSecond)
        var terms = FreedAgents.Terms()
        var count = 0
        likely.removeAll(keepingCapacity: true)
        agents.withUnsafeBufferPointer { agents in
            for moment in connectionTimes {
                // Adding 2⁵² rounds to the nearest integer, which then stands in the fraction of the number.
                let place = min(max(0, step - moment * stepsPerSecond), Double(Self.lastStep)) + 0x1p52
                let agent = agents[Int(truncatingIfNeeded: place.bitPattern & 0xFFFF)]
                let busy = agent[FreedAgents.Terms.powers]
                if busy >= 1 - FreedAgents.highestProbability {
                    terms.add(agent)
                    count &+= 1
                    if count & 63 == 0 { terms.rescale() }
                } else {
                    likely.append(1 - busy)
                }
            }
        }
        terms.rescale()
        (self.terms, self.count) = (terms, count)
    }
}
