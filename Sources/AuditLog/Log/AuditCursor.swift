import ExactJSON
package import RingbackHome

/// The end of a log and the tree up to there, as its writer knows them.
struct AuditCursor {
    var segment: String
    /// Where the next line begins in the segment, in bytes.
    var end = 0
    /// Where the last line begins in the segment, in bytes.
    var lastLine = 0
    var lines = 0
    var frontier = MerkleFrontier()
    /// The hash of the last line; zeros if the log is empty.
    var lastHash = genesis
    /// The bytes of a last line that a crash left unfinished.
    var torn: [UInt8]?
    /// What a crash left of the first line of the next segment; nil if that segment does not exist.
    var unbegun: [UInt8]?
    /// The roots at the requested sizes, as far as the tree has passed them.
    var passed: [Int: MerkleHash] = [:]

    /// The `prev` of the first entry: zeros.
    static let genesis = MerkleHash.zeros

    /// The end of an empty log that begins with this segment.
    init(segment: String) { self.segment = segment }

    var sequence: Int { frontier.count }

    /// Reads the newest segment of a log; its first entry holds the tree of the earlier segments.
    ///
    /// - Parameter sizes: the sizes of trees whose roots are requested.
    /// - Throws: ``AuditError`` if a line is not an entry, or does not follow from the one before it.
    static func open(_ directory: String, rootsAt sizes: Set<Int>) throws -> AuditCursor? {
        let names = try AuditSegments.names(in: directory)
        guard var name = names.last else { return nil }
        // A crash may have left a segment without its first entry.
        let unbegun = names.count > 1 ? try unfinishedFirstLine(of: name, in: directory) : nil
        if unbegun != nil { name = names[names.count - 2] }
        var cursor = AuditCursor(segment: name)
        cursor.unbegun = unbegun
        if AuditSegments.number(name) > 1 { try cursor.enter(directory) }
        if sizes.contains(cursor.frontier.count) { cursor.passed[cursor.frontier.count] = cursor.frontier.root }
        try cursor.readOn(directory, rootsAt: sizes)
        return cursor
    }

    /// The bytes of a segment that has no whole line; nil if it has one.
    private static func unfinishedFirstLine(of name: String, in directory: String) throws -> [UInt8]? {
        var bytes: [UInt8]? = []
        _ = try AuditReader.eachLine(of: name, in: directory, from: 0) { line in
            bytes = line.isWhole ? nil : Array(line.bytes)
            return false
        }
        return bytes
    }

    /// Takes the tree of the earlier segments from the first entry of this one.
    private mutating func enter(_ directory: String) throws {
        var first: RotationRecord?
        _ = try AuditReader.eachLine(of: segment, in: directory, from: 0) { line in
            first = RotationRecord(line)
            return false
        }
        guard let first, let frontier = first.frontier else {
            throw AuditError.damaged("\(directory)/\(segment):1 is not an entry of the type rotated")
        }
        self.frontier = frontier
        lastHash = first.previousHash
    }

    /// Takes the lines that other processes have written since.
    mutating func readOn(_ directory: String, rootsAt sizes: Set<Int> = []) throws {
        torn = nil
        var cursor = self
        let file = segment
        _ = try AuditReader.eachLine(of: file, in: directory, from: end, linesBefore: lines) { line in
            let path = "\(directory)/\(file)"
            guard cursor.torn == nil else {
                throw AuditError.damaged("\(path):\(line.line - 1) is longer than any entry")
            }
            guard line.isWhole else {
                cursor.torn = Array(line.bytes)
                return true
            }
            guard let links = line.links else {
                throw AuditError.damaged("\(path):\(line.line) is not an entry of the log")
            }
            guard links.sequence == cursor.sequence + 1, links.previous == cursor.lastHash else {
                throw AuditError.damaged("\(path):\(line.line) does not follow from the entry before it")
            }
            cursor.take(line.bytes)
            if sizes.contains(cursor.sequence) { cursor.passed[cursor.sequence] = cursor.frontier.root }
            return true
        }
        self = cursor
    }

    /// Takes a whole line, given without its newline, into the tree.
    mutating func take(_ line: UnsafeRawBufferPointer) {
        lastHash = MerkleHash(of: line)
        frontier.append(.leaf(line))
        (lastLine, end, lines) = (end, end + line.count + 1, lines + 1)
    }

    /// Reads a whole log and returns the roots at the requested sizes, as far as the log has that many entries.
    static func roots(of directory: String, at sizes: Set<Int>) throws -> [Int: MerkleHash] {
        var frontier = MerkleFrontier()
        var roots: [Int: MerkleHash] = sizes.contains(0) ? [0: frontier.root] : [:]
        try AuditReader(directory: directory).eachLine { line in
            guard line.isWhole else { return true }
            frontier.append(.leaf(line.bytes))
            if sizes.contains(frontier.count) { roots[frontier.count] = frontier.root }
            return roots.count < sizes.count
        }
        return roots
    }
}

/// What the first entry of a segment says about the earlier segments.
struct RotationRecord {
    /// The hash of the last line of the previous segment.
    var previousHash: MerkleHash
    /// The tree up to there; nil if the facts of the entry contradict each other.
    var frontier: MerkleFrontier?

    /// Reads an entry; returns nil unless it begins a segment.
    init?(_ line: AuditLine) {
        guard line.isWhole, let links = line.links, links.sequence < 1 << 53,
            let json = try? JSONReader.read(Array(line.bytes)),
            json["eventType"]?.string == AuditEntry.EventType.rotated.rawValue,
            let previous = json["payload"]?["previous"],
            let root = previous["rootHash"]?.string
        else { return nil }
        previousHash = links.previous
        let peaks = (json["payload"]?["peaks"]?.elements ?? []).compactMap { peak in
            peak.string.flatMap { MerkleHash(hexadecimal: $0.utf8) }
        }
        let frontier = MerkleFrontier(count: links.sequence - 1, peaks: peaks)
        self.frontier = frontier?.root.hexadecimal == root ? frontier : nil
    }

    /// The payload of the first entry of a segment.
    static func payload(after segment: String, bytes: Int, _ frontier: MerkleFrontier) -> JSONValue {
        [
            "previous": [
                "file": .string(segment), "bytes": .integer(bytes), "entries": .integer(frontier.count),
                "rootHash": .string(frontier.root.hexadecimal),
            ],
            "peaks": .array(frontier.peaks.map { .string($0.hexadecimal) }),
        ]
    }
}

extension AuditLog {
    /// The end of a log, read from its newest segment.
    package struct Inspection: Hashable, Sendable {
        package var segments: Int
        /// The sequence number of the last entry; 0 if the log is empty.
        package var sequence: Int
        /// When the last entry was written.
        package var timestamp: String?
        package var tornBytes: Int
    }

    /// Reads the newest segment of a home's log and changes nothing; returns nil if the home has no log yet.
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
