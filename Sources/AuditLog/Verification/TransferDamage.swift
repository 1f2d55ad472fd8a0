import RingbackHome

/// What a transfer has done to a copy of a log besides its entries: a byte order mark, line ends of another system, and
/// line ends that are missing or added.
///
/// None of it belongs to what was signed. It is taken off before anything is hashed, and told.
struct TransferDamage {
    /// What was found, for people.
    private(set) var notes: [String] = []
    private var endsWithCR = false

    /// The line as it was written; nil if it is an added line end.
    mutating func restored(_ line: AuditLine, inLastSegment isLast: Bool) -> AuditLine? {
        var restored = line
        if line.line == 1 {
            if line.bytes.starts(with: Transfer.byteOrderMark) {
                restored.drop(first: Transfer.byteOrderMark.count)
                note("\(line.file) begins with a byte order mark")
            }
            endsWithCR = line.bytes.last == 0x0D
            if endsWithCR { note("the lines of \(line.file) end with CR LF") }
        }
        if endsWithCR, restored.bytes.last == 0x0D { restored.drop(last: 1) }
        guard !restored.bytes.isEmpty else {
            note("\(line.file) has empty lines")
            return nil
        }
        // A segment that another one follows was whole when that one began.
        if !line.isWhole, !isLast, line.bytes.count <= AuditReader.longestLine {
            restored.isWhole = true
            note("the last line of \(line.file) has no line end")
        }
        return restored
    }

    private mutating func note(_ text: String) {
        let note = "\(text): a transfer changed that, and the check passes it over; copy the log again byte for byte"
        if !notes.contains(note) { notes.append(note) }
    }
}

/// What transfers add to a text.
enum Transfer {
    static let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]

    /// The lines of a text without a byte order mark, whatever ends them, and without empty ones.
    static func lines(_ bytes: [UInt8]) -> [ArraySlice<UInt8>] {
        bytes.dropFirst(bytes.starts(with: byteOrderMark) ? byteOrderMark.count : 0)
            .split { $0 == 0x0A || $0 == 0x0D }
    }

    /// A signed note as it was written, from a file that a transfer may have changed.
    static func note(_ bytes: [UInt8]) -> [UInt8] {
        let lines = lines(bytes)
        let signatures = lines.firstIndex { $0.starts(with: "— ".utf8) } ?? lines.endIndex
        return (lines[..<signatures] + [[]] + lines[signatures...]).flatMap { $0 + [0x0A] }
    }
}

extension AuditReader {
    /// Gives every line to `body` as it was written, an unfinished last one too, until `body` returns false.
    func eachRestoredLine(_ body: (AuditLine) throws -> Bool) throws {
        var damage = TransferDamage()
        let names = try AuditSegments.names(in: directory)
        for name in names {
            let isGoingOn = try Self.eachLine(of: name, in: directory, from: 0) { line in
                guard let line = damage.restored(line, inLastSegment: name == names.last) else { return true }
                return try body(line)
            }
            guard isGoingOn else { return }
        }
    }
}
