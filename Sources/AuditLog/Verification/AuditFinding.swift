package import ExactJSON

/// What became of a verification.
package struct AuditFinding: Hashable, Sendable {
    /// How a log stands.
    package enum Verdict: String, Hashable, Sendable {
        /// Every byte is accounted for.
        case intact
        /// Something is not what was written.
        case tampered
        /// Entries that a checkpoint covers are missing, or torn, at the end.
        case truncated
        /// A last line that no checkpoint covers is not finished; a crash leaves that.
        case torn

        /// What `audit verify` exits with.
        package var exitCode: Int32 {
            switch self {
            case .intact: 0
            case .tampered: 2
            case .truncated: 3
            case .torn: 4
            }
        }
    }

    /// The first place that is wrong.
    package struct Place: Hashable, Sendable {
        /// The name of the file.
        package var file: String
        /// The line, counted from 1; `nil` where it is not about a line.
        package var line: Int?
        /// Where the line begins in the file, in bytes.
        package var offset: Int?
        /// The number of the entry that is wrong or missing there.
        package var sequence: Int?
        /// What is wrong.
        package var reason: String
    }

    /// How the log stands.
    package var verdict: Verdict
    /// Whether a checkpoint vouches for it: that of its folder, or one that was given.
    package var isAnchored: Bool
    /// The whole lines.
    package var entries: Int
    /// The root of the tree over them.
    package var root: MerkleHash
    /// The first place that is wrong; `nil` where none is.
    package var firstBad: Place?
    /// The checkpoint of the folder, where its signature is good.
    package var checkpoint: Checkpoint?
    /// What a reader should know besides.
    package var warnings: [String]

    /// The members that the contract names, and what else is known.
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

    /// What no verification of a log can show.
    package static let limits = [
        "that what was written was true: whoever held the machine and its key could write anything before the last anchor",
        "that the whole log was not thrown away and another begun; an anchor that was kept elsewhere shows it",
        "entries after the newest checkpoint, beyond what the chain of hashes shows",
    ]
}
