/// The state of a call.
///
/// A call goes `dialing → ringing → answered → connected → completed`, or ends `abandoned` when it was answered and
/// no agent came in time. Unanswered calls go to `completed` with their outcome; dial tone and busy do not ring.
public enum CallState: String, CaseIterable, Hashable, Sendable {
    case dialing, ringing, answered, connected, completed, abandoned

    /// The place in the order of states; a call's rank never falls while time rises.
    public var rank: Int {
        switch self {
        case .dialing: 0
        case .ringing: 1
        case .answered: 2
        case .connected: 3
        case .completed, .abandoned: 4
        }
    }

    /// Whether the call is over: one final event per call.
    public var isFinal: Bool { rank == 4 }
}
