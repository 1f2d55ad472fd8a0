/// The agents who wait for a call, the longest waiting first.
struct IdleAgents: ~Copyable {
    /// An agent and the moment since which they wait.
    struct IdleAgent: BitwiseCopyable {
        var number: Int32
        var since: Double
    }

    private let ring: UnsafeMutableBufferPointer<IdleAgent>
    private var first = 0
    private(set) var count = 0

    init(team: Int) {
        ring = .allocate(capacity: team)
        ring.initialize(repeating: IdleAgent(number: 0, since: 0))
    }

    deinit { ring.deallocate() }

    /// All agents of the team wait from this moment on.
    mutating func fill(at time: Double) {
        first = 0
        count = ring.count
        for number in 0..<ring.count { ring[number] = IdleAgent(number: Int32(number), since: time) }
    }

    @inline(__always)
    mutating func append(_ agent: IdleAgent) {
        var place = first &+ count
        if place >= ring.count { place &-= ring.count }
        ring.baseAddress.unsafelyUnwrapped[place] = agent
        count &+= 1
    }

    /// Takes out all agents who fulfil a condition; the others keep their order.
    mutating func remove(where isTaken: (IdleAgent) -> Bool) -> [IdleAgent] {
        var taken: [IdleAgent] = []
        for _ in 0..<count {
            let agent = removeFirst()
            if isTaken(agent) { taken.append(agent) } else { append(agent) }
        }
        return taken
    }

    /// Takes the agent who has waited longest; there is one.
    @inline(__always)
    mutating func removeFirst() -> IdleAgent {
        let agent = ring.baseAddress.unsafelyUnwrapped[first]
        first &+= 1
        if first == ring.count { first = 0 }
        count &-= 1
        return agent
    }
}
