package import RingbackHome

/// The files of a log: `NNNNNNNN.jsonl`, counted from 1.
package enum AuditSegments {
    /// The names in a folder, sorted; whatever else lies there is not the log.
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
