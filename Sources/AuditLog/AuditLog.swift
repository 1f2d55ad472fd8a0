import Crypto
package import RingbackHome
import SimulationAPI

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// An append-only log of JSON lines, each of which names the hash of the line before it.
///
/// An entry is on disk when ``append(_:)`` returns: encoded once, one write, `fdatasync`, under the home's lock, so that
/// several processes continue one chain. A last line that a crash tore is cut off, and that is recorded as `recovered`,
/// before anything is appended. The chain shows edits; it cannot show that the tail was cut or everything rewritten.
package struct AuditLog: Sendable {
    private let directory: String
    private let lock: HomeLock
    private let now: @Sendable () -> (seconds: Int64, nanoseconds: Int64)

    /// The `prev` of the first entry.
    static let genesis = String(repeating: "0", count: 64)

    /// A log whose last line is damaged in a way that no crash of ours leaves.
    package struct DamageError: Error, CustomStringConvertible {
        /// The segment and what is wrong with it.
        package var description: String
    }

    /// The log of a home.
    ///
    /// - Parameters:
    ///   - home: the home.
    ///   - now: the wall clock.
    package init(
        _ home: Home,
        now: @escaping @Sendable () -> (seconds: Int64, nanoseconds: Int64) = AuditLog.wallClock
    ) {
        directory = home.auditPath
        lock = home.lock
        self.now = now
    }

    /// Seconds and nanoseconds since 1970, from the system.
    package static func wallClock() -> (seconds: Int64, nanoseconds: Int64) {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return (Int64(time.tv_sec), Int64(time.tv_nsec))
    }

    /// Appends an entry; it is on disk when this returns.
    ///
    /// Blocks the calling thread.
    ///
    /// - Throws: ``FileError`` where a write or sync failed, ``DamageError`` where the log cannot be continued. Then the
    ///   effect that the entry announces must not take place.
    package func append(_ entry: AuditEntry) throws {
        try lock.withLock {
            let segment = try currentSegment()
            let descriptor = try FileSystem.open(segment, FileSystem.readWriteCreate)
            defer { FileSystem.close(descriptor) }
            var tail = try AuditTail.read(descriptor, path: segment)
            if let torn = tail.torn {
                guard ftruncate(descriptor, off_t(tail.end)) == 0 else {
                    throw FileError("cut the torn end of", segment, errno)
                }
                let recovery = AuditEntry(
                    .recovered,
                    runID: nil,
                    actor: entry.actor,
                    payload: [
                        "discardedBytes": .integer(torn.count), "discardedSha256": .string(Self.hash(torn)),
                    ],
                    result: "recovered"
                )
                try append(recovery, after: &tail, descriptor, segment)
            }
            try append(entry, after: &tail, descriptor, segment)
        }
    }

    private func append(
        _ entry: AuditEntry,
        after tail: inout AuditTail,
        _ descriptor: Int32,
        _ segment: String
    ) throws {
        let line = entry.line(
            sequence: tail.sequence + 1,
            timestamp: timestamp(),
            previous: tail.lastLine.map(Self.hash) ?? Self.genesis
        )
        guard lseek(descriptor, off_t(tail.end), SEEK_SET) >= 0 else { throw FileError("seek in", segment, errno) }
        try FileSystem.write(line + [0x0A], to: descriptor, path: segment)
        guard fdatasync(descriptor) == 0 else { throw FileError("sync", segment, errno) }
        tail = AuditTail(lastLine: line, sequence: tail.sequence + 1, end: tail.end + line.count + 1, torn: nil)
    }

    /// The newest segment, the first one made where there is none.
    private func currentSegment() throws -> String {
        let names = try FileSystem.names(in: directory).filter(Self.isSegment)
        if let newest = names.last { return "\(directory)/\(newest)" }
        let first = "\(directory)/00000001.jsonl"
        FileSystem.close(try FileSystem.open(first, FileSystem.readWriteCreate))
        try FileSystem.syncDirectory(directory)
        return first
    }

    /// Whether a file's name is eight digits and `.jsonl`; whatever else lies in the folder is not the log.
    static func isSegment(_ name: String) -> Bool {
        let bytes = Array(name.utf8)
        return bytes.count == 14 && name.hasSuffix(".jsonl")
            && bytes.prefix(8).allSatisfy { (0x30...0x39).contains($0) }
    }

    /// RFC 3339 in UTC with nine digits of fraction.
    private func timestamp() -> String {
        let (seconds, nanoseconds) = now()
        let whole = Timestamp(milliseconds: seconds * 1000).description.dropLast(5)
        let digits = String(nanoseconds)
        return "\(whole).\(String(repeating: "0", count: 9 - digits.count))\(digits)Z"
    }

    /// SHA-256 in hexadecimal.
    static func hash(_ bytes: [UInt8]) -> String {
        let digits = Array("0123456789abcdef".utf8)
        let text = SHA256.hash(data: bytes).flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }
        return String(decoding: text, as: UTF8.self)
    }
}
