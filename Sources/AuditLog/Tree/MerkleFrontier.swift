/// As much of a Merkle tree as is needed to go on with it: the roots of its full subtrees, the largest first.
///
/// A tree of n leaves has as many as n has bits that are set, so a leaf is appended without any other being hashed again.
package struct MerkleFrontier: Hashable, Sendable {
    /// The number of leaves.
    package private(set) var count: Int
    /// The roots of the full subtrees, the largest first.
    package private(set) var peaks: [MerkleHash]

    /// The tree without leaves.
    package init() {
        count = 0
        peaks = []
    }

    /// Goes on with a tree; `nil` where the number of roots does not fit that of the leaves.
    package init?(count: Int, peaks: [MerkleHash]) {
        guard count >= 0, count.nonzeroBitCount == peaks.count else { return nil }
        self.count = count
        self.peaks = peaks
    }

    /// Appends a leaf by its hash.
    package mutating func append(_ leaf: MerkleHash) {
        var hash = leaf
        // Each set bit at the end is a full subtree as large as the one that has just been completed.
        for _ in 0..<(~count).trailingZeroBitCount { hash = .node(peaks.removeLast(), hash) }
        peaks.append(hash)
        count += 1
    }

    /// The root of the tree.
    package var root: MerkleHash {
        guard var root = peaks.last else { return .ofNothing }
        for peak in peaks.dropLast().reversed() { root = .node(peak, root) }
        return root
    }
}
