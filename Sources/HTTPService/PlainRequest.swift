import NIOCore

/// A request that has come whole in one read, written the way programs write it: a part of what RFC 9112 allows.
///
/// Read in one pass, several times as fast as by a parser that can stop at any byte. Whatever is unusual is none, and for
/// the decoder to judge: so there is no request that the two could read differently.
struct PlainRequest {
    /// All fields.
    let fields: RequestFields
    /// The body.
    let body: [UInt8]

    /// The line that all plain requests to a path begin with.
    struct Start {
        fileprivate let bytes: [UInt8]

        /// The line of `POST` requests to a path.
        init(path: String) { bytes = Array("POST \(path) HTTP/1.1\r\n".utf8) }

        fileprivate func begins(_ request: Span<UInt8>) -> Bool {
            guard request.count > bytes.count else { return false }
            for index in bytes.indices where bytes[index] != request[index] { return false }
            return true
        }
    }

    /// More than a plain request has.
    private static let mostFields = 50

    /// Reads all bytes of a buffer; `nil` where they are anything but one plain request.
    init?(_ buffer: ByteBuffer, _ start: Start) {
        let bytes = buffer.readableBytesUInt8Span
        guard start.begins(bytes) else { return nil }
        var scanner = FieldScanner(from: start.bytes.count)
        var places: [RequestFields.Place] = []
        places.reserveCapacity(8)
        var length: Int?
        while let place = scanner.next(in: bytes) {
            guard places.count < Self.mostFields else { return nil }
            switch Self.meaning(of: bytes.extracting(place.name), bytes.extracting(place.value)) {
            case .none: break
            case .length(let value):
                guard length == nil else { return nil }
                length = value
            case .unusual: return nil
            }
            places.append(place)
        }
        guard let bodyStart = scanner.bodyStart, let length, length == bytes.count - bodyStart else { return nil }
        fields = RequestFields(buffer, places)
        body = bytes.extracting(bodyStart...).withUnsafeBufferPointer { Array($0) }
    }

    /// What a field says about how the request is to be read (RFC 9112 sections 6 and 9, RFC 9110 section 10.1.1).
    private enum Meaning {
        case none
        case length(Int)
        case unusual
    }

    private static func meaning(of name: Span<UInt8>, _ value: Span<UInt8>) -> Meaning {
        switch name.count {
        case 14 where name.isName("content-length"): number(value).map { .length($0) } ?? .unusual
        case 2 where name.isName("te"), 6 where name.isName("expect"), 7 where name.isName("upgrade"),
            7 where name.isName("trailer"), 10 where name.isName("connection"), 10 where name.isName("keep-alive"),
            16 where name.isName("proxy-connection"), 17 where name.isName("transfer-encoding"):
            .unusual
        default: .none
        }
    }

    /// A number of at most six digits, written the one way there is.
    private static func number(_ digits: Span<UInt8>) -> Int? {
        guard (1...6).contains(digits.count), digits.count == 1 || digits[0] != 0x30 else { return nil }
        var value = 0
        for index in digits.indices {
            guard (0x30...0x39).contains(digits[index]) else { return nil }
            value = value * 10 + Int(digits[index] - 0x30)
        }
        return value
    }
}

/// Goes through header fields of letters, digits and hyphens, whose values are printable ASCII.
private struct FieldScanner {
    private var position: Int
    /// Where the body begins, once the fields have come to their end.
    private(set) var bodyStart: Int?

    init(from position: Int) { self.position = position }

    /// The next field; `nil` at the end, and where something is unusual.
    mutating func next(in bytes: Span<UInt8>) -> RequestFields.Place? {
        let start = position
        var place = start
        while place < bytes.count, Self.isNameByte(bytes[place]) { place += 1 }
        if place == start {
            if Self.isLineEnd(bytes, at: place) { bodyStart = place + 2 }
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
        guard Self.isLineEnd(bytes, at: place), bytes[place - 1] != 0x20 else { return nil }
        position = place + 2
        return RequestFields.Place(name: name, value: valueStart..<place)
    }

    private static func isLineEnd(_ bytes: Span<UInt8>, at place: Int) -> Bool {
        place + 1 < bytes.count && bytes[place] == 0x0D && bytes[place + 1] == 0x0A
    }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x61...0x7A, 0x41...0x5A, 0x30...0x39, 0x2D: true
        default: false
        }
    }
}
