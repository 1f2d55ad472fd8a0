import ExactJSON
import Glibc
import RingbackHome

/// Writes a log; one thread uses it at a time, and every commit holds the home's lock.
struct AuditWriter {
    private let directory: String
    private let lock: HomeLock
    private let limits: AuditLogLimits
    private let timestamp: @Sendable () -> String
    private let keyring: AuditKeyring
    /// The end of the log after the last commit; `nil` before the first commit and after a failed one.
    private var cursor: AuditCursor?
    /// The number of entries that the newest checkpoint covers, as far as this process knows.
    private var covered = 0
    /// When the oldest entry without a checkpoint was written.
    private var uncoveredSince: ContinuousClock.Instant?

    init(_ home: Home, limits: AuditLogLimits, timestamp: @escaping @Sendable () -> String) {
        directory = home.auditPath
        lock = home.lock
        keyring = AuditKeyring(home)
        self.limits = limits
        self.timestamp = timestamp
    }

    /// Appends entries; they are on disk when this returns.
    ///
    /// - Returns: the sequence number of the first, and whether the newest checkpoint covers them.
    mutating func commit(_ entries: [AuditEntry]) throws -> (first: Int, isCovered: Bool) {
        guard let actor = entries.first?.actor else { return (0, true) }
        let first = try exclusively { writer, cursor in
            // A checkpoint failed after the last commit: make it before another entry goes without one.
            if writer.isCheckpointDue(cursor) { _ = try writer.sign(cursor) }
            try writer.recover(&cursor, actor: actor)
            if cursor.end >= writer.limits.segmentBytes || cursor.unbegun != nil {
                try writer.rotate(&cursor, actor: actor)
            }
            let first = cursor.sequence + 1
            try writer.append(entries, &cursor)
            guard writer.isCheckpointDue(cursor) else { return first }
            // The entries are on disk even if this fails; the next commit then reports the failure.
            do { _ = try writer.sign(cursor) } catch { writer.noteFailedSync(error) }
            return first
        }
        return (first, uncoveredSince == nil)
    }

    /// Whether too many entries have no checkpoint yet, or one of them for too long.
    private func isCheckpointDue(_ cursor: AuditCursor) -> Bool {
        if cursor.sequence - covered >= limits.checkpointEntries { return true }
        return uncoveredSince.map { $0.duration(to: .now) >= limits.checkpointInterval } ?? false
    }

    /// Returns a checkpoint over every entry: the published one if it covers them all, else a new one.
    mutating func checkpoint() throws -> SignedCheckpoint {
        try exclusively { writer, cursor in
            if let there = try writer.keyring.published(), there.checkpoint.size == cursor.sequence { return there }
            return try writer.sign(cursor)
        }
    }

    /// Makes a checkpoint if an entry has been without one for too long.
    mutating func checkpointIfOld() throws {
        guard let since = uncoveredSince, since.duration(to: .now) >= limits.checkpointInterval else { return }
        _ = try checkpoint()
    }

    /// Replaces the signing key.
    mutating func rotateKey(actor: String) throws -> SignedCheckpoint {
        try exclusively { writer, cursor in
            try writer.recover(&cursor, actor: actor)
            try writer.settleSuccession(cursor)
            let succession = try writer.keyring.beginSuccession()
            let entry = AuditEntry(.rotated, runID: nil, actor: actor, payload: succession.payload, result: "key")
            try writer.append([entry], &cursor)
            return try writer.end(succession, cursor)
        }
    }

    /// Finishes a succession that a crash interrupted: the new key takes over if the log has recorded it.
    private mutating func settleSuccession(_ cursor: AuditCursor) throws {
        guard let succession = try keyring.begunSuccession() else { return }
        var history = KeyHistory(trusting: [succession.old.verifier])
        try AuditReader(directory: directory).eachLine { line in
            if line.mayBeRotation, line.isWhole { history.take(line) }
            return true
        }
        if history.introduces(succession.new.verifier) {
            _ = try end(succession, cursor)
        } else {
            try keyring.dropSuccession()
        }
    }

    /// Signs a checkpoint with both keys; from then on the new key signs alone.
    private mutating func end(_ succession: KeySuccession, _ cursor: AuditCursor) throws -> SignedCheckpoint {
        let checkpoint = try sign(cursor, by: [succession.old, succession.new])
        try keyring.endSuccession(succession)
        return checkpoint
    }

    /// Runs `body` with the end of the log while no other process writes; after an error the next call reads it anew.
    private mutating func exclusively<Result>(
        _ body: (inout AuditWriter, inout AuditCursor) throws -> Result
    ) throws -> Result {
        try FailedSyncs.check(directory)
        var writer = self
        defer { self = writer }
        writer.cursor = nil
        let known = cursor
        do {
            return try lock.withLock {
                var cursor = try writer.current(known)
                let result = try body(&writer, &cursor)
                writer.cursor = cursor
                return result
            }
        } catch {
            noteFailedSync(error)
            throw error
        }
    }

