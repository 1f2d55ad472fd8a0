/// The subtrees that a proof consists of (RFC 6962 section 2.1, RFC 9162 section 2.1).
package enum MerkleProof {
    /// The leaves of the subtrees whose roots prove that a leaf is in a tree, from the leaf upwards.
    ///
    /// - Parameters:
    ///   - index: the leaf, counted from 0.
    ///   - size: the number of leaves, greater than `index`.
    package static func inclusionRanges(of index: Int, in size: Int) -> [Range<Int>] {
        descent(to: index, from: 0..<size) { $0.count > 1 }.siblings
    }

    /// The leaves of the subtrees whose roots prove that a tree began with an older one.
    ///
    /// - Parameters:
    ///   - old: the number of leaves of the older tree, greater than 0.
    ///   - size: the number of leaves, not less than `old`.
    package static func consistencyRanges(from old: Int, to size: Int) -> [Range<Int>] {
        let (siblings, subtree) = descent(to: old - 1, from: 0..<size) { old < $0.upperBound }
        // The checker knows the root of the older tree, so the proof omits it.
        return subtree.lowerBound == 0 ? siblings : [subtree] + siblings
    }

    /// Descends from a tree towards a leaf until the subtree is small enough.
    ///
    /// - Returns: the siblings of the subtrees on the way, the last one first, and the subtree at the end.
    private static func descent(
        to leaf: Int,
        from tree: Range<Int>,
        while isTooLarge: (Range<Int>) -> Bool
    ) -> (siblings: [Range<Int>], subtree: Range<Int>) {
        var siblings: [Range<Int>] = []
        var tree = tree
        while isTooLarge(tree) {
            let split = tree.lowerBound + largestPower(below: tree.count)
            let (left, right) = (tree.lowerBound..<split, split..<tree.upperBound)
            siblings.append(leaf < split ? right : left)
            tree = leaf < split ? left : right
        }
        return (siblings.reversed(), tree)
    }

    /// The largest power of two that is less than a number greater than 1.
    private static func largestPower(below number: Int) -> Int {
        1 << (Int.bitWidth - 1 - (number - 1).leadingZeroBitCount)
    }
}

/// Computes the roots of subtrees from a stream of leaves, in constant memory.
struct SubtreeRoots {
    private let ranges: [Range<Int>]
    private var frontiers: [MerkleFrontier]
    private var index = 0

    init(_ ranges: [Range<Int>]) {
        self.ranges = ranges
        frontiers = ranges.map { _ in MerkleFrontier() }
    }

    mutating func append(_ leaf: MerkleHash) {
        for (place, range) in ranges.enumerated() where range.contains(index) { frontiers[place].append(leaf) }
        index += 1
    }

    var roots: [MerkleHash] { frontiers.map(\.root) }
}
