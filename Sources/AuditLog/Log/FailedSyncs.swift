import RingbackHome
import Synchronization

/// The logs that a sync of this process has failed for.
///
/// The system may have thrown the bytes away and say yes the next time (fsyncgate), so no run of the process writes to
/// such a log any more; a new process reads from the disk what there is.
enum FailedSyncs {
    private static let reasons = Mutex<[String: String]>([:])

    /// Remembers a failure.
    static func note(_ error: FileError, of directory: String) {
        reasons.withLock { reasons in
            guard reasons[directory] == nil else { return }
            reasons[directory] =
                "nothing more is written to the audit log after a failed sync (\(error)); look at the disk, then begin again"
        }
    }

    /// - Throws: ``AuditLog/StoppedError`` where one has failed.
    static func check(_ directory: String) throws(AuditLog.StoppedError) {
        guard let reason = reasons.withLock({ $0[directory] }) else { return }
        throw AuditLog.StoppedError(description: reason)
    }
}
