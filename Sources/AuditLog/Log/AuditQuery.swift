package import ExactJSON

/// Selects entries of a log.
package struct AuditQuery: Hashable, Sendable {
    package var runID: String?
    package var type: String?
    package var from: Timestamp?
    package var to: Timestamp?

    package init() {}

    /// Whether the query selects an entry.
    package func takes(_ record: AuditRecord) -> Bool {
        if let runID, record.runID != runID { return false }
        if let type, record.type != type { return false }
        if let from, record.timestamp.map({ $0 < from }) ?? true { return false }
        if let to, record.timestamp.map({ $0 >= to }) ?? true { return false }
        return true
    }
}

/// An entry as it was read from a log.
package struct AuditRecord: Hashable, Sendable {
    package let json: JSONValue

    package var sequence: Int? { json["seq"]?.integer }
    package var time: String? { json["timestamp"]?.string }
    /// When it was written, to the millisecond.
    package var timestamp: Timestamp? { time.flatMap { Timestamp($0) } }
    package var type: String? { json["eventType"]?.string }
    package var runID: String? { json["runId"]?.string }
    package var simulationID: String? { json["simulationId"]?.string }
    /// The actor: a commitment to a name, and the program.
    package var actor: String? { json["actor"]?.string }
    package var result: String? { json["result"]?.string }
    package var error: String? { json["error"]?.string }
    package var payload: JSONValue? { json["payload"] }
}

extension AuditReader {
    /// Gives every selected entry to `body`, in order, and skips lines that are not entries.
    ///
    /// - Returns: the number of lines that are not entries.
    @discardableResult
    package func each(_ query: AuditQuery = AuditQuery(), _ body: (AuditRecord) throws -> Void) throws -> Int {
        var strange = 0
        try eachRestoredLine { line in
            guard line.isWhole, let json = try? JSONReader.read(Array(line.bytes)), json["seq"]?.integer != nil else {
                strange += 1
                return true
            }
            let record = AuditRecord(json: json)
            if query.takes(record) { try body(record) }
            return true
        }
        return strange
    }
}

extension AuditReader {
    /// The newest selected entries, the newest first.
    ///
    /// Segments are read from the last one on, and no further than is needed.
    ///
    /// - Parameter sequence: only entries before this one; `nil` for the end of the log.
    package func newest(_ query: AuditQuery, before sequence: Int?, limit: Int) throws -> [AuditRecord] {
        var found: [AuditRecord] = []
        for name in try AuditSegments.names(in: directory).reversed() where found.count < limit {
            var here: [AuditRecord] = []
            _ = try Self.eachLine(of: name, in: directory, from: 0) { line in
                guard line.isWhole, let json = try? JSONReader.read(Array(line.bytes)),
                    let number = json["seq"]?.integer
                else { return true }
                if let sequence, number >= sequence { return false }
                let record = AuditRecord(json: json)
                if query.takes(record) { here.append(record) }
                // No more is kept than can be wanted.
                if here.count >= 2 * limit { here.removeFirst(here.count - limit) }
                return true
            }
            found += here.reversed().prefix(limit - found.count)
        }
        return found
    }
}
