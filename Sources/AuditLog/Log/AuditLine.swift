import ExactJSON

/// A line of the log in the buffer of its reader; valid only during the reader's callback.
struct AuditLine {
    var file: String
    /// The line in the file, counted from 1.
    var line: Int
    /// Where it begins in the file, in bytes.
    var offset: Int
    /// The bytes without the newline.
    var bytes: UnsafeRawBufferPointer
    /// Whether a newline ends it.
    var isWhole: Bool

    /// The entry's own number and the hash of the line before it; an entry as we write it is not parsed for that.
    var links: (sequence: Int, previous: MerkleHash)? { plainLinks ?? parsedLinks }

    /// `{"seq":N,` at the beginning and `,"prev":"HASH"}` at the end.
    private var plainLinks: (sequence: Int, previous: MerkleHash)? {
        let (head, tail): (StaticString, StaticString) = ("{\"seq\":", ",\"prev\":\"")
        let tailStart = bytes.count - 66 - tail.utf8CodeUnitCount
        guard tailStart > 24, Self.matches(bytes, at: 0, head), Self.matches(bytes, at: tailStart, tail),
            bytes[bytes.count - 2] == UInt8(ascii: "\""), bytes[bytes.count - 1] == UInt8(ascii: "}")
        else { return nil }
        var sequence = 0
        var position = head.utf8CodeUnitCount
        while position < 24, case 0x30...0x39 = bytes[position] {
            sequence = sequence * 10 + Int(bytes[position] - 0x30)
            position += 1
        }
        guard bytes[position] == UInt8(ascii: ","), sequence > 0, bytes[head.utf8CodeUnitCount] != 0x30,
            let previous = MerkleHash(hexadecimal: bytes[(bytes.count - 66)..<(bytes.count - 2)])
        else { return nil }
        return (sequence, previous)
    }

    private var parsedLinks: (sequence: Int, previous: MerkleHash)? {
        guard let json = try? JSONReader.read(Array(bytes)), let sequence = json["seq"]?.integer, sequence > 0,
            let previous = json["prev"]?.string.flatMap({ MerkleHash(hexadecimal: $0.utf8) })
        else { return nil }
        return (sequence, previous)
    }

    /// Whether it may be of the type `rotated`: such an entry has that word among its first bytes.
    var mayBeRotation: Bool {
        let word: StaticString = "rotated\""
        let places = min(bytes.count, 120) - word.utf8CodeUnitCount
        return (0..<max(0, places)).contains { Self.matches(bytes, at: $0, word) }
    }

    private static func matches(_ bytes: UnsafeRawBufferPointer, at offset: Int, _ text: StaticString) -> Bool {
        for index in 0..<text.utf8CodeUnitCount where bytes[offset + index] != text.utf8Start[index] { return false }
        return true
    }
}
