package import Logging
import Synchronization

/// A log that a test can read: each entry as its level, message and fields in alphabetical order.
package final class LogLines: Sendable {
    private struct Handler: LogHandler {
        let log: LogLines
        var logLevel = Logger.Level.trace
        var metadata: Logger.Metadata = [:]

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(event: LogEvent) {
            let fields = metadata.merging(event.metadata ?? [:]) { $1 }.sorted { $0.key < $1.key }
            let words = ["\(event.level)", "\(event.message)"] + fields.map { "\($0.key)=\($0.value)" }
            log.entries.withLock { $0.append(words.joined(separator: " ")) }
        }
    }

    private let entries = Mutex<[String]>([])

    /// Creates an empty log.
    package init() {}

    /// What was logged so far.
    package var lines: [String] { entries.withLock { $0 } }

    /// A logger that writes here.
    package var logger: Logger { Logger(label: "test") { _ in Handler(log: self) } }
}
