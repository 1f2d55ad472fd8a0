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
    /// Whether its file had line ends or a byte order mark that a transfer had added.
    package private(set) var isRestored = false

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

    /// Reads a note whose line ends a transfer may have changed; returns nil if it is not a signed checkpoint.
    ///
    /// What was signed is checked all the same: the text must have the signature that stands under it.
    init?(transferred bytes: [UInt8]) {
        if !bytes.starts(with: Transfer.byteOrderMark), let exact = SignedCheckpoint(bytes) {
            self = exact
        } else if let restored = SignedCheckpoint(Transfer.note(bytes)) {
            self = restored
            isRestored = true
        } else {
            return nil
        }
    }

    /// Reads a file.
    ///
    /// - Throws: ``FileError`` if it cannot be read, ``AuditError`` if it does not hold a checkpoint.
    package init(path: String) throws {
        try self.init(FileSystem.read(path, upTo: SignedNote.maximumSize), of: path)
    }

    /// Reads the file beside a log; links and pipes are rejected.
    init(plainPath path: String) throws {
        try self.init(FileSystem.readPlain(path, upTo: SignedNote.maximumSize), of: path)
    }

    private init(_ bytes: [UInt8], of path: String) throws {
        guard let read = SignedCheckpoint(transferred: bytes) else {
            let form = "a signed note: origin, size, root, signatures"
            throw AuditError(.malformedFile, "\(path) does not hold a checkpoint (\(form))")
        }
        self = read
    }
}
