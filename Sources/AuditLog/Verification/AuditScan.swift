/// What one pass over a log finds.
struct AuditScan {
    private var chain = ChainCheck()
    private var frontier = MerkleFrontier()
    private let sizes: Set<Int>
    private var missing: AuditFinding.Location?
    /// The root if the newest line named the right hash of the line before it.
    private var repaired: MerkleHash?
    /// The trusted keys and those that they have handed over to.
    private(set) var keys: KeyHistory
    /// Whether entries are in more than one segment.
    private(set) var hasSegments = false
    private(set) var roots: [Int: MerkleHash] = [:]
    /// The last entries of the trees at those sizes.
    private(set) var places: [Int: AuditFinding.Location] = [:]
    private(set) var isTorn = false
    /// Where the log ends: after the last whole line, or at an unfinished one.
    private(set) var end = AuditFinding.Location(file: AuditSegments.name(1), line: 1, offset: 0, sequence: 1)

    init(keys: [NoteVerifier], sizes: [Int]) {
        self.keys = KeyHistory(trusting: keys)
        self.sizes = Set(sizes)
        if self.sizes.contains(0) { roots[0] = frontier.root }
    }

    var count: Int { chain.count }
    var root: MerkleHash { frontier.root }
    /// The first line that breaks the chain.
    var firstBad: AuditFinding.Location? {
        guard let missing, let bad = chain.firstBad else { return missing ?? chain.firstBad }
        return (bad.sequence ?? .max) < (missing.sequence ?? .max) ? bad : missing
    }

    /// Notes a segment that is missing although later ones exist.
    mutating func missingSegment(_ name: String) {
        guard missing == nil, chain.firstBad == nil else { return }
        missing = AuditFinding.Location(file: name, sequence: count + 1, reason: "the segment is missing")
    }

    mutating func take(_ line: AuditLine) {
        // An unfinished line before others was cut after it had been written.
        if isTorn { falsify(end, "the line is not finished") }
        isTorn = !line.isWhole
        if isTorn {
            end = AuditFinding.Location(line, count + 1)
            return
        }
        chain.take(line, hash: MerkleHash(of: line.bytes))
        repaired = nil
        if let hash = chain.disputed { repaired = root(with: line, after: hash) }
        let place = AuditFinding.Location(line, count)
        hasSegments = hasSegments || (line.line == 1 && count > 1)
        // The first entry of a segment holds the tree of all entries before it.
        if line.line == 1, count > 1, RotationRecord(line)?.frontier != frontier {
            falsify(place, "does not say what was in the segments before it")
        }
        frontier.append(.leaf(line.bytes))
        end = AuditFinding.Location(file: line.file, line: line.line + 1, offset: line.end, sequence: count + 1)
        if sizes.contains(count) {
            roots[count] = frontier.root
            places[count] = place
        }
        if line.mayBeRotation { keys.take(line, at: count) }
    }

    /// The root if this line named that hash.
    private func root(with line: AuditLine, after hash: MerkleHash) -> MerkleHash {
        guard let bytes = line.naming(hash) else { return frontier.root }
        var frontier = frontier
        frontier.append(.leaf(bytes))
        return frontier.root
    }

    private mutating func falsify(_ place: AuditFinding.Location, _ reason: String) {
        guard firstBad == nil else { return }
        var place = place
        place.reason = reason
        missing = place
    }

    /// Ends the pass after the last line.
    ///
    /// - Parameter checkpoints: those whose signatures are valid.
    mutating func finish(_ checkpoints: [Checkpoint]) {
        // If the last two lines contradict each other, a checkpoint over both shows which of them is wrong.
        chain.finish(isEarlierSound: checkpoints.contains { $0.size == count && $0.root == repaired })
    }
}
