import RingbackHome
import SimulationAPI

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Writes a log; one thread at a time has it, and every commit holds the home's lock.
struct AuditWriter {
    private let directory: String
    private let lock: HomeLock
    private let limits: AuditLog.Limits
    private let timestamp: @Sendable () -> String
    private let keyring: AuditKeyring
    /// The end of the log as it was after the last commit; `nil` before the first one, and after one that failed.
    private var cursor: AuditCursor?
    /// The entries that the newest checkpoint covers, as far as is known here.
    private var covered = 0
    /// When the oldest entry without a checkpoint came.
    private var uncoveredSince: ContinuousClock.Instant?
    private var stopReason: String?

    init(_ home: Home, limits: AuditLog.Limits, timestamp: @escaping @Sendable () -> String) {
        directory = home.auditPath
        lock = home.lock
        keyring = AuditKeyring(home)
        self.limits = limits
        self.timestamp = timestamp
    }

    /// Appends entries; they are on disk when this returns.
    ///
    /// - Returns: whether the newest checkpoint covers them.
    mutating func commit(_ entries: [AuditEntry]) throws -> Bool {
        guard let actor = entries.first?.actor else { return true }
        try exclusively { writer, cursor in
            try writer.recover(&cursor, actor: actor)
            if cursor.end >= writer.limits.segmentBytes || cursor.unbegun != nil {
                try writer.rotate(&cursor, actor: actor)
            }
            try writer.append(entries, &cursor)
            let isOld = writer.uncoveredSince.map { $0.duration(to: .now) >= writer.limits.checkpointInterval } ?? false
            if isOld || cursor.sequence - writer.covered >= writer.limits.checkpointEntries {
                _ = try writer.sign(cursor)
            }
        }
        return uncoveredSince == nil
    }

    /// Makes a checkpoint over every entry; the one that is there, where it covers them already.
    mutating func checkpoint() throws -> SignedCheckpoint {
        try exclusively { writer, cursor in
            if let there = try writer.keyring.published(), there.checkpoint.size == cursor.sequence { return there }
            return try writer.sign(cursor)
        }
    }

    /// Makes a checkpoint where an entry has been without one for too long.
    mutating func checkpointIfOld() throws {
        guard let since = uncoveredSince, since.duration(to: .now) >= limits.checkpointInterval else { return }
        _ = try checkpoint()
    }

    /// Replaces the key that signs.
    mutating func rotateKey(actor: String) throws -> SignedCheckpoint {
        try exclusively { writer, cursor in
            try writer.recover(&cursor, actor: actor)
            let succession = try writer.keyring.successor()
            let entry = AuditEntry(.rotated, runID: nil, actor: actor, payload: succession.payload, result: "key")
            try writer.append([entry], &cursor)
            // Both sign the checkpoint over the succession; from then on the new one alone does.
            let checkpoint = try writer.sign(cursor, by: [succession.old, succession.new])
            try writer.keyring.replace(by: succession.new)
            return checkpoint
        }
    }

    /// Runs `body` with the end of the log while no other process writes; an error makes the next one look again.
    private mutating func exclusively<Result>(
        _ body: (inout AuditWriter, inout AuditCursor) throws -> Result
    ) throws -> Result {
        if let stopReason { throw AuditLog.StoppedError(description: stopReason) }
        var writer = self
        defer { self = writer }
        writer.cursor = nil
        let known = cursor
        return try lock.withLock {
            var cursor = try writer.current(known)
            let result = try body(&writer, &cursor)
            writer.cursor = cursor
            return result
        }
    }

    /// The end of the log as it is now.
    private mutating func current(_ known: AuditCursor?) throws -> AuditCursor {
        if var cursor = known, try AuditSegments.names(in: directory).last == cursor.segment {
            try cursor.readOn(directory)
            return cursor
        }
        let newest = try keyring.newest()?.checkpoint
        let sizes = Set([newest?.size].compactMap { $0 })
        guard let cursor = try AuditCursor.open(directory, rootsAt: sizes) else {
            guard newest?.size ?? 0 == 0 else { throw AuditLog.DamageError("the log in \(directory) is gone") }
            return AuditCursor(segment: AuditSegments.name(1))
        }
        if let newest {
            guard newest.size <= cursor.sequence else {
                throw AuditLog.DamageError(
                    "the log in \(directory) ends with entry \(cursor.sequence), and a checkpoint covers \(newest.size)"
                )
            }
            // A checkpoint over earlier segments alone: they have to be read.
            let root = try cursor.passed[newest.size] ?? AuditCursor.roots(of: directory, at: sizes)[newest.size]
            guard root == newest.root else {
                throw AuditLog.DamageError("the log in \(directory) is not what its checkpoint was signed for")
            }
        }
        covered = newest?.size ?? 0
        uncoveredSince = covered < cursor.sequence ? .now : nil
        return cursor
    }

