/// The state of a simulation: `queued → running → completed | failed | cancelled`.
public enum SimulationState: String, CaseIterable, Hashable, Sendable {
    case queued, running, completed, failed, cancelled

    /// Whether the simulation has ended.
    public var isTerminal: Bool { self == .completed || self == .failed || self == .cancelled }

    /// The place in the order of states.
    public var rank: Int {
        switch self {
        case .queued: 0
        case .running: 1
        case .completed, .failed, .cancelled: 2
        }
    }

    /// Whether a simulation may be seen in this state after `earlier`.
    public func canFollow(_ earlier: SimulationState) -> Bool {
        self == earlier || (rank > earlier.rank && !earlier.isTerminal)
    }
}
