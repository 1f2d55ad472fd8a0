import NIOCore
import NIOHTTP1

/// A request that has come whole in one read, written the way programs write it: a part of what RFC 9112 allows.
///
/// Read in one pass, several times as fast as by a parser that can stop at any byte. Whatever is unusual is none, and for
/// the decoder to judge: so there is no request that the two could read differently.
struct PlainRequest {
    /// The method, the path and all fields.
    let head: HTTPRequestHead
    /// The body.
    let body: [UInt8]

    /// The line that all plain requests to a path begin with.
    struct Start {
        fileprivate let bytes: [UInt8]
        fileprivate let path: String

        /// The line of `POST` requests to a path.
        init(path: String) {
            self.path = path
            bytes = Array("POST \(path) HTTP/1.1\r\n".utf8)
        }
    }

    /// More than a plain request has.
    private static let mostFields = 50

    /// Reads all bytes of a buffer; `nil` where they are anything but one plain request.
    init?(_ buffer: ByteBuffer, _ start: Start) {
        let parts = buffer.withUnsafeReadableBytes { bytes -> ([(String, String)], [UInt8])? in
            guard bytes.count > start.bytes.count, bytes.starts(with: start.bytes) else { return nil }
            var scanner = FieldScanner(bytes, from: start.bytes.count)
            var fields: [(String, String)] = []
            fields.reserveCapacity(8)
            var length: Int?
            while let field = scanner.next() {
                guard fields.count < Self.mostFields else { return nil }
                switch Self.meaning(of: field, in: bytes) {
                case .none: break
                case .length(let value):
                    guard length == nil else { return nil }
                    length = value
                case .unusual: return nil
                }
                fields.append((text(bytes[field.name]), text(bytes[field.value])))
            }
            guard let bodyStart = scanner.bodyStart, let length, length == bytes.count - bodyStart else { return nil }
            return (fields, Array(bytes[bodyStart...]))
        }
        guard let (fields, body) = parts else { return nil }
        head = HTTPRequestHead(version: .http1_1, method: .POST, uri: start.path, headers: HTTPHeaders(fields))
        self.body = body
    }

    /// What a field says about how the request is to be read (RFC 9112 sections 6 and 9, RFC 9110 section 10.1.1).
    private enum Meaning {
        case none
        case length(Int)
        case unusual
    }

    private static func meaning(of field: FieldScanner.Field, in bytes: UnsafeRawBufferPointer) -> Meaning {
        let name = UnsafeRawBufferPointer(rebasing: bytes[field.name])
        switch name.count {
        case 14 where matches(name, "content-length"):
            return number(bytes[field.value]).map { .length($0) } ?? .unusual
        case 2 where matches(name, "te"), 6 where matches(name, "expect"), 7 where matches(name, "upgrade"),
            7 where matches(name, "trailer"), 10 where matches(name, "connection"),
            10 where matches(name, "keep-alive"),
            16 where matches(name, "proxy-connection"), 17 where matches(name, "transfer-encoding"):
            return .unusual
        default: return .none
        }
    }

    /// Whether a name is that one, which is in lower case and as long.
    private static func matches(_ name: UnsafeRawBufferPointer, _ known: StaticString) -> Bool {
        for index in 0..<known.utf8CodeUnitCount where name[index] | 0x20 != known.utf8Start[index] { return false }
        return true
    }

    /// A number of at most six digits, written the one way there is.
    private static func number(_ digits: Slice<UnsafeRawBufferPointer>) -> Int? {
        guard (1...6).contains(digits.count), digits.count == 1 || digits.first != 0x30 else { return nil }
        var value = 0
        for digit in digits {
            guard (0x30...0x39).contains(digit) else { return nil }
            value = value * 10 + Int(digit - 0x30)
        }
        return value
    }
}

private func text(_ bytes: Slice<UnsafeRawBufferPointer>) -> String {
    String(decoding: UnsafeRawBufferPointer(rebasing: bytes), as: UTF8.self)
}

/// Goes through header fields of letters, digits and hyphens, whose values are printable ASCII.
private struct FieldScanner {
    struct Field {
        var name: Range<Int>
        var value: Range<Int>
    }

    private let bytes: UnsafeRawBufferPointer
    private var position: Int
    /// Where the body begins, once the fields have come to their end.
    private(set) var bodyStart: Int?

    init(_ bytes: UnsafeRawBufferPointer, from position: Int) {
        self.bytes = bytes
        self.position = position
    }

    /// The next field; `nil` at the end, and where something is unusual.
    mutating func next() -> Field? {
        let start = position
        var place = start
        while place < bytes.count, Self.isNameByte(bytes[place]) { place += 1 }
        if place == start {
            if endsLine(at: place) { bodyStart = place + 2 }
            return nil
        }
        let name = start..<place
        // A colon, one space, and a value that neither begins nor ends with white space.
        guard place + 2 < bytes.count, bytes[place] == 0x3A, bytes[place + 1] == 0x20, bytes[place + 2] > 0x20 else {
            return nil
        }
        let valueStart = place + 2
        place = valueStart
        while place < bytes.count, (0x20...0x7E).contains(bytes[place]) { place += 1 }
        guard endsLine(at: place), bytes[place - 1] != 0x20 else { return nil }
        position = place + 2
        return Field(name: name, value: valueStart..<place)
    }

    private func endsLine(at place: Int) -> Bool {
        place + 1 < bytes.count && bytes[place] == 0x0D && bytes[place + 1] == 0x0A
    }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x61...0x7A, 0x41...0x5A, 0x30...0x39, 0x2D: true
        default: false
        }
    }
}
