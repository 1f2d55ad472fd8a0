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
    /// How many bytes of the line in the file are not in ``bytes``.
    private(set) var dropped = 0
    /// Where the next line begins in the file, if a newline ends this one.
    var end: Int { offset + dropped + bytes.count + 1 }

    init(file: String, line: Int, offset: Int, bytes: UnsafeRawBufferPointer, isWhole: Bool) {
        (self.file, self.line, self.offset, self.bytes, self.isWhole) = (file, line, offset, bytes, isWhole)
    }

    /// Takes bytes off that do not belong to the entry.
    mutating func drop(first: Int = 0, last: Int = 0) {
        bytes = UnsafeRawBufferPointer(rebasing: bytes.dropFirst(first).dropLast(last))
        dropped += first + last
    }

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

    /// The hash in `,"prev":"HASH"}` at the end, also if the rest of the line cannot be read as an entry.
    var namedHash: MerkleHash? {
        let tail: StaticString = ",\"prev\":\""
        let start = bytes.count - 66 - tail.utf8CodeUnitCount
        guard start >= 0, Self.matches(bytes, at: start, tail) else { return nil }
        return MerkleHash(hexadecimal: bytes[(bytes.count - 66)..<(bytes.count - 2)])
    }

    /// The bytes of the line if it named that hash; nil if it is too short.
    func naming(_ hash: MerkleHash) -> [UInt8]? {
        guard bytes.count > 66 else { return nil }
        return Array(bytes.dropLast(66)) + Array(hash.hexadecimal.utf8) + Array(bytes.suffix(2))
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
