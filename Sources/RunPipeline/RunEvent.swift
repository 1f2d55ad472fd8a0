public import RunReport
public import SimulationClient

/// What a run tells while it goes on.
public enum RunEvent: Sendable {
    /// The run has an id and a place; nothing has been sent.
    case began(RunFacts)
    /// A step is done, in a few words such as "token".
    case step(String)
    /// The organisation has no free slot; the run waits.
    case waitingForSlot(SlotWait)
    /// So many other runs of this home are ahead in the queue for a slot.
    case waitingBehind(Int)
    /// How far the simulation is.
    case progress(RunProgress)
    /// Something that a person should know at once.
    case warning(String)
}