    /// A failed sync of any file or folder stops the log in this process for good.
    private func noteFailedSync(_ error: any Error) {
        if let error = error as? FileError, error.isFailedSync { FailedSyncs.note(error, of: directory) }
    }

    /// The current end of the log.
    private mutating func current(_ known: AuditCursor?) throws -> AuditCursor {
        if var cursor = known, try AuditSegments.names(in: directory).last == cursor.segment {
            try cursor.readOn(directory)
            return cursor
        }
        guard try !FileSystem.isLink(directory) else {
            throw AuditError.damaged("\(directory) is a symbolic link, and the log is written to its own folder only")
        }
        let newest = try keyring.newest()?.checkpoint
        let sizes = Set([newest?.size].compactMap { $0 })
        guard let cursor = try AuditCursor.open(directory, rootsAt: sizes) else {
            guard newest?.size ?? 0 == 0 else { throw AuditError.damaged("the log in \(directory) is missing") }
            return AuditCursor(segment: AuditSegments.name(1))
        }
        if let newest {
            guard newest.size <= cursor.sequence else {
                let end = "ends with entry \(cursor.sequence), but a checkpoint covers \(newest.size)"
                throw AuditError.damaged("the log in \(directory) \(end)")
            }
            // The checkpoint ends in an earlier segment, so the earlier segments must be read.
            let root = try cursor.passed[newest.size] ?? AuditCursor.roots(of: directory, at: sizes)[newest.size]
            guard root == newest.root else {
                throw AuditError.damaged("the log in \(directory) is not the one that its checkpoint was signed for")
            }
        }
        // A signed checkpoint that never reached the folder covers nothing for a reader of the folder.
        covered = try keyring.published()?.checkpoint.size ?? 0
        uncoveredSince = covered < cursor.sequence ? .now : nil
        return cursor
    }

    /// Cuts off a line that a crash left unfinished and records that.
    private mutating func recover(_ cursor: inout AuditCursor, actor: String) throws {
        guard let torn = cursor.torn else { return }
        let path = "\(directory)/\(cursor.segment)"
        let (descriptor, _) = try FileSystem.openPlain(path, O_RDWR)
        defer { FileSystem.close(descriptor) }
        guard ftruncate(descriptor, off_t(cursor.end)) == 0 else { throw FileError("cut the torn end of", path, errno) }
        try sync(descriptor, path)
        cursor.torn = nil
        try append([recovery(of: torn, actor: actor)], &cursor)
    }

    /// The entry that records the bytes that were cut off.
    private func recovery(of torn: [UInt8], actor: String) -> AuditEntry {
        let payload: JSONValue = [
            "discardedBytes": .integer(torn.count),
            "discardedSha256": .string(torn.withUnsafeBytes { MerkleHash(of: $0).hexadecimal }),
        ]
        return AuditEntry(.recovered, runID: nil, actor: actor, payload: payload, result: "recovered")
    }

    /// Ends the newest segment with a checkpoint and begins the next one with an entry that describes the log so far.
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
        let (descriptor, _) = try FileSystem.openPlain(path, FileSystem.readWriteCreate)
        defer { FileSystem.close(descriptor) }
        let start = cursor.end
        if start == 0 {
            // Even if another process made the file: its name may not be on disk yet, and its mode may be too open.
            guard fchmod(descriptor, 0o600) == 0 else { throw FileError("set the mode of", path, errno) }
            try FileSystem.syncDirectory(directory)
        }
        var bytes: [UInt8] = []
        for entry in entries {
            let previous = cursor.lastHash.hexadecimal
            let line = entry.line(sequence: cursor.sequence + 1, timestamp: timestamp(), previous: previous)
            line.withUnsafeBytes { cursor.take($0) }
            bytes += line
            bytes.append(0x0A)
        }
        // The remains of an unfinished first line do not belong to the log.
        guard start > 0 || ftruncate(descriptor, 0) == 0 else { throw FileError("cut", path, errno) }
        guard lseek(descriptor, off_t(start), SEEK_SET) >= 0 else { throw FileError("seek in", path, errno) }
        try FileSystem.write(bytes, to: descriptor, path: path)
        try sync(descriptor, path)
        if uncoveredSince == nil { uncoveredSince = .now }
    }

    private func sync(_ descriptor: Int32, _ path: String) throws(FileError) {
        guard fdatasync(descriptor) == 0 else { throw FileError(FileError.sync, path, errno) }
    }

    private mutating func sign(_ cursor: AuditCursor, by signers: [NoteSigner]? = nil) throws -> SignedCheckpoint {
        if signers == nil { try settleSuccession(cursor) }
        let checkpoint = try keyring.sign(count: cursor.sequence, root: cursor.frontier.root, by: signers)
        covered = cursor.sequence
        uncoveredSince = nil
        return checkpoint
    }
}
