/// Follows the chain of hashes line by line, and finds the first entry that breaks it.
///
/// If a hash does not match, one of two lines is wrong: the one that was hashed, or the one that names the hash. The line
/// after them shows which: if it names the hash of the first line, or the hash that the second would have if it named the
/// first, the first is unchanged. Otherwise the first is wrong, whether or not the second is wrong too.
struct ChainCheck {
    /// A line that was read.
    private struct SeenEntry {
        var place: AuditFinding.Location
        var hash: MerkleHash
    }

    private var last: SeenEntry?
    /// Two lines whose hash does not match; the next line shows which of them is wrong.
    private var suspicion: (earlier: SeenEntry, later: SeenEntry, repaired: MerkleHash?)?
    /// The first place that is wrong, once it is known.
    private(set) var firstBad: AuditFinding.Location?
    /// The hash that the newest line should have named, while it is unknown which line is wrong.
    var disputed: MerkleHash? { suspicion?.earlier.hash }
    private(set) var count = 0

    /// Takes the next line with its hash.
    mutating func take(_ line: AuditLine, hash: MerkleHash) {
        count += 1
        guard firstBad == nil else { return }
        let links = line.links
        let seen = SeenEntry(place: AuditFinding.Location(line, count), hash: hash)
        if let suspicion {
            let named = links?.previous ?? line.namedHash
            let isEarlierSound = named == suspicion.earlier.hash || named != nil && named == suspicion.repaired
            return accuse(isEarlierSound ? suspicion.later : suspicion.earlier, Self.altered)
        }
        let earlier = last
        last = seen
        guard let links else {
            guard let named = line.namedHash, let earlier, named != earlier.hash else {
                return accuse(seen, "is not an entry of the log")
            }
            return suspect(earlier, line, seen)
        }
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
        suspect(earlier, line, seen)
    }

    private mutating func suspect(_ earlier: SeenEntry, _ line: AuditLine, _ seen: SeenEntry) {
        suspicion = (earlier, seen, line.naming(earlier.hash).map { $0.withUnsafeBytes { MerkleHash(of: $0) } })
    }

    /// Ends the check: of the last two lines the earlier one counts as wrong, unless a checkpoint shows that it is not.
    ///
    /// - Parameter isEarlierSound: whether a checkpoint covers all lines but the last.
    mutating func finish(isEarlierSound: Bool) {
        guard firstBad == nil, let suspicion else { return }
        accuse(isEarlierSound ? suspicion.later : suspicion.earlier, Self.altered)
    }

    private static let altered = "is not what the next entry was written after"

    private mutating func accuse(_ seen: SeenEntry, _ reason: String) {
        var place = seen.place
        place.reason = reason
        firstBad = place
    }
}
