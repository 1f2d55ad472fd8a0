#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// A place at which a test lets the process die, to see that a run can be resumed from there.
///
/// `RINGBACK_CRASH_AT=after-intent` kills the process with SIGKILL when it comes there. Without the variable nothing happens.
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

    private static let wanted: String? = getenv("RINGBACK_CRASH_AT").map { String(cString: $0) }

    /// Dies here, where that is wanted.
    func reach() {
        if Self.wanted == rawValue { kill(getpid(), SIGKILL) }
    }
}
