package import ExactJSON
import RingbackHome

/// Makes proofs from a log, reading it once or twice in constant memory.
package struct AuditProver: Sendable {
    package let directory: String

    package init(directory: String) { self.directory = directory }

    /// A proof that an entry is in the log; its line and the root suffice to check it (RFC 9162 section 2.1.3.2).
    package struct Inclusion: Hashable, Sendable {
        /// The entry, counted from 0.
        package var leafIndex: Int
        package var treeSize: Int
        /// SHA-256(0x00 ‖ line).
        package var leafHash: MerkleHash
        /// The siblings on the way from the leaf to the root.
        package var path: [MerkleHash]
        package var root: MerkleHash

        package var json: JSONValue {
            [
                "leafIndex": .integer(leafIndex), "treeSize": .integer(treeSize),
                "leafHash": .string(leafHash.hexadecimal), "path": .array(path.map { .string($0.hexadecimal) }),
                "rootHash": .string(root.hexadecimal),
            ]
        }
    }

    /// A proof that a log begins with an older one (RFC 9162 section 2.1.4.2).
    package struct Consistency: Hashable, Sendable {
        package var oldSize: Int
        package var oldRoot: MerkleHash
        package var treeSize: Int
        /// The roots of the subtrees that both are made of.
        package var path: [MerkleHash]
        package var root: MerkleHash

        package var json: JSONValue {
            [
                "oldSize": .integer(oldSize), "oldRootHash": .string(oldRoot.hexadecimal),
                "treeSize": .integer(treeSize), "path": .array(path.map { .string($0.hexadecimal) }),
                "rootHash": .string(root.hexadecimal),
            ]
        }
    }

    /// Proves that an entry is in the tree of the newest checkpoint or, if that does not cover it, in the whole tree.
    ///
    /// - Parameter sequence: the number of the entry, counted from 1.
    package func inclusion(of sequence: Int) throws -> Inclusion {
        let (size, signed) = try tree(covering: sequence)
        guard sequence >= 1, sequence <= size else {
            throw AuditError(.notProvable, "there is no entry \(sequence): the log has \(size)")
        }
        let index = sequence - 1
        let ranges = MerkleProof.inclusionRanges(of: index, in: size)
        let (leaf, path, root) = try proof(of: index..<sequence, ranges, in: size, signed)
        return Inclusion(leafIndex: index, treeSize: size, leafHash: leaf, path: path, root: root)
    }

    /// Proves that the log begins with its first entries.
    ///
    /// - Parameter old: how many of the first entries.
    package func consistency(from old: Int) throws -> Consistency {
        let (size, signed) = try tree(covering: old)
        guard old >= 1, old <= size else {
            throw AuditError(.notProvable, "there is no tree of \(old) entries: the log has \(size)")
        }
        let ranges = MerkleProof.consistencyRanges(from: old, to: size)
        let (oldRoot, path, root) = try proof(of: 0..<old, ranges, in: size, signed)
        return Consistency(oldSize: old, oldRoot: oldRoot, treeSize: size, path: path, root: root)
    }

    /// The tree of a proof: its number of entries, and its root if a checkpoint names it.
    private func tree(covering sequence: Int) throws -> (size: Int, root: MerkleHash?) {
        let reader = AuditReader(directory: directory)
        try reader.requireLog()
        if let covered = try reader.checkpoint()?.checkpoint, covered.size >= sequence {
            return (covered.size, covered.root)
        }
        var count = 0
        try reader.eachRestoredLine { line in
            if line.isWhole { count += 1 }
            return true
        }
        return (count, nil)
    }

    /// Computes the roots of a part of the tree, of the subtrees that prove it, and of the whole tree.
    ///
    /// - Throws: ``AuditError`` if the proof leads to another root than the signed one: no verifier would accept it.
    private func proof(
        of part: Range<Int>,
        _ ranges: [Range<Int>],
        in size: Int,
        _ signed: MerkleHash?
    ) throws -> (part: MerkleHash, path: [MerkleHash], root: MerkleHash) {
        var subtrees = SubtreeRoots([part, 0..<size] + ranges)
        var count = 0
        try AuditReader(directory: directory).eachRestoredLine { line in
            guard line.isWhole, count < size else { return false }
            subtrees.append(.leaf(line.bytes))
            count += 1
            return true
        }
        guard count == size else {
            let problem = "the log has \(count) entries, but its checkpoint covers \(size)"
            throw AuditError(.notProvable, "\(problem): `ringback audit verify` shows more")
        }
        let roots = subtrees.roots
        let root = roots[1]
        guard let signed, signed != root else { return (roots[0], Array(roots.dropFirst(2)), root) }
        let problem = "the log is not the one that its checkpoint was signed for"
        throw AuditError(.notProvable, "\(problem): `ringback audit verify` shows where they differ")
    }
}
