import Addresses
import Glibc
import RingbackHome
import SystemZlib

/// The bytes of one file of records as UTF-8: decompressed and decoded, one piece after the other.
///
/// A file is read once from start to end, so a pipe will do. Compression is recognised by its first bytes, UTF-16 by its
/// byte order mark; a mark itself is taken off.
final class ByteSource {
    let path: String
    private let descriptor: Int32
    private let gzip: Inflater?
    /// What is read and not yet decompressed.
    private var raw: BytePiece
    private var rawEnds = false
    /// What is decompressed and not yet decoded.
    private var plain: BytePiece
    private var plainEnds = false
    private var decoder: TextDecoder

    /// Opens a file; `-` is standard input.
    init(_ path: String, encoding: TextEncoding) throws(RecordsError) {
        self.path = path
        descriptor = path == "-" ? dup(0) : open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw Self.unreadable(path, errno) }
        raw = BytePiece(capacity: 128 * 1024)
        plain = BytePiece(capacity: 128 * 1024)
        do throws(RecordsError) {
            while raw.count < 4, !rawEnds {
                rawEnds = try Self.fill(&raw, from: descriptor, path)
            }
        } catch {
            close(descriptor)
            throw error
        }
        gzip = raw.count >= 2 && raw[0] == 0x1f && raw[1] == 0x8b ? Inflater(path) : nil
        decoder = TextDecoder(encoding)
        while plain.count < 4, !plainEnds { try fillPlain() }
        decoder.takeMark(&plain)
    }

    deinit { close(descriptor) }

    /// Fills a buffer as far as one step does; returns 0 only at the end.
    func read(into buffer: UnsafeMutableBufferPointer<UInt8>) throws(RecordsError) -> Int {
        while true {
            let count = decoder.decode(&plain, isLast: plainEnds, into: buffer)
            if count > 0 || (plainEnds && plain.count == 0) { return count }
            try fillPlain()
        }
    }

    private func fillPlain() throws(RecordsError) {
        if let gzip {
            plain.compact()
            while true {
                if raw.count == 0, !rawEnds { rawEnds = try Self.fill(&raw, from: descriptor, path) }
                let count = try gzip.inflate(&raw, isLast: rawEnds, into: &plain)
                if count > 0 { return }
                if gzip.isFinished, rawEnds, raw.count == 0 {
                    plainEnds = true
                    return
                }
            }
        }
        if raw.count == 0, !rawEnds { rawEnds = try Self.fill(&raw, from: descriptor, path) }
        plain.take(&raw)
        plainEnds = rawEnds && raw.count == 0
    }

    /// Reads once; returns whether the file has ended.
    private static func fill(_ piece: inout BytePiece, from descriptor: Int32, _ path: String) throws(RecordsError)
        -> Bool
    {
        piece.compact()
        let count = piece.withRoom { room in
            while true {
                let count = Glibc.read(descriptor, room.baseAddress, room.count)
                if count >= 0 || errno != EINTR { return count }
            }
        }
        guard count >= 0 else { throw unreadable(path, errno) }
        return count == 0
    }

    private static func unreadable(_ path: String, _ number: Int32) -> RecordsError {
        let advice = number == EISDIR ? "; name the files in it" : ""
        return RecordsError(
            .unreadable,
            "\(PrintableText.excerpt(path, to: 300)) cannot be read: \(SystemError.text(number))\(advice)."
        )
    }
}

/// How the text of a file is encoded, unless it has a byte order mark.
package enum TextEncoding: String, CaseIterable, Sendable {
    case utf8 = "utf-8"
    case latin1 = "latin-1"
}

/// Bytes that come in at one end and go out at the other.
struct BytePiece {
    private var bytes: [UInt8]
    private var start = 0
    private var end = 0

    init(capacity: Int) { bytes = [UInt8](repeating: 0, count: capacity) }

    var count: Int { end - start }

    subscript(index: Int) -> UInt8 { bytes[start + index] }

    mutating func drop(_ count: Int) { start += count }

    mutating func compact() {
        guard start > 0 else { return }
        bytes.withUnsafeMutableBufferPointer { bytes in
            guard let base = bytes.baseAddress else { return }
            base.update(from: base + start, count: end - start)
        }
        (start, end) = (0, end - start)
    }

    /// Calls a function with the room behind the bytes; it returns how much it filled, or a negative number.
    mutating func withRoom(_ body: (UnsafeMutableBufferPointer<UInt8>) -> Int) -> Int {
        let (from, capacity) = (end, bytes.count)
        let count = bytes.withUnsafeMutableBufferPointer { body(.init(rebasing: $0[from..<capacity])) }
        end += max(0, count)
        return count
    }

    func withBytes<Result>(_ body: (UnsafeBufferPointer<UInt8>) -> Result) -> Result {
        bytes.withUnsafeBufferPointer { body(.init(rebasing: $0[start..<end])) }
    }

    /// Takes as many bytes of another piece as there is room for.
    mutating func take(_ other: inout BytePiece) {
        compact()
        let taken = withRoom { room in
            other.withBytes { source in
                let count = min(room.count, source.count)
                if let from = source.baseAddress, let to = room.baseAddress { to.update(from: from, count: count) }
                return count
            }
        }
        other.drop(taken)
    }
}

/// Decompresses gzip: one member or several in a row.
final class Inflater {
    private let path: String
    private var stream = z_stream()
    private(set) var isFinished = false

