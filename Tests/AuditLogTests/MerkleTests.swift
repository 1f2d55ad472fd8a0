import Crypto
import Foundation
import RingbackTestKit
import Testing

@testable import AuditLog

/// The tree of RFC 6962 and its proofs, against published values and against the definitions written out.
@Suite("Merkle tree", .timeLimit(.minutes(5)))
struct MerkleTests {
    /// The leaves of the tests of Certificate Transparency (google/certificate-transparency, merkletree tests).
    private static let leaves: [[UInt8]] = [
        [], [0x00], [0x10], [0x20, 0x21], [0x30, 0x31], [0x40, 0x41, 0x42, 0x43], Array(0x50...0x57),
        Array(0x60...0x6F),
    ]

    /// The roots over the first 0 to 8 of them.
    private static let roots = [
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
        "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
        "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
        "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
    ]

    /// The definitions of RFC 6962 section 2.1, word for word.
    private enum Definition {
        static func split(_ count: Int) -> Int {
            var power = 1
            while power * 2 < count { power *= 2 }
            return power
        }

        static func root(_ data: ArraySlice<[UInt8]>) -> [UInt8] {
            if data.isEmpty { return Array(SHA256.hash(data: [UInt8]())) }
            if data.count == 1 { return Array(SHA256.hash(data: [0x00] + (data.first ?? []))) }
            let middle = data.startIndex + split(data.count)
            return Array(SHA256.hash(data: [0x01] + root(data[..<middle]) + root(data[middle...])))
        }

        static func path(_ index: Int, _ data: ArraySlice<[UInt8]>) -> [[UInt8]] {
            guard data.count > 1 else { return [] }
            let middle = data.startIndex + split(data.count)
            return index < middle
                ? path(index, data[..<middle]) + [root(data[middle...])]
                : path(index, data[middle...]) + [root(data[..<middle])]
        }

        static func proof(_ old: Int, _ data: ArraySlice<[UInt8]>, _ isWhole: Bool = true) -> [[UInt8]] {
            if old == data.count { return isWhole ? [] : [root(data)] }
            let size = split(data.count)
            let middle = data.startIndex + size
            return old <= size
                ? proof(old, data[..<middle], isWhole) + [root(data[middle...])]
                : proof(old - size, data[middle...], false) + [root(data[..<middle])]
        }
    }

    private static func subtrees(_ ranges: [Range<Int>], of data: [[UInt8]]) -> [MerkleHash] {
        var roots = SubtreeRoots(ranges)
        for leaf in data { roots.append(.leaf(leaf)) }
        return roots.roots
    }

    @Test func rootsAreThePublishedOnes() {
        var frontier = MerkleFrontier()
        #expect(frontier.root.hexadecimal == Self.roots[0])
        for (index, leaf) in Self.leaves.enumerated() {
            frontier.append(.leaf(leaf))
            #expect(frontier.root.hexadecimal == Self.roots[index + 1])
            #expect(frontier == MerkleFrontier(count: index + 1, peaks: frontier.peaks))
        }
    }

    @Test func everyProofOfEveryTreeUpTo40LeavesIsThatOfTheDefinition() throws {
        let data = (0..<40).map { [UInt8]("leaf \($0)".utf8) }
        var count = 0
        for size in 1...data.count {
            let leaves = Array(data[..<size])
            let root = try #require(MerkleHash(Definition.root(leaves[...])))
            #expect(Self.subtrees([0..<size], of: leaves) == [root])
            for index in 0..<size {
                let path = Self.subtrees(MerkleProof.inclusionRanges(of: index, in: size), of: leaves)
                #expect(path.map(\.bytes) == Definition.path(index, leaves[...]))
                let leaf = MerkleHash.leaf(leaves[index])
                #expect(ProofCheck.includes(leaf, at: index, in: size, path: path, root: root))
                #expect(!ProofCheck.includes(.leaf([1]), at: index, in: size, path: path, root: root))
                #expect(!ProofCheck.includes(leaf, at: index, in: size, path: path + [root], root: root))
                if size > 1 {
                    #expect(!ProofCheck.includes(leaf, at: (index + 1) % size, in: size, path: path, root: root))
                    #expect(!ProofCheck.includes(leaf, at: index, in: size, path: path.dropLast(), root: root))
                }
                count += 1
            }
            for old in 1...size {
                let path = Self.subtrees(MerkleProof.consistencyRanges(from: old, to: size), of: leaves)
                #expect(path.map(\.bytes) == Definition.proof(old, leaves[...]))
                let oldRoot = try #require(MerkleHash(Definition.root(leaves[..<old])))
                #expect(ProofCheck.extends(oldRoot, of: old, to: root, of: size, path: path))
                #expect(!ProofCheck.extends(.leaf([1]), of: old, to: root, of: size, path: path))
                #expect(!ProofCheck.extends(oldRoot, of: old, to: .leaf([1]), of: size, path: path))
                #expect(!ProofCheck.extends(oldRoot, of: old, to: root, of: size, path: path + [root]))
                count += 1
            }
        }
        #expect(count == 2 * (40 * 41 / 2))
    }

