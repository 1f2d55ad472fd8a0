import RingbackHome

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Reads a log line by line, in memory that does not grow with it.
package struct AuditReader: Sendable {
    /// The folder of the log.
    package let directory: String
    /// The longest line that an entry can have, in bytes; what is longer is none.
    static let longestLine = 1 << 20

    /// Reads the log in a folder.
    package init(directory: String) { self.directory = directory }

    /// A folder that holds something else than a log.
    package struct NoLogError: Error, CustomStringConvertible {
        /// What it holds.
        package var description: String
    }

    /// Sees to it that the folder is one of a log, be it one without entries.
    ///
    /// - Throws: ``FileError`` where it cannot be read, ``NoLogError`` where it holds something else: a home, say.
    package func requireLog() throws {
        let names = try FileSystem.names(in: directory)
        guard let other = names.first, !names.contains(AuditKeyring.checkpointName),
            !names.contains(where: AuditSegments.isSegment)
        else { return }
        throw NoLogError(description: "\(directory) is no audit log: it has \(other), and no \(AuditSegments.name(1))")
    }

    /// The newest checkpoint, as it lies in the folder; `nil` where there is none.
    ///
    /// Its signature is not looked at.
    ///
    /// - Throws: ``FileError`` where it cannot be read or is no plain file, ``SignedCheckpoint/FormatError``.
    package func checkpoint() throws -> SignedCheckpoint? {
        let path = "\(directory)/\(AuditKeyring.checkpointName)"
        guard try FileSystem.inspect(path) != nil || FileSystem.isLink(path) else { return nil }
        return try SignedCheckpoint(plainPath: path)
    }

    /// Gives every line to `body`, the last one also where nothing ends it, until it returns `false`.
    func eachLine(_ body: (AuditLine) throws -> Bool) throws {
        for name in try AuditSegments.names(in: directory) {
            guard try Self.eachLine(of: name, in: directory, from: 0, body) else { return }
        }
    }

    /// Gives every line of one segment from an offset on, which begins a line.
    ///
    /// - Parameter linesBefore: the lines that end before that offset.
    /// - Throws: ``AuditLog/DamageError`` where the segment ends before that offset; ``FileError``.
    /// - Returns: `false` where `body` wanted no more.
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
            throw AuditLog.DamageError(
                file: path,
                line: linesBefore,
                "was the last line, and the file has been cut since"
            )
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
