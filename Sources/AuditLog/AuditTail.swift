import RingbackHome
import SimulationAPI

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// The end of a segment: the last whole line, and what a crash left after it.
struct AuditTail {
    /// The last whole line without its newline; `nil` in an empty log.
    var lastLine: [UInt8]?
    /// The sequence number of that line; 0 in an empty log.
    var sequence: Int
    /// Where the next line begins, in bytes.
    var end: Int
    /// An unterminated line at the end.
    var torn: [UInt8]?

    /// Reads backwards from the end until the last whole line is known.
    static func read(_ descriptor: Int32, path: String) throws -> AuditTail {
        let size = Int(lseek(descriptor, 0, SEEK_END))
        guard size >= 0 else { throw FileError("seek in", path, errno) }
        var window = 4096
        while true {
            let start = max(0, size - window)
            let bytes = try read(descriptor, from: start, count: size - start, path: path)
            if let tail = try parse(bytes, start: start, path: path) { return tail }
            window *= 4
        }
    }

    /// `nil` where the bytes do not reach back to the start of the last whole line.
    private static func parse(_ bytes: [UInt8], start: Int, path: String) throws -> AuditTail? {
        guard let lastNewline = bytes.lastIndex(of: 0x0A) else {
            guard start == 0 else { return nil }
            return AuditTail(lastLine: nil, sequence: 0, end: 0, torn: bytes.isEmpty ? nil : bytes)
        }
        let lineStart: Int
        if let earlier = bytes[..<lastNewline].lastIndex(of: 0x0A) {
            lineStart = earlier + 1
        } else if start == 0 {
            lineStart = 0
        } else {
            return nil
        }
        let line = Array(bytes[lineStart..<lastNewline])
        let torn = Array(bytes[(lastNewline + 1)...])
        guard let json = try? JSONReader.read(line), let sequence = json["seq"]?.integer, sequence > 0 else {
            throw AuditLog.DamageError(
                description: "the last line of \(path) is damaged; move the folder away as evidence and start again"
            )
        }
        return AuditTail(
            lastLine: line,
            sequence: sequence,
            end: start + lastNewline + 1,
            torn: torn.isEmpty ? nil : torn
        )
    }

    private static func read(_ descriptor: Int32, from start: Int, count: Int, path: String) throws -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        var filled = 0
        while filled < count {
            let got = bytes.withUnsafeMutableBytes { buffer in
                pread(descriptor, buffer.baseAddress.map { $0 + filled }, count - filled, off_t(start + filled))
            }
            if got < 0, errno == EINTR { continue }
            guard got > 0 else { throw FileError("read", path, errno) }
            filled += got
        }
        return bytes
    }
}
