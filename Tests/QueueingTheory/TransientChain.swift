import RealModule

/// A weight for each of some states, such as a probability or a time, in a fixed order.
package struct StateWeights<State: Hashable & Sendable>: Sendable {
    /// The states, in the order in which they were added.
    package private(set) var states: [State] = []
    /// Their weights.
    package private(set) var values: [Double] = []
    private var places: [State: Int] = [:]

    /// Creates weights without any state.
    package init() {}

    /// Creates a weight of 1 for one state.
    package init(_ state: State) { add(1, to: state) }

    /// Adds to the weight of a state.
    package mutating func add(_ weight: Double, to state: State) {
        if let place = places[state] {
            values[place] += weight
        } else {
            places[state] = states.count
            states.append(state)
            values.append(weight)
        }
    }

    /// The weight of a state; 0 for one that was never added.
    package subscript(state: State) -> Double { places[state].map { values[$0] } ?? 0 }

    /// Returns Σ weight·value over the states.
    package func sum(_ value: (State) -> Double) -> Double {
        zip(states, values).reduce(0) { $0 + $1.1 * value($1.0) }
    }

    /// Returns the weights after each state has become another one.
    package func map(_ change: (State) -> State) -> StateWeights {
        var changed = StateWeights()
        for (state, value) in zip(states, values) { changed.add(value, to: change(state)) }
        return changed
    }
}

