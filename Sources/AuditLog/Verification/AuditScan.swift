/// What one pass over a log gathers.
struct AuditScan {
    private var chain = ChainCheck()
    private var frontier = MerkleFrontier()
    private let sizes: Set<Int>
    /// The last line that was read.
    private var last: AuditFinding.Place?
    private var missing: AuditFinding.Place?
    /// The root if the newest line is wrong only about the one before it.
    private var repaired: MerkleHash?
    /// The keys that are trusted, and those that they have handed over to.
    private(set) var keys: KeyHistory
    /// Whether entries are in more than one segment.
    private(set) var hasSegments = false
    /// The roots at the sizes that are wanted.
    private(set) var roots: [Int: MerkleHash] = [:]
    /// The last entries of the trees at those sizes.
    private(set) var places: [Int: AuditFinding.Place] = [:]
    /// Whether the last line is not finished.
    private(set) var isTorn = false
    /// Where the log ends: behind the last whole line, or at an unfinished one.
    private(set) var end = AuditFinding.Place(
        file: AuditSegments.name(1),
        line: 1,
        offset: 0,
        sequence: 1,
        reason: ""
    )

    init(keys: [NoteVerifier], sizes: [Int]) {
        self.keys = KeyHistory(trusting: keys)
        self.sizes = Set(sizes)
        if self.sizes.contains(0) { roots[0] = frontier.root }
    }

    /// The whole lines.
    var count: Int { chain.count }
    /// The root over them.
    var root: MerkleHash { frontier.root }
    /// The first line that breaks the chain.
    var firstBad: AuditFinding.Place? { missing ?? chain.firstBad }

    /// Takes note of a segment that is not there although later ones are.
    mutating func missingSegment(_ name: String) {
        guard missing == nil, chain.firstBad == nil else { return }
        missing = AuditFinding.Place(
            file: name,
            line: nil,
            offset: nil,
            sequence: count + 1,
            reason: "the segment is missing"
        )
    }

    mutating func take(_ line: AuditLine) {
        // An unfinished line that is not the last one was cut after it had been written.
        if isTorn { falsify(end, "the line is not finished") }
        isTorn = !line.isWhole
        if isTorn {
            end = Self.place(line, count + 1)
        } else {
            takeWhole(line)
        }
    }

    private mutating func takeWhole(_ line: AuditLine) {
        chain.take(line, hash: MerkleHash(of: line.bytes))
        repaired = nil
        if let hash = chain.disputed { repaired = root(with: line, after: hash) }
        let place = Self.place(line, count)
        hasSegments = hasSegments || (line.line == 1 && count > 1)
        if line.line == 1, count > 1, !tellsWhatWasBefore(line) {
            falsify(place, "does not say what was in the segments before it")
        }
        frontier.append(.leaf(line.bytes))
        end = AuditFinding.Place(
            file: line.file,
            line: line.line + 1,
            offset: line.offset + line.bytes.count + 1,
            sequence: count + 1,
            reason: ""
        )
        if sizes.contains(count) {
            roots[count] = frontier.root
            places[count] = place
        }
        if line.mayBeRotation { keys.take(line, at: count) }
    }

    /// Whether the first entry of a segment has the tree of all before it.
    private func tellsWhatWasBefore(_ line: AuditLine) -> Bool {
        guard let record = RotationRecord(line), let told = record.frontier else { return false }
        return told == frontier
    }

    private static func place(_ line: AuditLine, _ sequence: Int) -> AuditFinding.Place {
        AuditFinding.Place(file: line.file, line: line.line, offset: line.offset, sequence: sequence, reason: "")
    }

    /// The root, had this line named that hash.
    private func root(with line: AuditLine, after hash: MerkleHash) -> MerkleHash {
        var bytes = Array(line.bytes)
        guard bytes.count > 66 else { return frontier.root }
        bytes.replaceSubrange((bytes.count - 66)..<(bytes.count - 2), with: hash.hexadecimal.utf8)
        var frontier = frontier
        frontier.append(.leaf(bytes))
        return frontier.root
    }

    private mutating func falsify(_ place: AuditFinding.Place, _ reason: String) {
        guard firstBad == nil else { return }
        var place = place
        place.reason = reason
        missing = place
    }

    /// There is no further line.
    ///
    /// - Parameter checkpoints: those whose signatures are good.
    mutating func finish(_ checkpoints: [Checkpoint]) {
        // Where the last two lines contradict each other, a checkpoint over both tells which of them is wrong.
        chain.finish(isEarlierSound: checkpoints.contains { $0.size == count && $0.root == repaired })
    }
}
