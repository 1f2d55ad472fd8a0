/// The lock of the one service of a home, and who has it.
///
/// The system frees it when the process ends, however it ends; what the holder wrote about itself is only read while
/// somebody holds the lock.
package final class ServiceLock: Sendable {
    /// The id of the lock, under which the service forwards.
    package static let id = "serve"

    private let lock: RunLock
    private let home: Home

    /// Another service has the home.
    package struct HeldError: Error, Hashable, CustomStringConvertible {
        /// What the holder says of itself.
        package var holder: String

        /// Who has it.
        package var description: String { "another service has this home: \(holder)" }
    }

    /// Takes the lock.
    ///
    /// - Throws: ``HeldError`` where another process has it, ``FileError`` where the lock file cannot be opened.
    package init(_ home: Home) throws {
        self.home = home
        guard let lock = try RunLock(home, runID: Self.id) else {
            let text = (try? FileSystem.read(home.servicePath, upTo: 1 << 22)).map {
                String(decoding: $0.prefix(300), as: UTF8.self)
            }
            throw HeldError(holder: text.flatMap { $0.isEmpty ? nil : $0 } ?? "it has only just started")
        }
        self.lock = lock
        // What the one before wrote is not true any more.
        try FileSystem.replace(home.servicePath, with: [])
    }

    /// Tells whoever comes second who has the home: one line, such as the process and the address.
    package func announce(_ holder: String) throws(FileError) {
        try FileSystem.replace(home.servicePath, with: Array(holder.utf8))
    }
}
