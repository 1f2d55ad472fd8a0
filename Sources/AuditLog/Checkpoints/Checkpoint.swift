#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// What a log signs of itself: its name, how many entries it has and their root (C2SP tlog-checkpoint).
package struct Checkpoint: Hashable, Sendable {
    /// The log's name.
    package var origin: String
    /// The number of entries.
    package var size: Int
    /// The root of their tree.
    package var root: MerkleHash

    /// Creates a checkpoint.
    package init(origin: String, size: Int, root: MerkleHash) {
        self.origin = origin
        self.size = size
        self.root = root
    }

    /// Reads the text of a note, `nil` where it is no checkpoint; extension lines after the three are passed over.
    package init?(_ body: String) {
        let lines = body.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        guard lines.count >= 4, !lines[0].isEmpty, let size = Int(lines[1]), size >= 0, String(size) == lines[1],
            let bytes = Data(base64Encoded: lines[2]), let root = MerkleHash(bytes)
        else { return nil }
        self.init(origin: lines[0], size: size, root: root)
    }

    /// The text that is signed.
    package var body: String { "\(origin)\n\(size)\n\(Data(root.bytes).base64EncodedString())\n" }
}
