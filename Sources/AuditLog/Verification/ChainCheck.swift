/// Follows the chain of hashes line by line, and finds the first entry that breaks it.
///
/// A hash that does not fit accuses two lines: the one that was hashed and the one that names the hash. The line after
/// them tells which: it names the hash of the second one, so where it fits that one is as it was, and the first is not.
struct ChainCheck {
    /// A line that was read.
    private struct Seen {
        var place: AuditFinding.Place
        var hash: MerkleHash
        var length: Int
    }

    /// A break whose culprit the next line tells.
    private struct Suspicion {
        var earlier: Seen
        var later: Seen
    }

    private var last: Seen?
    private var suspicion: Suspicion?
    /// The first place that is wrong, once it is known.
    private(set) var firstBad: AuditFinding.Place?
    /// What the newest line should have named as the hash before it, where it does not and nobody knows yet who is wrong.
    var disputed: MerkleHash? { suspicion?.earlier.hash }
    /// The number of whole lines.
    private(set) var count = 0

    /// Takes the next line with its hash.
    mutating func take(_ line: AuditLine, hash: MerkleHash) {
        count += 1
        guard firstBad == nil else { return }
        let links = line.links
        let seen = Seen(
            place: AuditFinding.Place(
                file: line.file,
                line: line.line,
                offset: line.offset,
                sequence: count,
                reason: ""
            ),
            hash: hash,
            length: line.bytes.count
        )
        if let suspicion {
            let isLaterSound = links?.previous == suspicion.later.hash
            return accuse(isLaterSound ? suspicion.earlier : suspicion.later, Self.altered)
        }
        let earlier = last
        last = seen
        guard let links else { return accuse(seen, "is no entry of the log") }
        let follows = links.previous == (earlier?.hash ?? AuditCursor.genesis)
        if links.sequence != count {
            if !follows, links.sequence > count { return accuse(seen, "entry \(count) is missing here") }
            if !follows, let earlier, earlier.hash != hash, links.sequence == count - 1 {
                return accuse(earlier, "was put in, or replaced")
            }
            return accuse(seen, "has the number \(links.sequence)")
        }
        guard !follows else { return }
        guard let earlier else { return accuse(seen, "does not begin the log") }
        suspicion = Suspicion(earlier: earlier, later: seen)
    }

    /// There is no further line: a break between the last two accuses the earlier one, unless it is known to be sound.
    ///
    /// - Parameter isEarlierSound: whether a checkpoint vouches for all lines but the last.
    mutating func finish(isEarlierSound: Bool) {
        guard firstBad == nil, let suspicion else { return }
        accuse(isEarlierSound ? suspicion.later : suspicion.earlier, Self.altered)
    }

    private static let altered = "is not what the next entry was written after"

    private mutating func accuse(_ seen: Seen, _ reason: String) {
        var place = seen.place
        place.reason = reason
        firstBad = place
    }
}
