import ExactJSON
package import RingbackHome

extension AuditLog {
    /// The end of a log, read from its newest segment.
    package struct Inspection: Hashable, Sendable {
        package var segments: Int
        /// The sequence number of the last entry; 0 if the log is empty.
        package var sequence: Int
        /// When the last entry was written.
        package var timestamp: String?
        package var tornBytes: Int

        package init(segments: Int, sequence: Int, timestamp: String?, tornBytes: Int) {
            self.segments = segments
            self.sequence = sequence
            self.timestamp = timestamp
            self.tornBytes = tornBytes
        }
    }

    /// Reads the newest segment of a home's log and changes nothing; returns nil if there is no log yet.
    ///
    /// - Throws: ``FileError`` if the log cannot be read, ``AuditError`` if it cannot be continued.
    package static func inspect(_ home: Home) throws -> Inspection? {
        guard try FileSystem.inspect(home.auditPath) != nil,
            let cursor = try AuditCursor.open(home.auditPath, rootsAt: [])
        else { return nil }
        var timestamp: String?
        _ = try AuditReader.eachLine(of: cursor.segment, in: home.auditPath, from: cursor.lastLine) { line in
            if line.isWhole { timestamp = (try? JSONReader.read(Array(line.bytes)))?["timestamp"]?.string }
            return false
        }
        return Inspection(
            segments: try AuditSegments.names(in: home.auditPath).count,
            sequence: cursor.sequence,
            timestamp: timestamp,
            tornBytes: cursor.torn?.count ?? 0
        )
    }
}
