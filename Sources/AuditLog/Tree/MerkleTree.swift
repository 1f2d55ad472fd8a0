import Crypto

/// A SHA-256 hash of the Merkle tree of RFC 6962 section 2.1.
package struct MerkleHash: Hashable, Sendable {
    /// The 32 bytes, in the order of memory.
    private var words = SIMD4<UInt64>()

    private init() {}

    /// 32 bytes of zero.
    static let zeros = MerkleHash()

    init(_ digest: SHA256.Digest) {
        words = digest.withUnsafeBytes { $0.loadUnaligned(as: SIMD4<UInt64>.self) }
    }

    /// Takes 32 bytes; returns nil for any other number.
    package init?(_ bytes: some Collection<UInt8>) {
        guard bytes.count == 32 else { return nil }
        words = Array(bytes).withUnsafeBytes { $0.loadUnaligned(as: SIMD4<UInt64>.self) }
    }

    /// Reads 64 hexadecimal digits in lower case; returns nil for any other text.
    package init?(hexadecimal text: some Collection<UInt8>) {
        guard text.count == 64 else { return nil }
        let isSound = withUnsafeMutableBytes(of: &words) { bytes in
            for (index, character) in text.enumerated() {
                let digit: UInt8
                switch character {
                case 0x30...0x39: digit = character - 0x30
                case 0x61...0x66: digit = character - 0x57
                default: return false
                }
                bytes[index / 2] = bytes[index / 2] << 4 | digit
            }
            return true
        }
        guard isSound else { return nil }
    }

    /// The root of a tree without leaves: the hash of nothing.
    package static let ofNothing = MerkleHash(SHA256.hash(data: [UInt8]()))

    /// The hash of a leaf: SHA-256(0x00 ‖ data).
    package static func leaf(_ data: [UInt8]) -> MerkleHash { data.withUnsafeBytes { leaf($0) } }

    /// The hash of a leaf.
    static func leaf(_ data: UnsafeRawBufferPointer) -> MerkleHash {
        // In one piece: a second update would take longer than copying the line.
        withUnsafeTemporaryAllocation(byteCount: data.count + 1, alignment: 1) { buffer in
            buffer[0] = 0x00
            UnsafeMutableRawBufferPointer(rebasing: buffer[1...]).copyMemory(from: data)
            return MerkleHash(of: UnsafeRawBufferPointer(buffer))
        }
    }

    /// The hash of a node: SHA-256(0x01 ‖ left ‖ right).
    package static func node(_ left: MerkleHash, _ right: MerkleHash) -> MerkleHash {
        withUnsafeTemporaryAllocation(byteCount: 65, alignment: 8) { buffer in
            buffer[0] = 0x01
            buffer.storeBytes(of: left.words, toByteOffset: 1, as: SIMD4<UInt64>.self)
            buffer.storeBytes(of: right.words, toByteOffset: 33, as: SIMD4<UInt64>.self)
            return MerkleHash(of: UnsafeRawBufferPointer(buffer))
        }
    }

    /// SHA-256 of the bytes themselves.
    init(of bytes: UnsafeRawBufferPointer) {
        var hasher = SHA256()
        hasher.update(bufferPointer: bytes)
        self.init(hasher.finalize())
    }

    package var bytes: [UInt8] { withUnsafeBytes(of: words) { Array($0) } }

    /// The 64 hexadecimal digits, in lower case.
    package var hexadecimal: String {
        let digits: StaticString = "0123456789abcdef"
        return withUnsafeBytes(of: words) { bytes in
            String(unsafeUninitializedCapacity: 64) { text in
                for (index, byte) in bytes.enumerated() {
                    text[2 * index] = digits.utf8Start[Int(byte >> 4)]
                    text[2 * index + 1] = digits.utf8Start[Int(byte & 15)]
                }
                return 64
            }
        }
    }
}

/// The part of a Merkle tree that appending needs: the roots of its full subtrees, the largest first.
///
/// A tree of n leaves has one root for each bit that is set in n, and no earlier leaf is hashed again.
package struct MerkleFrontier: Hashable, Sendable {
    /// The number of leaves.
    package private(set) var count = 0
    /// The roots of the full subtrees, the largest first.
    package private(set) var peaks: [MerkleHash] = []

    /// The tree without leaves.
    package init() {}

    /// Continues a tree; returns nil if the number of roots does not match the number of leaves.
    package init?(count: Int, peaks: [MerkleHash]) {
        guard count >= 0, count.nonzeroBitCount == peaks.count else { return nil }
        self.count = count
        self.peaks = peaks
    }

    /// Appends a leaf by its hash.
    package mutating func append(_ leaf: MerkleHash) {
        var hash = leaf
        // Each set bit at the end is a full subtree as large as the one that was just completed.
        for _ in 0..<(~count).trailingZeroBitCount { hash = .node(peaks.removeLast(), hash) }
        peaks.append(hash)
        count += 1
    }

    package var root: MerkleHash {
        guard var root = peaks.last else { return .ofNothing }
        for peak in peaks.dropLast().reversed() { root = .node(peak, root) }
        return root
    }
}