/// A Markov chain in continuous time with constant rates, followed from any distribution over its states.
///
/// Uniformisation: with a rate Λ no smaller than that of any state, the chain jumps at the moments of a Poisson process of
/// rate Λ with the matrix P = I + Q/Λ. With N the number of jumps until t, π(t) = Σ P(N = k)·π(0)·Pᵏ and
/// ∫₀ᵗ π(s) ds = (1/Λ) Σ P(N > k)·π(0)·Pᵏ. All terms are positive, so nothing is lost by subtraction.
/// Sources: Jensen, Skandinavisk Aktuarietidskrift 36 (1953) 87; Reibman and Trivedi, Stochastic Models 5 (1989) 683.
package struct TransientChain<State: Hashable & Sendable>: Sendable {
    /// The largest mean number of jumps of one step: e⁻⁴⁰⁰ is still a normal number.
    private static var mostJumps: Double { 400 }
    /// The probability that a step leaves out.
    private static var tolerance: Double { 1e-18 }

    /// All states that can be reached.
    package private(set) var states: [State] = []
    private var places: [State: Int] = [:]
    // The transitions of all states one after the other; those of a state begin at its place in `starts`.
    private var starts = [0]
    private var targets: [Int] = []
    private var rates: [Double] = []
    private var exits: [Double] = []

    /// Finds every state that can be reached.
    ///
    /// - Parameters:
    ///   - first: The states in which the chain may start.
    ///   - transitions: The states that follow a state, with their rates; several may be the same.
    package init(from first: [State], transitions: (State) -> [(state: State, rate: Double)]) {
        func place(_ state: State) -> Int {
            if let place = places[state] { return place }
            places[state] = states.count
            states.append(state)
            return states.count - 1
        }
        for state in first { _ = place(state) }
        var next = 0
        while next < states.count {
            var exit = 0.0
            for (state, rate) in transitions(states[next]) where rate > 0 && state != states[next] {
                targets.append(place(state))
                rates.append(rate)
                exit += rate
            }
            starts.append(targets.count)
            exits.append(exit)
            next += 1
        }
    }

    /// Where the chain is after a time, and how long it has been where.
    package struct Course: Sendable {
        /// The distribution at the end.
        package var end: StateWeights<State>
        /// The expected time in each state.
        package var occupation: StateWeights<State>
        /// A bound of Σ|error| of ``end``: probability is left out, and none is added.
        package var endError: Double
        /// A bound of Σ|error| of ``occupation``, in units of time.
        package var occupationError: Double
    }

    /// Follows the chain for a time.
    package func follow(_ start: StateWeights<State>, for time: Double) -> Course {
        precondition(time >= 0, "time does not go back")
        var now = vector(start)
        var occupation = [Double](repeating: 0, count: states.count)
        var (endError, occupationError) = (0.0, 0.0)
        let rate = exits.max() ?? 0
        guard rate > 0 else {
            return Course(
                end: weights(now),
                occupation: weights(now.map { $0 * time }),
                endError: 0,
                occupationError: 0
            )
        }
        let steps = max(1, (rate * time / Self.mostJumps).rounded(.up))
        let jumps = PoissonTerms(mean: rate * time / steps, tolerance: Self.tolerance)
        for _ in 0..<Int(steps) {
            // What is missing at the start of a step is missing for all of it.
            occupationError += endError * time / steps + jumps.missingLater / rate
            endError += jumps.missing
            var end = [Double](repeating: 0, count: states.count)
            for jump in jumps.probabilities.indices {
                if jump > 0 { now = afterJump(now, rate) }
                let (probability, later) = (jumps.probabilities[jump], jumps.later[jump] / rate)
                for place in now.indices {
                    end[place] += probability * now[place]
                    occupation[place] += later * now[place]
                }
            }
            now = end
        }
        return Course(
            end: weights(now),
            occupation: weights(occupation),
            endError: endError,
            occupationError: occupationError
        )
    }

    /// Returns the expected time in each state until the chain stops, which it has to do: no state comes twice (a
    /// precondition), so each is entered at most once.
    package func followToTheEnd(_ start: StateWeights<State>) -> StateWeights<State> {
        var entries = [Int](repeating: 0, count: states.count)
        for target in targets { entries[target] += 1 }
        var ready = states.indices.filter { entries[$0] == 0 }
        var visits = vector(start)
        var occupation = [Double](repeating: 0, count: states.count)
        var next = 0
        while next < ready.count {
            let place = ready[next]
            next += 1
            if exits[place] > 0 { occupation[place] = visits[place] / exits[place] }
            for transition in starts[place]..<starts[place + 1] {
                let target = targets[transition]
                visits[target] += occupation[place] * rates[transition]
                entries[target] -= 1
                if entries[target] == 0 { ready.append(target) }
            }
        }
        precondition(ready.count == states.count, "no state comes twice")
        return weights(occupation)
    }

    private func afterJump(_ now: [Double], _ rate: Double) -> [Double] {
        var next = now
        for place in now.indices where now[place] > 0 {
            let flow = now[place] / rate
            next[place] -= flow * exits[place]
            for transition in starts[place]..<starts[place + 1] {
                next[targets[transition]] += flow * rates[transition]
            }
        }
        return next
    }

    private func vector(_ weights: StateWeights<State>) -> [Double] {
        var vector = [Double](repeating: 0, count: states.count)
        for (state, value) in zip(weights.states, weights.values) {
            guard let place = places[state] else { preconditionFailure("the chain knows where it starts") }
            vector[place] = value
        }
        return vector
    }

    private func weights(_ vector: [Double]) -> StateWeights<State> {
        var weights = StateWeights<State>()
        for (state, value) in zip(states, vector) { weights.add(value, to: state) }
        return weights
    }
}

/// The first probabilities of a Poisson distribution, as many as are needed.
struct PoissonTerms {
    /// P(N = k).
    private(set) var probabilities: [Double]
    /// P(N > k) of the numbers that are not left out.
    private(set) var later: [Double]
    /// A bound of P(N > the last k), which is left out.
    let missing: Double
    /// A bound of what is left out of Σ P(N > k).
    let missingLater: Double

    init(mean: Double, tolerance: Double) {
        probabilities = [.exp(-mean)]
        while true {
            let next = Double(probabilities.count)
            let term = (probabilities.last ?? 0) * mean / next
            // From here each term is at most this share of the one before.
            let share = mean / (next + 1)
            let tail = share < 1 ? term / (1 - share) : .infinity
            if tail < tolerance {
                missing = tail
                // P(N > k) beyond the last, and what `later` lacks for each k up to it.
                missingLater = tail * next + tail / (1 - share)
                break
            }
            probabilities.append(term)
        }
        later = probabilities
        var sum = 0.0
        for place in probabilities.indices.reversed() {
            later[place] = sum
            sum += probabilities[place]
        }
    }
}