    @Test func hashesAreReadAndWritten() {
        let hash = MerkleHash.leaf([1, 2, 3])
        #expect(MerkleHash(hash.bytes) == hash)
        #expect(MerkleHash(hexadecimal: hash.hexadecimal.utf8) == hash)
        #expect(MerkleHash(hexadecimal: hash.hexadecimal.uppercased().utf8) == nil)
        #expect(MerkleHash(hexadecimal: "00".utf8) == nil)
        #expect(MerkleHash([1, 2]) == nil)
        #expect(MerkleFrontier(count: 3, peaks: [hash]) == nil)
    }
}

/// Signed notes and checkpoints (C2SP), against the published example.
@Suite("Signed notes", .timeLimit(.minutes(5)))
struct NoteTests {
    /// golang.org/x/mod/sumdb/note, example.
    private static let verifier = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
    private static let signer = "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz"
    private static let text = """
        If you think cryptography is the answer to your problem,
        then you don't know what your problem is.

        """
    private static let signature =
        "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"

    @Test func thePublishedNoteIsReadAndVerified() throws {
        let verifier = try #require(NoteVerifier(Self.verifier))
        #expect(verifier.description == Self.verifier)
        let text = Self.text + "\n" + Self.signature
        let note = try #require(SignedNote(Array(text.utf8)))
        #expect(note.body == Self.text && note.text == text)
        #expect(note.isSigned(byOneOf: [verifier]))
        let other = try #require(SignedNote(Array(text.replacing("answer", with: "cause").utf8)))
        #expect(!other.isSigned(byOneOf: [verifier]))
        #expect(!note.isSigned(byOneOf: [NoteSigner(name: "PeterNeumann").verifier]))
    }

    @Test func thePublishedKeySigns() throws {
        let signer = try #require(NoteSigner(Self.signer))
        #expect(signer.verifier.description == Self.verifier && signer.secretText == Self.signer)
        #expect("\(signer)" == "[redacted]" && Mirror(reflecting: signer).children.isEmpty)
        let note = try SignedNote(Self.text, by: [signer, NoteSigner(name: "witness")])
        let read = try #require(SignedNote(Array(note.text.utf8)))
        #expect(read == note && read.isSigned(byOneOf: [signer.verifier]))
    }

    @Test(arguments: [
        "PeterNeumann+c74f20a4+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW", "PeterNeumann+c74f20a3",
        "Peter Neumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW", "a+b+c", "",
        "PeterNeumann+c74f20a3+AhpC2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
    ])
    func whatIsNoKeyIsNone(_ text: String) { #expect(NoteVerifier(text) == nil) }

    @Test(arguments: [
        "", "text\n", "text\n\n", "text\n\n- a eHl6eHl6\n", "text\n\n— a\n", "text\n\n— a eHl6eHl6",
        "text\n\n— a eHl6\n",
        "te\u{1}xt\n\n— a eHl6eHl6\n",
    ])
    func whatIsNoNoteIsNone(_ text: String) { #expect(SignedNote(Array(text.utf8)) == nil) }

    @Test(arguments: [
        "", "o\n", "o\n1\n", "o\n1\nabc\n", "o\n01\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n",
        "o\n-1\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n", "\n1\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n",
    ])
    func whatIsNoCheckpointIsNone(_ body: String) { #expect(Checkpoint(body) == nil) }

    @Test func checkpointsAreReadAndWritten() throws {
        let checkpoint = Checkpoint(origin: "example.org/log", size: 0, root: .ofNothing)
        #expect(checkpoint.body == "example.org/log\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n")
        #expect(Checkpoint(checkpoint.body) == checkpoint)
        #expect(Checkpoint(checkpoint.body + "extension\n") == checkpoint)
    }
}
