/// Reads the values of one object of JSON, each with its name; a value in an inner object is named `outer.inner`.
///
/// Texts are decoded in place. Arrays are passed over.
struct JSONLineParser {
    private let bytes: UnsafeMutablePointer<UInt8>
    private var place: Int
    private let end: Int
    private var path: [UInt8] = []
    private static let deepest = 32

    init(_ bytes: UnsafeMutablePointer<UInt8>, _ range: Range<Int>) {
        self.bytes = bytes
        (place, end) = (range.lowerBound, range.upperBound)
    }

    /// Calls a function with each value that is a text, a number, a truth value or null, which is empty.
    ///
    /// Returns false if the line is something other than one object; the function may have been called before that is known.
    mutating func parse(_ value: ([UInt8], Range<Int>) -> Void) -> Bool {
        skipSpace()
        guard place < end, bytes[place] == UInt8(ascii: "{"), object(depth: 1, value) else { return false }
        skipSpace()
        return place == end
    }

    private mutating func skipSpace() {
        while place < end, bytes[place] <= 0x20 || bytes[place] == 0x7F { place += 1 }
    }

    private mutating func take(_ byte: UInt8) -> Bool {
        skipSpace()
        guard place < end, bytes[place] == byte else { return false }
        place += 1
        return true
    }

    private mutating func object(depth: Int, _ value: ([UInt8], Range<Int>) -> Void) -> Bool {
        guard depth <= Self.deepest, take(UInt8(ascii: "{")) else { return false }
        if take(UInt8(ascii: "}")) { return true }
        while true {
            skipSpace()
            guard let name = text(), take(UInt8(ascii: ":")) else { return false }
            let length = path.count
            if length > 0 { path.append(UInt8(ascii: ".")) }
            path.append(contentsOf: UnsafeBufferPointer(start: bytes + name.lowerBound, count: name.count))
            guard member(depth: depth, value) else { return false }
            path.removeLast(path.count - length)
            if take(UInt8(ascii: ",")) { continue }
            return take(UInt8(ascii: "}"))
        }
    }

    private mutating func member(depth: Int, _ value: ([UInt8], Range<Int>) -> Void) -> Bool {
        skipSpace()
        guard place < end else { return false }
        switch bytes[place] {
        case UInt8(ascii: "{"): return object(depth: depth + 1, value)
        case UInt8(ascii: "["): return array(depth: depth + 1)
        case UInt8(ascii: "\""):
            guard let range = text() else { return false }
            value(path, range)
            return true
        default:
            let range = scalar()
            guard !range.isEmpty else { return false }
            let isNull = range.count == 4 && bytes[range.lowerBound] == UInt8(ascii: "n")
            value(path, isNull ? range.lowerBound..<range.lowerBound : range)
            return true
        }
    }

    private mutating func array(depth: Int) -> Bool {
        guard depth <= Self.deepest, take(UInt8(ascii: "[")) else { return false }
        if take(UInt8(ascii: "]")) { return true }
        while true {
            guard member(depth: depth, { _, _ in }) else { return false }
            if take(UInt8(ascii: ",")) { continue }
            return take(UInt8(ascii: "]"))
        }
    }

    private mutating func scalar() -> Range<Int> {
        let from = place
        loop: while place < end {
            switch bytes[place] {
            case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "E"),
                UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "."):
                place += 1
            default: break loop
            }
        }
        return from..<place
    }

    /// Reads a text between quotation marks and returns where it lies, decoded.
    private mutating func text() -> Range<Int>? {
        guard place < end, bytes[place] == UInt8(ascii: "\"") else { return nil }
        place += 1
        let from = place
        var write = place
        while place < end {
            let byte = bytes[place]
            place += 1
            if byte == UInt8(ascii: "\"") { return from..<write }
            guard byte == UInt8(ascii: "\\") else {
                bytes[write] = byte
                write += 1
                continue
            }
            guard place < end else { return nil }
            let escape = bytes[place]
            place += 1
            switch escape {
            case UInt8(ascii: "n"): bytes[write] = 0x0A
            case UInt8(ascii: "t"): bytes[write] = 0x09
            case UInt8(ascii: "r"): bytes[write] = 0x0D
            case UInt8(ascii: "b"): bytes[write] = 0x08
            case UInt8(ascii: "f"): bytes[write] = 0x0C
            case UInt8(ascii: "u"):
                guard let scalar = escapedScalar() else { return nil }
                for unit in UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter {
                    bytes[write] = unit
                    write += 1
                }
                continue
            default: bytes[write] = escape
            }
            write += 1
        }
        return nil
    }

    private mutating func escapedScalar() -> Unicode.Scalar? {
        guard let unit = hexadecimal() else { return nil }
        if unit & 0xFC00 == 0xD800, place + 1 < end, bytes[place] == UInt8(ascii: "\\"),
            bytes[place + 1] == UInt8(ascii: "u")
        {
            let saved = place
            place += 2
            if let low = hexadecimal(), low & 0xFC00 == 0xDC00 {
                return Unicode.Scalar(0x10000 + (unit & 0x3FF) << 10 + low & 0x3FF)
            }
            place = saved
        }
        return Unicode.Scalar(unit) ?? "\u{FFFD}"
    }

    private mutating func hexadecimal() -> UInt32? {
        guard place + 4 <= end else { return nil }
        var value: UInt32 = 0
        for offset in 0..<4 {
            guard let digit = Character(Unicode.Scalar(bytes[place + offset])).hexDigitValue else { return nil }
            value = value << 4 | UInt32(digit)
        }
        place += 4
        return value
    }
}
