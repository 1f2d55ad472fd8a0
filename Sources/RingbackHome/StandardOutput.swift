import Glibc
import Synchronization

/// Standard output, which results, traces and printing monitors share: each call writes its bytes whole.
package enum StandardOutput {
    /// The first error of the system, after which nothing more is written; `EPIPE` if the reader went away.
    package static var failure: FileError? { state.withLock { $0 } }

    /// Writes bytes; a full pipe is waited for.
    ///
    /// - Throws: the first failure, at each call that follows it.
    package static func write(_ bytes: [UInt8]) throws(FileError) {
        let failure = state.withLock { failure -> FileError? in
            guard failure == nil else { return failure }
            do throws(FileError) {
                try FileSystem.write(bytes, to: STDOUT_FILENO, path: "standard output")
            } catch {
                failure = error
            }
            return failure
        }
        if let failure { throw failure }
    }

    private static let state = Mutex<FileError?>(nil)
}