    init(_ path: String) {
        self.path = path
        // 15 bits of window, 16 for the header of gzip.
        let result = ringback_inflate_init(&stream, 15 + 16)
        precondition(result == Z_OK, "zlib starts")
    }

    deinit { inflateEnd(&stream) }

    /// Decompresses what fits; returns how many bytes came out.
    func inflate(_ raw: inout BytePiece, isLast: Bool, into plain: inout BytePiece) throws(RecordsError) -> Int {
        if isFinished {
            // Zeros fill up the last block of a tape; another member goes on.
            while raw.count > 0, raw[0] == 0 { raw.drop(1) }
            guard raw.count > 0 else { return 0 }
            guard raw[0] == 0x1f else { throw failure("has bytes behind its compressed data") }
            inflateReset(&stream)
            isFinished = false
        }
        var result = Z_OK
        var used = 0
        let made = plain.withRoom { room in
            raw.withBytes { source in
                stream.next_in = UnsafeMutablePointer(mutating: source.baseAddress)
                stream.avail_in = UInt32(source.count)
                stream.next_out = room.baseAddress
                stream.avail_out = UInt32(room.count)
                result = SystemZlib.inflate(&stream, Z_NO_FLUSH)
                used = source.count - Int(stream.avail_in)
                return room.count - Int(stream.avail_out)
            }
        }
        raw.drop(used)
        switch result {
        case Z_STREAM_END: isFinished = true
        case Z_OK, Z_BUF_ERROR:
            if made == 0, used == 0, isLast, raw.count == 0 {
                throw failure("ends in the middle of its compressed data")
            }
        default: throw failure("is damaged: its compressed data cannot be read")
        }
        return made
    }

    private func failure(_ what: String) -> RecordsError {
        RecordsError(.compression, "\(PrintableText.excerpt(path, to: 300)) \(what); export or copy the file again.")
    }
}

/// Turns the bytes of a file into UTF-8.
struct TextDecoder {
    private enum TextForm {
        case utf8
        case latin1
        case utf16(isBigEndian: Bool)
    }

    private var form: TextForm
    private var highSurrogate: UInt32?

    init(_ encoding: TextEncoding) { form = encoding == .latin1 ? .latin1 : .utf8 }

    /// Recognises a byte order mark and takes it off.
    mutating func takeMark(_ piece: inout BytePiece) {
        if piece.count >= 3, piece[0] == 0xEF, piece[1] == 0xBB, piece[2] == 0xBF {
            form = .utf8
            piece.drop(3)
        } else if piece.count >= 2, piece[0] == 0xFF, piece[1] == 0xFE {
            form = .utf16(isBigEndian: false)
            piece.drop(2)
        } else if piece.count >= 2, piece[0] == 0xFE, piece[1] == 0xFF {
            form = .utf16(isBigEndian: true)
            piece.drop(2)
        }
    }

    /// Moves bytes into a buffer; returns how many there are now.
    mutating func decode(_ piece: inout BytePiece, isLast: Bool, into buffer: UnsafeMutableBufferPointer<UInt8>) -> Int
    {
        guard let out = buffer.baseAddress else { return 0 }
        var made = 0
        var used = 0
        switch form {
        case .utf8:
            piece.withBytes { source in
                made = min(source.count, buffer.count)
                used = made
                if let from = source.baseAddress { out.update(from: from, count: made) }
            }
        case .latin1:
            piece.withBytes { source in
                while used < source.count, made + 2 <= buffer.count {
                    made += Self.append(UInt32(source[used]), to: out + made)
                    used += 1
                }
            }
        case .utf16(let isBigEndian):
            var pending = highSurrogate
            piece.withBytes { source in
                while used + 2 <= source.count, made + 6 <= buffer.count {
                    let (first, second) = (UInt32(source[used]), UInt32(source[used + 1]))
                    let unit = isBigEndian ? first << 8 | second : second << 8 | first
                    used += 2
                    if let high = pending {
                        pending = nil
                        if unit & 0xFC00 == 0xDC00 {
                            made += Self.append(0x10000 + (high & 0x3FF) << 10 + unit & 0x3FF, to: out + made)
                            continue
                        }
                        made += Self.append(0xFFFD, to: out + made)
                    }
                    switch unit & 0xFC00 {
                    case 0xD800: pending = unit
                    case 0xDC00: made += Self.append(0xFFFD, to: out + made)
                    default: made += Self.append(unit, to: out + made)
                    }
                }
            }
            highSurrogate = pending
            if isLast, piece.count - used == 1 { used += 1 }
        }
        piece.drop(used)
        return made
    }

    private static func append(_ scalar: UInt32, to out: UnsafeMutablePointer<UInt8>) -> Int {
        switch scalar {
        case 0..<0x80:
            out[0] = UInt8(scalar)
            return 1
        case 0x80..<0x800:
            out[0] = 0xC0 | UInt8(scalar >> 6)
            out[1] = 0x80 | UInt8(scalar & 0x3F)
            return 2
        case 0x800..<0x10000:
            out[0] = 0xE0 | UInt8(scalar >> 12)
            out[1] = 0x80 | UInt8(scalar >> 6 & 0x3F)
            out[2] = 0x80 | UInt8(scalar & 0x3F)
            return 3
        default:
            out[0] = 0xF0 | UInt8(scalar >> 18)
            out[1] = 0x80 | UInt8(scalar >> 12 & 0x3F)
            out[2] = 0x80 | UInt8(scalar >> 6 & 0x3F)
            out[3] = 0x80 | UInt8(scalar & 0x3F)
            return 4
        }
    }
}
