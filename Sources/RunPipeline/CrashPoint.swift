import RingbackHome

/// A place at which a test lets the process die, to see that a run can be resumed from there.
///
/// `RINGBACK_CRASH_AT` names it; see `CrashSwitch`.
enum CrashPoint: String, CaseIterable {
    case afterValidation = "after-validation"
    case afterToken = "after-token"
    case afterSlot = "after-slot"
    case beforeIntent = "before-intent"
    case afterIntent = "after-intent"
    case afterCreate = "after-create"
    case afterDispatch = "after-dispatch"
    case afterTracking = "after-tracking"
    case afterDrain = "after-drain"
    case afterAggregation = "after-aggregation"
    case afterFiles = "after-files"
    case beforeVerdict = "before-verdict"

    /// Dies here, where that is wanted.
    func reach() { CrashSwitch.reach(rawValue) }
}
