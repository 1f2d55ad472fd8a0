import FoundationEssentials
import RingbackHome

/// What a log signs about itself: its name, its number of entries and their root (C2SP tlog-checkpoint).
package struct Checkpoint: Hashable, Sendable {
    package var origin: String
    package var size: Int
    /// The root of their tree.
    package var root: MerkleHash

    /// The text that is signed.
    package var body: String { "\(origin)\n\(size)\n\(Data(root.bytes).base64EncodedString())\n" }
}

extension Checkpoint {
    /// Reads the text of a note; returns nil if it is not a checkpoint, and ignores extension lines after the first three.
    package init?(_ body: String) {
        let lines = body.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        guard lines.count >= 4, !lines[0].isEmpty, let size = Int(lines[1]), size >= 0, String(size) == lines[1],
            let bytes = Data(base64Encoded: lines[2]), let root = MerkleHash(bytes)
        else { return nil }
        self.init(origin: lines[0], size: size, root: root)
    }
}

/// A checkpoint with the signatures under it.
package struct SignedCheckpoint: Hashable, Sendable {
    package let checkpoint: Checkpoint
    package let note: SignedNote

    init(_ checkpoint: Checkpoint, by signers: [NoteSigner]) throws {
        self.checkpoint = checkpoint
        note = try SignedNote(checkpoint.body, by: signers)
    }

    /// Reads a note; returns nil if the bytes are not a signed checkpoint.
    package init?(_ bytes: [UInt8]) {
        guard let note = SignedNote(bytes), let checkpoint = Checkpoint(note.body) else { return nil }
        self.note = note
        self.checkpoint = checkpoint
    }

    /// Reads a file whose lines may end with CR LF, as mail and editors of other systems write them.
    ///
    /// - Throws: ``FileError`` if it cannot be read, ``AuditError`` if it does not hold a checkpoint.
    package init(path: String) throws {
        // A note has no control characters of its own.
        try self.init(FileSystem.read(path, upTo: SignedNote.maximumSize).filter { $0 != 0x0D }, of: path)
    }

    /// Reads the file beside a log or its key byte for byte; links and pipes are rejected.
    init(plainPath path: String) throws {
        try self.init(FileSystem.readPlain(path, upTo: SignedNote.maximumSize), of: path)
    }

    private init(_ bytes: [UInt8], of path: String) throws {
        guard let read = SignedCheckpoint(bytes) else {
            let form = "a signed note: origin, size, root, signatures"
            throw AuditError(.malformedFile, "\(path) does not hold a checkpoint (\(form))")
        }
        self = read
    }
}
