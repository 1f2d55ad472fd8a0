package import ExactJSON

/// The result of a verification.
package struct AuditFinding: Hashable, Sendable {
    /// Whether a log is as it was written.
    package enum Integrity: String, Hashable, Sendable {
        /// Every byte is accounted for.
        case intact
        /// An entry, a segment or a checkpoint is not what was written.
        case tampered
        /// Entries that a checkpoint covers are missing, or torn, at the end.
        case truncated
        /// The last line is not finished, as after a crash, and no checkpoint covers it.
        case torn

        package var exitCode: Int32 {
            switch self {
            case .intact: 0
            case .tampered: 2
            case .truncated: 3
            case .torn: 4
            }
        }
    }

    /// A place in the log that is wrong.
    package struct Location: Hashable, Sendable {
        package var file: String
        /// The line, counted from 1; nil if no single line is wrong.
        package var line: Int?
        /// Where the line begins in the file, in bytes.
        package var offset: Int?
        package var sequence: Int?
        package var reason: String = ""
    }

    package var verdict = Integrity.intact
    /// Whether a checkpoint covers it: the one in its folder, or one that was given.
    package var isAnchored = false
    package var entries: Int
    /// The root of the tree over them.
    package var root: MerkleHash
    package var firstBad: Location?
    /// The checkpoint of the folder, if its signature is valid.
    package var checkpoint: Checkpoint?
    /// What else a reader should know.
    package var warnings: [String] = []

    package var json: JSONValue {
        let place: JSONValue? = firstBad.map { place in
            [
                "file": .string(place.file), "line": place.line.map { .integer($0) } ?? .null,
                "offset": place.offset.map { .integer($0) } ?? .null,
                "seq": place.sequence.map { .integer($0) } ?? .null, "reason": .string(place.reason),
            ]
        }
        let covered: JSONValue? = checkpoint.map { checkpoint in
            [
                "origin": .string(checkpoint.origin), "size": .integer(checkpoint.size),
                "rootHash": .string(checkpoint.root.hexadecimal),
            ]
        }
        return [
            "verdict": .string(verdict.rawValue), "anchored": .bool(isAnchored),
            "exitCode": .integer(Int(verdict.exitCode)), "entries": .integer(entries),
            "rootHash": .string(root.hexadecimal), "firstBad": place ?? .null, "checkpoint": covered ?? .null,
            "warnings": .array(warnings.map { .string($0) }), "notProven": .array(Self.limits.map { .string($0) }),
        ]
    }

    /// What no verification of a log can prove.
    package static let limits = [
        "that the entries are true: with the machine and its key, anything could be written before the last anchor",
        "that the log was not thrown away and begun anew; an anchor that is kept elsewhere shows that",
        "entries after the newest checkpoint, beyond what the chain of hashes shows",
    ]
}

extension AuditFinding.Location {
    /// The place of a line that is, or should be, this entry.
    init(_ line: AuditLine, _ sequence: Int) {
        self.init(file: line.file, line: line.line, offset: line.offset, sequence: sequence)
    }
}
