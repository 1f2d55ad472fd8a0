import NIOCore

/// The header fields of a request as they came: bytes, of which nobody makes texts but who wants one.
///
/// Not to be kept: they hold the whole buffer that the request was read into.
package struct RequestFields: Sendable {
    /// Where a field stands.
    struct Place: Hashable, Sendable {
        var name: Range<Int>
        var value: Range<Int>
    }

    private let bytes: ByteBuffer
    private let places: [Place]

    /// Fields whose places, within the readable bytes, somebody has found.
    init(_ bytes: ByteBuffer, _ places: [Place]) {
        self.bytes = bytes
        self.places = places
    }

    /// Fields that somebody has read.
    package init(_ fields: some Sequence<(name: String, value: String)>) {
        var (bytes, places) = (ByteBuffer(), [Place]())
        for (name, value) in fields {
            let start = bytes.readableBytes
            let middle = start + bytes.writeString(name)
            places.append(Place(name: start..<middle, value: middle..<middle + bytes.writeString(value)))
        }
        self.init(bytes, places)
    }

    /// Goes through the fields in their order, a field for each line that there was.
    package func forEach(_ body: (_ name: Span<UInt8>, _ value: Span<UInt8>) -> Void) {
        let bytes = bytes.readableBytesUInt8Span
        for place in places { body(bytes.extracting(place.name), bytes.extracting(place.value)) }
    }
}

extension Span<UInt8> {
    /// Whether a field's name is that one, which is given in lower case (RFC 9110 section 5.1).
    package func isName(_ known: StaticString) -> Bool {
        guard count == known.utf8CodeUnitCount else { return false }
        for index in indices {
            let byte = self[index]
            let lower = (0x41...0x5A).contains(byte) ? byte | 0x20 : byte
            guard lower == known.utf8Start[index] else { return false }
        }
        return true
    }

    /// The text that the bytes are; what is not UTF-8 becomes replacement characters.
    package var text: String { withUnsafeBufferPointer { String(decoding: $0, as: UTF8.self) } }
}
