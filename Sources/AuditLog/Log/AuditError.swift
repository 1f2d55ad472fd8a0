import RingbackHome
import Synchronization

/// Why an audit log, or a file that belongs to it, cannot be used.
package struct AuditError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What is wrong, for programs.
    package enum Code: Hashable, Sendable {
        /// The log cannot be continued.
        case damaged
        /// An earlier sync of this process failed: what is on the disk is unknown, so nothing more is written.
        case stopped
        /// A file does not hold the key, the checkpoint or the salts that it should hold.
        case malformedFile
        /// The folder holds something else than a log.
        case notALog
        /// The log does not have the entries that a proof is about, or does not fit its own checkpoint.
        case notProvable
    }

    package var code: Code
    /// What is wrong, where it is, and what to do.
    package var description: String

    init(_ code: Code, _ description: String) {
        self.code = code
        self.description = description
    }

    /// The log cannot be continued.
    static func damaged(_ problem: String) -> AuditError {
        AuditError(
            .damaged,
            "\(problem); check it with `ringback audit verify`, keep this home as evidence, and start with a new one (--home)"
        )
    }
}

/// The logs for which a sync of this process has failed.
///
/// The system may have dropped the bytes and report success the next time (fsyncgate), so no run of the process writes to
/// such a log any more; a new process reads what the disk has.
enum FailedSyncs {
    private static let reasons = Mutex<[String: String]>([:])

    /// Remembers a failure.
    static func note(_ error: FileError, of directory: String) {
        reasons.withLock { reasons in
            guard reasons[directory] == nil else { return }
            reasons[directory] =
                "nothing more is written to the audit log after a failed sync (\(error)); check the disk, then start again"
        }
    }

    /// - Throws: ``AuditError`` if a sync of the log in this folder has failed.
    static func check(_ directory: String) throws(AuditError) {
        guard let reason = reasons.withLock({ $0[directory] }) else { return }
        throw AuditError(.stopped, reason)
    }
}
