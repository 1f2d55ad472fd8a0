import Glibc
package import RingbackHome

/// Reads a log line by line, in constant memory.
package struct AuditReader: Sendable {
    package let directory: String
    /// The longest entry in bytes; a longer line is not an entry.
    static let longestLine = 1 << 20

    package init(directory: String) { self.directory = directory }

    /// Checks that the folder holds a log, which may be empty.
    ///
    /// - Throws: ``FileError`` if it cannot be read, ``AuditError`` if it holds something else, such as a home.
    package func requireLog() throws {
        let names = try FileSystem.names(in: directory)
        guard let other = names.first, !names.contains(AuditKeyring.checkpointName),
            !names.contains(where: AuditSegments.isSegment)
        else { return }
        let first = AuditSegments.name(1)
        throw AuditError(.notALog, "\(directory) is not an audit log: it contains \(other), but no \(first)")
    }

    /// The newest checkpoint in the folder, or nil; its signature is not checked.
    ///
    /// - Throws: ``FileError`` if it cannot be read or is not a plain file, ``AuditError`` if it is malformed.
    package func checkpoint() throws -> SignedCheckpoint? {
        let path = "\(directory)/\(AuditKeyring.checkpointName)"
        guard try FileSystem.inspect(path) != nil || FileSystem.isLink(path) else { return nil }
        return try SignedCheckpoint(plainPath: path)
    }

    /// Gives every line to `body`, an unfinished last one too, until `body` returns false.
    func eachLine(_ body: (AuditLine) throws -> Bool) throws {
        for name in try AuditSegments.names(in: directory) {
            guard try Self.eachLine(of: name, in: directory, from: 0, body) else { return }
        }
    }

    /// Gives every line of one segment to `body`, from an offset at which a line begins.
    ///
    /// - Parameter linesBefore: the number of lines before that offset.
    /// - Throws: ``AuditError`` if the segment ends before that offset; ``FileError``.
    /// - Returns: false if `body` returned false.
    static func eachLine(
        of name: String,
        in directory: String,
        from start: Int,
        linesBefore: Int = 0,
        _ body: (AuditLine) throws -> Bool
    ) throws -> Bool {
        let path = "\(directory)/\(name)"
        let (descriptor, size) = try FileSystem.openPlain(path, O_RDONLY)
        defer { FileSystem.close(descriptor) }
        guard size >= start else {
            throw AuditError.damaged("\(path):\(linesBefore) was the last line, and the file has been cut since")
        }
        guard lseek(descriptor, off_t(start), SEEK_SET) >= 0 else { throw FileError("seek in", path, errno) }
        var buffer = [UInt8](repeating: 0, count: 256 * 1024)
        var (filled, offset, number) = (0, start, linesBefore)
        while true {
            if filled == buffer.count { buffer += [UInt8](repeating: 0, count: buffer.count) }
            let count = try FileSystem.read(into: &buffer, at: filled, from: descriptor, path: path)
            let isAtEnd = count == 0
            filled += count
            let taken = try buffer.withUnsafeBytes { bytes -> Int? in
                var position = 0
                while position < filled {
                    let rest = UnsafeRawBufferPointer(rebasing: bytes[position..<filled])
                    let length = newline(in: rest)
                    guard let end = length ?? (isAtEnd || rest.count > longestLine ? rest.count : nil) else { break }
                    number += 1
                    let line = AuditLine(
                        file: name,
                        line: number,
                        offset: offset,
                        bytes: UnsafeRawBufferPointer(rebasing: rest[..<end]),
                        isWhole: length != nil
                    )
                    guard try body(line) else { return nil }
                    let step = length == nil ? end : end + 1
                    (position, offset) = (position + step, offset + step)
                }
                return position
            }
            guard let taken else { return false }
            if isAtEnd { return true }
            buffer.withUnsafeMutableBytes { bytes in
                guard let base = bytes.baseAddress, taken > 0 else { return }
                memmove(base, base + taken, filled - taken)
            }
            filled -= taken
        }
    }

    private static func newline(in bytes: UnsafeRawBufferPointer) -> Int? {
        guard let base = bytes.baseAddress, let found = memchr(base, 0x0A, bytes.count) else { return nil }
        return UnsafeRawPointer(found) - base
    }
}

/// The files of a log: `NNNNNNNN.jsonl`, counted from 1.
package enum AuditSegments {
    /// The names in a folder, sorted; other files there do not belong to the log.
    package static func names(in directory: String) throws(FileError) -> [String] {
        try FileSystem.names(in: directory).filter(isSegment)
    }

    /// Whether a file's name is eight digits and `.jsonl`.
    static func isSegment(_ name: String) -> Bool {
        let bytes = Array(name.utf8)
        return bytes.count == 14 && name.hasSuffix(".jsonl")
            && bytes.prefix(8).allSatisfy { (0x30...0x39).contains($0) }
    }

    /// The name of a segment by its number.
    static func name(_ number: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, 8 - digits.count)) + digits + ".jsonl"
    }

    /// The number of a segment.
    static func number(_ name: String) -> Int { Int(name.prefix(8)) ?? 0 }
}