    /// Cuts off a line that a crash left unfinished, and records that.
    private mutating func recover(_ cursor: inout AuditCursor, actor: String) throws {
        guard let torn = cursor.torn else { return }
        let path = "\(directory)/\(cursor.segment)"
        let descriptor = try FileSystem.open(path, O_RDWR)
        defer { FileSystem.close(descriptor) }
        guard ftruncate(descriptor, off_t(cursor.end)) == 0 else {
            throw FileError("cut the torn end of", path, errno)
        }
        try sync(descriptor, path)
        cursor.torn = nil
        try append([recovery(of: torn, actor: actor)], &cursor)
    }

    /// What is said of bytes that were cut off.
    private func recovery(of torn: [UInt8], actor: String) -> AuditEntry {
        let payload: JSONValue = [
            "discardedBytes": .integer(torn.count),
            "discardedSha256": .string(torn.withUnsafeBytes { MerkleHash(of: $0).hexadecimal }),
        ]
        return AuditEntry(.recovered, runID: nil, actor: actor, payload: payload, result: "recovered")
    }

    /// Ends the newest segment with a checkpoint, and begins another one that says what was before it.
    private mutating func rotate(_ cursor: inout AuditCursor, actor: String) throws {
        _ = try sign(cursor)
        let payload = RotationRecord.payload(after: cursor.segment, bytes: cursor.end, cursor.frontier)
        cursor.segment = AuditSegments.name(AuditSegments.number(cursor.segment) + 1)
        cursor.end = 0
        try append([AuditEntry(.rotated, runID: nil, actor: actor, payload: payload, result: "segment")], &cursor)
        let unbegun = cursor.unbegun
        cursor.unbegun = nil
        if let unbegun, !unbegun.isEmpty { try append([recovery(of: unbegun, actor: actor)], &cursor) }
    }

    private mutating func append(_ entries: [AuditEntry], _ cursor: inout AuditCursor) throws {
        let path = "\(directory)/\(cursor.segment)"
        let descriptor = try FileSystem.open(path, FileSystem.readWriteCreate)
        defer { FileSystem.close(descriptor) }
        let start = cursor.end
        // Also where somebody else made the file: its name may not be on disk yet.
        if start == 0 { try FileSystem.syncDirectory(directory) }
        var bytes: [UInt8] = []
        for entry in entries {
            let line = entry.line(
                sequence: cursor.sequence + 1,
                timestamp: timestamp(),
                previous: cursor.lastHash.hexadecimal
            )
            line.withUnsafeBytes { cursor.take($0) }
            bytes += line
            bytes.append(0x0A)
        }
        // What a crash left of a first line is no part of the log.
        guard start > 0 || ftruncate(descriptor, 0) == 0 else { throw FileError("cut", path, errno) }
        guard lseek(descriptor, off_t(start), SEEK_SET) >= 0 else { throw FileError("seek in", path, errno) }
        try FileSystem.write(bytes, to: descriptor, path: path)
        try sync(descriptor, path)
        if uncoveredSince == nil { uncoveredSince = .now }
    }

    /// A failed sync stops the log for good: the system may have thrown the bytes away and say yes the next time.
    private mutating func sync(_ descriptor: Int32, _ path: String) throws {
        guard fdatasync(descriptor) != 0 else { return }
        let error = FileError("sync", path, errno)
        stopReason = "nothing more is written to the audit log after a failed sync (\(error)); look at the disk"
        throw error
    }

    private mutating func sign(_ cursor: AuditCursor, by signers: [NoteSigner]? = nil) throws -> SignedCheckpoint {
        let checkpoint = try keyring.sign(count: cursor.sequence, root: cursor.frontier.root, by: signers)
        covered = cursor.sequence
        uncoveredSince = nil
        return checkpoint
    }
}
