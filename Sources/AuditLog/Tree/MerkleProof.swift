/// The subtrees of a proof, and the check of a proof (RFC 6962 section 2.1, RFC 9162 section 2.1).
package enum MerkleProof {
    /// The leaves of the subtrees whose roots prove that a leaf is in a tree, from the leaf upwards.
    ///
    /// - Parameters:
    ///   - index: the leaf, counted from 0.
    ///   - size: the number of leaves, greater than `index`.
    package static func inclusionRanges(of index: Int, in size: Int) -> [Range<Int>] {
        var ranges: [Range<Int>] = []
        var tree = 0..<size
        while tree.count > 1 {
            let split = tree.lowerBound + largestPower(below: tree.count)
            if index < split {
                ranges.append(split..<tree.upperBound)
                tree = tree.lowerBound..<split
            } else {
                ranges.append(tree.lowerBound..<split)
                tree = split..<tree.upperBound
            }
        }
        return ranges.reversed()
    }

    /// The leaves of the subtrees whose roots prove that a tree began with an older one.
    ///
    /// - Parameters:
    ///   - old: the number of leaves of the older tree, greater than 0.
    ///   - size: the number of leaves, not less than `old`.
    package static func consistencyRanges(from old: Int, to size: Int) -> [Range<Int>] {
        var ranges: [Range<Int>] = []
        var tree = 0..<size
        var isWhole = true  // whether the checker knows the root of this subtree
        while old < tree.upperBound {
            let split = tree.lowerBound + largestPower(below: tree.count)
            if old <= split {
                ranges.append(split..<tree.upperBound)
                tree = tree.lowerBound..<split
            } else {
                ranges.append(tree.lowerBound..<split)
                tree = split..<tree.upperBound
                isWhole = false
            }
        }
        if !isWhole { ranges.append(tree) }
        return ranges.reversed()
    }

    /// Whether a path leads from a leaf to a root (RFC 9162 section 2.1.3.2).
    package static func includes(
        _ leaf: MerkleHash,
        at index: Int,
        in size: Int,
        path: [MerkleHash],
        root: MerkleHash
    ) -> Bool {
        guard index >= 0, index < size else { return false }
        var (position, last, hash) = (index, size - 1, leaf)
        for sibling in path {
            guard last > 0 else { return false }
            if position & 1 == 1 || position == last {
                hash = .node(sibling, hash)
                while position & 1 == 0, position > 0 { (position, last) = (position >> 1, last >> 1) }
            } else {
                hash = .node(hash, sibling)
            }
            (position, last) = (position >> 1, last >> 1)
        }
        return last == 0 && hash == root
    }

    /// Whether a tree begins with an older one (RFC 9162 section 2.1.4.2).
    package static func extends(
        _ oldRoot: MerkleHash,
        of old: Int,
        to root: MerkleHash,
        of size: Int,
        path: [MerkleHash]
    ) -> Bool {
        guard old > 0, old <= size else { return false }
        if old == size { return path.isEmpty && oldRoot == root }
        var path = path[...]
        if old.nonzeroBitCount == 1 { path = ([oldRoot] + path)[...] }
        guard let first = path.popFirst() else { return false }
        var (position, last) = (old - 1, size - 1)
        while position & 1 == 1 { (position, last) = (position >> 1, last >> 1) }
        var (older, newer) = (first, first)
        for sibling in path {
            guard last > 0 else { return false }
            if position & 1 == 1 || position == last {
                older = .node(sibling, older)
                newer = .node(sibling, newer)
                while position & 1 == 0, position > 0 { (position, last) = (position >> 1, last >> 1) }
            } else {
                newer = .node(newer, sibling)
            }
            (position, last) = (position >> 1, last >> 1)
        }
        return last == 0 && older == oldRoot && newer == root
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

    /// The roots, in the order of the ranges.
    var roots: [MerkleHash] { frontiers.map(\.root) }
}
