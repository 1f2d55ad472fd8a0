import RingbackHome

/// The places of the inbox at which a test lets the process die; see `CrashSwitch`.
package enum InboxPoint: String, CaseIterable {
    case beforeQueue = "inbox-before-queue"
    case afterQueue = "inbox-after-queue"
    case batchTaken = "inbox-batch-taken"
    case locked = "inbox-locked"
    case begun = "inbox-begun"
    case beforeInsert = "inbox-before-insert"
    case afterInsert = "inbox-after-insert"
    case beforeCommit = "inbox-before-commit"
    case afterCommit = "inbox-after-commit"
    case beforeAnswer = "inbox-before-answer"
    case betweenAnswers = "inbox-between-answers"
    case afterAnswers = "inbox-after-answers"

    /// Dies here, where that is wanted.
    func reach() { CrashSwitch.reach(rawValue) }
}
