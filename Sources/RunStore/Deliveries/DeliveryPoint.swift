import RingbackHome

/// The places of forwarding at which a test lets the process die; see `CrashSwitch`.
package enum DeliveryPoint: String, CaseIterable {
    case beforeSend = "delivery-before-send"
    case afterAnswer = "delivery-after-answer"
    case beforeCommit = "delivery-before-commit"
    case afterCommit = "delivery-after-commit"

    /// Dies here, where that is wanted.
    package func reach() { CrashSwitch.reach(rawValue) }
}
