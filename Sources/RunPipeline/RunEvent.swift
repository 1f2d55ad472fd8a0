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
    /// How far the simulation is.
    case progress(RunProgress)
    /// Something that a person should know at once.
    case warning(String)
}
