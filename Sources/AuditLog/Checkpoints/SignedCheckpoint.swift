import RingbackHome

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// A checkpoint with the signatures under it.
package struct SignedCheckpoint: Hashable, Sendable {
    /// What is signed.
    package let checkpoint: Checkpoint
    /// The whole note.
    package let note: SignedNote

    /// A file that holds no checkpoint.
    package struct FormatError: Error, CustomStringConvertible {
        /// Which file, and what it should be.
        package var description: String
    }

    /// Signs a checkpoint.
    init(_ checkpoint: Checkpoint, by signers: [NoteSigner]) throws {
        self.checkpoint = checkpoint
        note = try SignedNote(checkpoint.body, by: signers)
    }

    /// Reads a note that holds one; `nil` where the bytes are none.
    package init?(_ bytes: [UInt8]) {
        guard let note = SignedNote(bytes), let checkpoint = Checkpoint(note.body) else { return nil }
        self.note = note
        self.checkpoint = checkpoint
    }

    /// Reads a file, whose lines may end by two characters as mail and editors of other systems leave them.
    ///
    /// - Throws: ``FileError`` where it cannot be read, ``FormatError`` where it holds no checkpoint.
    package init(path: String) throws {
        // A note has no control characters of its own.
        try self.init(FileSystem.read(path, upTo: SignedNote.maximumSize).filter { $0 != 0x0D }, of: path)
    }

    /// Reads the file beside a log or its key, byte for byte, where a link or a pipe is none.
    init(plainPath path: String) throws {
        try self.init(FileSystem.readPlain(path, upTo: SignedNote.maximumSize), of: path)
    }

    private init(_ bytes: [UInt8], of path: String) throws {
        guard let read = SignedCheckpoint(bytes) else {
            throw FormatError(
                description: "\(path) holds no checkpoint (a signed note: origin, size, root, signatures)"
            )
        }
        self = read
    }
}
