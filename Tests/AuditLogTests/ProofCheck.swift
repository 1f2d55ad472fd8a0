import AuditLog

/// Checks proofs as a reader of a log would (RFC 9162 sections 2.1.3.2 and 2.1.4.2), apart from the code that makes them.
enum ProofCheck {
    /// Whether a path leads from a leaf to a root (RFC 9162 section 2.1.3.2).
    static func includes(
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
    static func extends(
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
}
