public import RunReport
public import SimulationClient

/// What a run reports while it goes on.
public enum RunEvent: Sendable {
    /// The run has an id and a target; nothing has been sent.
    case began(RunFacts)
    case step(RunStep)
    /// The organisation has no free slot; the run waits.
    case waitingForSlot(SlotWait)
    /// The run waits for a slot that other runs of the home hold.
    case waitingBehind(SlotPlace)
    case progress(RunProgress)
    /// A warning that the user should see at once.
    case warning(String)
    /// Something that the run could not tidy up, such as a simulation that may still run; to be shown in any case.
    case leftUndone(String)
}

/// A step that a run has done on the way to its simulation.
public enum RunStep: Hashable, Sendable, CustomStringConvertible {
    /// The scenario is valid.
    case validated
    /// The run goes on after its process died.
    case resumed
    case token
    /// The run holds this slot of its pool, from 1; while it holds the slot, no other run has the same number.
    case slot(number: Int, of: Int)
    /// The simulation with this id was created or found.
    case dispatched(String)

    /// The step in a few words, such as `slot 3 of 5`.
    public var description: String {
        switch self {
        case .validated: "scenario valid"
        case .resumed: "resumed"
        case .token: "token"
        case .slot(let number, let count): "slot \(number) of \(count)"
        case .dispatched(let id): "dispatched \(id)"
        }
    }
}
