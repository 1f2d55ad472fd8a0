package import ExactJSON
import RingbackHome

/// Takes proofs out of a log, reading it once or twice; memory does not grow with it.
package struct AuditProver: Sendable {
    /// The folder of the log.
    package let directory: String

    /// Proves what is in the log of a folder.
    package init(directory: String) { self.directory = directory }

    /// Something is asked of entries that are not there.
    package struct RangeError: Error, CustomStringConvertible {
        /// What there is instead.
        package var description: String
    }

    /// That an entry is in the log: whoever has its line and the root can check it (RFC 9162 section 2.1.3.2).
    package struct Inclusion: Hashable, Sendable {
        /// The entry, counted from 0.
        package var leafIndex: Int
        /// The entries of the tree.
        package var treeSize: Int
        /// SHA-256(0x00 ‖ line).
        package var leafHash: MerkleHash
        /// The siblings on the way from the leaf to the root.
        package var path: [MerkleHash]
        /// The root of the tree.
        package var root: MerkleHash

        /// The proof as the contract has it.
        package var json: JSONValue {
            [
                "leafIndex": .integer(leafIndex), "treeSize": .integer(treeSize),
                "leafHash": .string(leafHash.hexadecimal), "path": .array(path.map { .string($0.hexadecimal) }),
                "rootHash": .string(root.hexadecimal),
            ]
        }
    }

    /// That a log begins with what an older one was (RFC 9162 section 2.1.4.2).
    package struct Consistency: Hashable, Sendable {
        /// The entries of the older tree.
        package var oldSize: Int
        /// The root of the older tree.
        package var oldRoot: MerkleHash
        /// The entries of the tree.
        package var treeSize: Int
        /// The subtrees that both are made of.
        package var path: [MerkleHash]
        /// The root of the tree.
        package var root: MerkleHash

        /// The proof for programs.
        package var json: JSONValue {
            [
                "oldSize": .integer(oldSize), "oldRootHash": .string(oldRoot.hexadecimal),
                "treeSize": .integer(treeSize), "path": .array(path.map { .string($0.hexadecimal) }),
                "rootHash": .string(root.hexadecimal),
            ]
        }
    }

    /// Proves that an entry is in the log: in the tree of the newest checkpoint where that covers it, else in that of all.
    ///
    /// - Parameter sequence: the number of the entry, counted from 1.
    package func inclusion(of sequence: Int) throws -> Inclusion {
        let (size, signed) = try tree(covering: sequence)
        guard sequence >= 1, sequence <= size else {
            throw RangeError(description: "there is no entry \(sequence): the log has \(size)")
        }
        let index = sequence - 1
        let ranges = MerkleProof.inclusionRanges(of: index, in: size)
        let roots = try subtreeRoots([index..<sequence] + ranges + [0..<size])
        try hold(roots[ranges.count + 1], against: signed)
        return Inclusion(
            leafIndex: index,
            treeSize: size,
            leafHash: roots[0],
            path: Array(roots.dropFirst().prefix(ranges.count)),
            root: roots[ranges.count + 1]
        )
    }

    /// Proves that the log goes on from what it was.
    ///
    /// - Parameter old: the number of entries that it had.
    package func consistency(from old: Int) throws -> Consistency {
        let (size, signed) = try tree(covering: old)
        guard old >= 1, old <= size else {
            throw RangeError(description: "there is no tree of \(old) entries: the log has \(size)")
        }
        let ranges = MerkleProof.consistencyRanges(from: old, to: size)
        let roots = try subtreeRoots([0..<old] + ranges + [0..<size])
        try hold(roots[ranges.count + 1], against: signed)
        return Consistency(
            oldSize: old,
            oldRoot: roots[0],
            treeSize: size,
            path: Array(roots.dropFirst().prefix(ranges.count)),
            root: roots[ranges.count + 1]
        )
    }

    /// The tree that a proof is about: how many entries it has, and the root that a checkpoint says it has.
    private func tree(covering sequence: Int) throws -> (size: Int, root: MerkleHash?) {
        let reader = AuditReader(directory: directory)
        try reader.requireLog()
        if let covered = try reader.checkpoint()?.checkpoint, covered.size >= sequence {
            return (covered.size, covered.root)
        }
        var count = 0
        try reader.eachLine { line in
            if line.isWhole { count += 1 }
            return true
        }
        return (count, nil)
    }

    /// A proof that leads to another root than the signed one would be worth nothing to whoever gets it.
    private func hold(_ root: MerkleHash, against signed: MerkleHash?) throws {
        guard let signed, signed != root else { return }
        throw RangeError(
            description: "the log is not what its checkpoint was signed for: `ringback audit verify` tells where"
        )
    }

    private func subtreeRoots(_ ranges: [Range<Int>]) throws -> [MerkleHash] {
        var subtrees = SubtreeRoots(ranges)
        let size = ranges.map(\.upperBound).max() ?? 0
        var count = 0
        try AuditReader(directory: directory).eachLine { line in
            guard line.isWhole, count < size else { return false }
            subtrees.append(.leaf(line.bytes))
            count += 1
            return true
        }
        guard count == size else {
            throw RangeError(
                description:
                    "the log has \(count) entries, and its checkpoint covers \(size): `ringback audit verify` tells more"
            )
        }
        return subtrees.roots
    }
}
