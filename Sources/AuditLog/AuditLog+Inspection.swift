package import RingbackHome
import SimulationAPI

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

extension AuditLog {
    /// How far a log goes, as its end tells.
    package struct Inspection: Hashable, Sendable {
        /// The files of the log.
        package var segments: Int
        /// The sequence number of the last entry; 0 where there is none.
        package var sequence: Int
        /// When the last entry was written.
        package var timestamp: String?
        /// The bytes of a last line that was not finished.
        package var tornBytes: Int

        /// Creates an inspection.
        package init(segments: Int, sequence: Int, timestamp: String?, tornBytes: Int) {
            self.segments = segments
            self.sequence = sequence
            self.timestamp = timestamp
            self.tornBytes = tornBytes
        }
    }

    /// Reads the last entry of a home's log and changes nothing; `nil` where there is no log yet.
    ///
    /// - Throws: ``FileError`` where it cannot be read, ``DamageError`` where its last line is none of ours.
    package static func inspect(_ home: Home) throws -> Inspection? {
        guard try FileSystem.inspect(home.auditPath) != nil else { return nil }
        let segments = try FileSystem.names(in: home.auditPath).filter(isSegment)
        guard let newest = segments.last else { return nil }
        let path = "\(home.auditPath)/\(newest)"
        let descriptor = try FileSystem.open(path, O_RDONLY)
        defer { FileSystem.close(descriptor) }
        let tail = try AuditTail.read(descriptor, path: path)
        let entry = tail.lastLine.flatMap { try? JSONReader.read($0) }
        return Inspection(
            segments: segments.count,
            sequence: tail.sequence,
            timestamp: entry?["timestamp"]?.string,
            tornBytes: tail.torn?.count ?? 0
        )
    }
}
