import Crypto
import ExactJSON
import Foundation
import RingbackHome
import RingbackTestKit
import Testing

@testable import AuditLog

/// A log in memory, to be damaged and written elsewhere.
struct LogCopy: Sendable {
    /// The lines of each segment, without newlines.
    var segments: [[[UInt8]]]
    /// What follows the last newline of the last segment.
    var torn: [UInt8] = []
    var checkpoint: [UInt8]?
    var publicKey: [UInt8]?
    /// The segments that ``write(to:)`` leaves out.
    var left: Set<Int> = []

    init(_ directory: String) throws {
        segments = try AuditSegments.names(in: directory).map { name in
            let bytes = try FileSystem.read("\(directory)/\(name)", upTo: 1 << 30)
            return bytes.split(separator: 0x0A, omittingEmptySubsequences: false).dropLast().map { Array($0) }
        }
        checkpoint = try? FileSystem.read("\(directory)/checkpoint", upTo: 10_000)
        publicKey = try? FileSystem.read("\(directory)/key.pub", upTo: 10_000)
    }

    /// A log of several segments in a home, with a checkpoint over all of it.
    static func make(in home: Home, entries: Int, segmentBytes: Int = 1 << 30) throws -> LogCopy {
        var limits = AuditLogLimits()
        limits.segmentBytes = segmentBytes
        let log = AuditLog(home, limits: limits)
        for number in 1...entries { try log.append(.sample(number)) }
        try log.checkpoint()
        return try LogCopy(home.auditPath)
    }

    var count: Int { segments.reduce(0) { $0 + $1.count } }

    /// The segment and the line of an entry, both counted from 0.
    func place(of sequence: Int) -> (Int, Int) {
        var rest = sequence - 1
        for (index, segment) in segments.enumerated() {
            if rest < segment.count { return (index, rest) }
            rest -= segment.count
        }
        return (segments.count - 1, segments[segments.count - 1].count)
    }

    subscript(sequence: Int) -> [UInt8] {
        get {
            let (segment, line) = place(of: sequence)
            return segments[segment][line]
        }
        set {
            let (segment, line) = place(of: sequence)
            segments[segment][line] = newValue
        }
    }

    mutating func insert(_ bytes: [UInt8], before sequence: Int) {
        let (segment, line) = place(of: sequence)
        segments[segment].insert(bytes, at: line)
    }

    mutating func remove(_ sequence: Int) {
        let (segment, line) = place(of: sequence)
        segments[segment].remove(at: line)
    }

    /// Cuts off an entry and all after it.
    mutating func cut(from sequence: Int) {
        while count >= sequence {
            let last = segments.count - 1
            if segments[last].isEmpty { segments.removeLast() } else { segments[last].removeLast() }
        }
    }

    /// Changes members of an entry.
    mutating func change(_ sequence: Int, _ changes: [(String, JSONValue)]) throws {
        guard case .object(var members) = try JSONReader.read(self[sequence]) else { return }
        for (name, value) in changes {
            if let index = members.firstIndex(where: { $0.name == name }) { members[index].value = value }
        }
        self[sequence] = JSONValue.object(members).bytes
    }

    /// Rewrites the hashes from an entry on.
    mutating func rechain(from sequence: Int) throws {
        for number in sequence...count {
            let previous = number == 1 ? AuditCursor.genesis.hexadecimal : Self.hash(self[number - 1])
            try change(number, [("prev", .string(previous))])
        }
    }

    static func hash(_ bytes: [UInt8]) -> String {
        SHA256.hash(data: bytes).map { String(format: "%02x", $0) }.joined()
    }

    /// Signs the log with another key.
    mutating func sign(by signer: NoteSigner) throws {
        var frontier = MerkleFrontier()
        for line in segments.joined() { frontier.append(.leaf(line)) }
        let checkpoint = Checkpoint(origin: signer.verifier.name, size: frontier.count, root: frontier.root)
        self.checkpoint = Array(try SignedCheckpoint(checkpoint, by: [signer]).note.text.utf8)
        publicKey = Array("\(signer.verifier)\n".utf8)
    }

    func write(to directory: String) throws {
        try? FileManager.default.removeItem(atPath: directory)
        try FileSystem.makeDirectory(directory)
        for (index, lines) in segments.enumerated() where !left.contains(index) {
            let end = index == segments.count - 1 ? torn : []
            let bytes = lines.flatMap { $0 + [0x0A] } + end
            try Data(bytes).write(to: URL(filePath: "\(directory)/\(AuditSegments.name(index + 1))"))
        }
        if let checkpoint { try Data(checkpoint).write(to: URL(filePath: "\(directory)/checkpoint")) }
        if let publicKey { try Data(publicKey).write(to: URL(filePath: "\(directory)/key.pub")) }
    }

    /// Verifies the copy.
    func verify(in folder: String, anchor: [UInt8]? = nil, keys: [UInt8]? = nil) throws -> AuditFinding {
        let directory = "\(folder)/copy"
        try write(to: directory)
        var verifier = AuditVerifier(directory: directory)
        verifier.anchor = try anchor.map { try #require(SignedCheckpoint($0)) }
        verifier.keys = try keys.map { bytes in
            var file = KeyFile()
            file.verifiers = [try #require(NoteVerifier(String(decoding: bytes.dropLast(), as: UTF8.self)))]
            return file
        }
        return try verifier.verify()
    }
}
