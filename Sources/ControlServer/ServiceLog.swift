import Addresses
package import ExactJSON
package import Logging

/// Writes each log entry as one line: text for people, or a JSON object for programs.
///
/// Entries carry words and numbers about requests and deliveries; bodies and secrets are never logged.
package struct ServiceLog: LogHandler {
    /// How a line is written.
    package enum Format: String, CaseIterable, Sendable {
        /// `2026-11-29T12:00:00.000Z warning delivery failed: delivery=7 monitor=qa`.
        case text
        /// `{"time":"2026-11-29T12:00:00.000Z","level":"warning","message":"delivery failed",…}`.
        case json
    }

    package var logLevel = Logger.Level.info
    package var metadata: Logger.Metadata = [:]
    private let format: Format
    private let now: @Sendable () -> Timestamp
    private let write: @Sendable (_ line: String) -> Void

    /// Creates a log of entries from `level` on; `write` gets each line without a newline.
    package init(
        _ format: Format,
        level: Logger.Level,
        now: @escaping @Sendable () -> Timestamp = { WallClock.now },
        write: @escaping @Sendable (_ line: String) -> Void
    ) {
        self.format = format
        self.now = now
        self.write = write
        logLevel = level
    }

    package subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    package func log(event: LogEvent) {
        let fields = metadata.merging(event.metadata ?? [:]) { $1 }.sorted { $0.key < $1.key }
        switch format {
        case .text:
            let list = fields.map { " \($0.key)=\(Self.text("\($0.value)"))" }.joined()
            write("\(now()) \(event.level) \(PrintableText.line("\(event.message)"))\(list.isEmpty ? "" : ":" + list)")
        case .json:
            let members = [
                JSONValue.Member("time", .string("\(now())")), .init("level", .string("\(event.level)")),
                .init("message", .string("\(event.message)")),
            ]
            write(JSONValue.object(members + fields.map { .init($0.key, Self.json($0.value)) }).text)
        }
    }

    /// A value as one word: quoted if it has blanks or quotes.
    private static func text(_ value: String) -> String {
        let line = PrintableText.line(value)
        let isWord = !line.isEmpty && !line.contains { $0 == " " || $0 == "\"" || $0 == "=" }
        return isWord ? line : JSONValue.string(line).text
    }

    private static func json(_ value: Logger.Metadata.Value) -> JSONValue {
        switch value {
        case .string(let text): .string(text)
        case .stringConvertible(let number as Int): .integer(number)
        case .stringConvertible(let flag as Bool): .bool(flag)
        case .stringConvertible(let other): .string("\(other)")
        case .array(let values): .array(values.map(json))
        case .dictionary(let fields): .object(fields.sorted { $0.key < $1.key }.map { .init($0.key, json($0.value)) })
        }
    }
}
