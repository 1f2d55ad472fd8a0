import ExactJSON
import Foundation
import RingbackHome
import RingbackTestKit
import Testing

@testable import AuditLog

/// Changes to a log, and what verification must find: the verdict and the first wrong entry.
@Suite("Tampering", .timeLimit(.minutes(5)))
struct TamperTests {
    /// A change to the log.
    enum Mutation: String, CaseIterable, CustomTestStringConvertible, Sendable {
        case edit, insert, delete, swap, duplicate
        case rechain = "re-chain without key"
        case tailCut = "tail cut"
        case segmentRemoved = "segment removed"
        case checkpointReplaced = "checkpoint replaced"
        case oldCheckpoint = "old checkpoint over a cut end"
        case keySwapped = "key swapped"
        case merged = "two logs merged"
        case timestampMoved = "timestamp moved"
        case byteFlipped = "byte flipped"

        var testDescription: String { rawValue }
    }

    /// What verification must find.
    struct Expected: Equatable {
        var code: Int32
        var sequence: Int?
    }

    /// The changed entry: the first, one in the middle, the last but one, the last.
    private static func position(_ place: Int, _ log: LogCopy) -> Int {
        [1, log.count / 2, log.count - 1, log.count][place]
    }

    /// Makes the change and returns what must be found without and with an anchor from elsewhere.
    private static func damage(
        _ log: inout LogCopy,
        by mutation: Mutation,
        at place: Int,
        other: LogCopy,
        old: LogCopy
    ) throws -> (Expected, Expected) {
        let (sequence, count) = (position(place, log), log.count)
        let tampered = Expected(code: 2, sequence: sequence)
        switch mutation {
        case .edit:
            try log.change(sequence, [("result", .string("failed"))])
            return (tampered, tampered)
        case .insert:
            var forged = log
            try forged.change(sequence, [("result", .string("forged"))])
            log.insert(forged[sequence], before: sequence)
            return (tampered, tampered)
        case .delete:
            log.remove(sequence)
            let expected = sequence == count ? Expected(code: 3, sequence: count) : tampered
            return (expected, expected)
        case .swap:
            let first = min(sequence, count - 1)
            (log[first], log[first + 1]) = (log[first + 1], log[first])
            return (Expected(code: 2, sequence: first), Expected(code: 2, sequence: first))
        case .duplicate:
            log.insert(log[sequence], before: sequence)
            return (Expected(code: 2, sequence: sequence + 1), Expected(code: 2, sequence: sequence + 1))
        case .rechain:
            try log.change(sequence, [("result", .string("failed"))])
            if sequence < count { try log.rechain(from: sequence + 1) }
            // It is unknown where the rewriting began, so the root points to the last entry that it covers. But if a later
            // segment holds the tree before it, that segment no longer matches.
            let (segment, _) = log.place(of: sequence)
            let next = log.segments[...segment].reduce(0) { $0 + $1.count } + 1
            let expected = Expected(code: 2, sequence: segment == log.segments.count - 1 ? count : next)
            return (expected, expected)
        case .tailCut:
            log.cut(from: sequence)
            return (Expected(code: 3, sequence: sequence), Expected(code: 3, sequence: sequence))
        case .segmentRemoved:
            log.left = [place]
            let first = log.segments[..<place].reduce(0) { $0 + $1.count } + 1
            let expected = Expected(code: place == log.segments.count - 1 ? 3 : 2, sequence: first)
            return (expected, expected)
        case .checkpointReplaced:
            var lines = String(decoding: log.checkpoint ?? [], as: UTF8.self).split(
                separator: "\n",
                omittingEmptySubsequences: false
            ).map(String.init)
            switch place {
            case 0: lines[0] += "x"
            case 1: lines[1] = "1"
            case 2: lines[2] = "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="
            default: lines = ["nonsense"]
            }
            log.checkpoint = Array(lines.joined(separator: "\n").utf8)
            return (Expected(code: 2, sequence: nil), Expected(code: 2, sequence: nil))
        case .oldCheckpoint:
            log.checkpoint = old.checkpoint
            log.cut(from: old.count + 1 + place)
            return (Expected(code: 0, sequence: nil), Expected(code: 3, sequence: old.count + 1 + place))
        case .keySwapped:
            try log.change(sequence, [("result", .string("failed"))])
            let name = try JSONReader.read(log[1])["runId"]?.string ?? "name"
            // Including what each segment says about the earlier ones.
            if sequence < count { try log.rewrite(from: sequence + 1) }
            try log.sign(by: NoteSigner(name: name))
            return (Expected(code: 0, sequence: nil), Expected(code: 2, sequence: nil))
        case .merged:
            log.insert(other[min(sequence, other.count)], before: sequence)
            return (tampered, tampered)
        case .timestampMoved:
            try log.change(sequence, [("timestamp", .string("2020-01-01T00:00:00.000000000Z"))])
            return (tampered, tampered)
        case .byteFlipped:
            let middle = log[sequence].count / 2
            log[sequence][middle] ^= 1
            return (tampered, tampered)
        }
    }

    @Test(arguments: Mutation.allCases)
    func everyMutationIsFoundWhereItIs(_ mutation: Mutation) async throws {
        try await TemporaryFolder.with { folder in
            let home = try Home(path: "\(folder)/home")
            var limits = AuditLogLimits()
            limits.segmentBytes = 2200
            let writer = AuditLog(home, limits: limits)
            for number in 1...18 { try writer.append(.sample(number)) }
            try writer.checkpoint()
            let old = try LogCopy(home.auditPath)
            let log = try LogCopy.make(in: home, entries: 9, segmentBytes: 2200)
            #expect(log.segments.count == 4 && log.segments.allSatisfy { $0.count >= 3 })
            let other = try LogCopy.make(in: try Home(path: "\(folder)/other"), entries: 40)
            #expect(try log.verify(in: folder).verdict == .intact)
            #expect(try log.verify(in: folder, anchor: old.checkpoint, keys: log.publicKey).verdict == .intact)
            for place in 0..<4 {
                var damaged = log
                let (alone, anchored) = try Self.damage(&damaged, by: mutation, at: place, other: other, old: old)
                let first = try damaged.verify(in: folder)
                #expect(
                    Expected(code: first.verdict.exitCode, sequence: first.firstBad?.sequence) == alone,
                    "place \(place): \(first)"
                )
                let second = try damaged.verify(in: folder, anchor: log.checkpoint, keys: log.publicKey)
                #expect(
                    Expected(code: second.verdict.exitCode, sequence: second.firstBad?.sequence) == anchored,
                    "place \(place), anchored: \(second)"
                )
            }
        }
    }

    @Test func everyByteOfAnEntryCounts() async throws {
        try await TemporaryFolder.with { folder in
            let log = try LogCopy.make(in: try Home(path: "\(folder)/home"), entries: 6)
            var flips = 0
            for sequence in [1, 3, 5, 6] {
                for byte in log[sequence].indices {
                    for bit in [UInt8(0x01), 0x20] where log[sequence][byte] ^ bit != 0x0A {
                        var damaged = log
                        damaged[sequence][byte] ^= bit
                        let finding = try damaged.verify(in: folder)
                        #expect(finding.verdict == .tampered)
                        #expect(finding.firstBad?.sequence == sequence, "byte \(byte) of \(sequence): \(finding)")
                        flips += 1
                    }
                }
            }
            #expect(flips > 1900)
        }
    }

    /// Two or three lines in a row are altered, each in another way; the first of them is named.
    @Test func theFirstOfAlteredNeighboursIsNamed() async throws {
        try await TemporaryFolder.with { folder in
            let log = try LogCopy.make(in: try Home(path: "\(folder)/home"), entries: 11, segmentBytes: 1400)
            #expect(log.segments.count > 2)
            let alterations: [(String, @Sendable (inout LogCopy, Int) throws -> Void)] = [
                ("member", { try $0.change($1, [("result", .string("failed"))]) }),
                ("beginning", { $0[$1][2] ^= 1 }), ("middle", { $0[$1][$0[$1].count / 2] ^= 1 }),
                ("line", { $0[$1] = Array("nonsense".utf8) }),
            ]
            for isCovered in [true, false] {
                for start in 1..<log.count {
                    for (first, alterFirst) in alterations {
                        // A line whose hash of the one before is gone says nothing of it.
                        for (second, alterSecond) in alterations where first == "line" || second != "line" {
                            for length in [2, 3]
                            where (length == 2 || first == second) && start + length - 1 <= log.count {
                                var damaged = log
                                if !isCovered { damaged.checkpoint = nil }
                                try alterFirst(&damaged, start)
                                for next in 1..<length { try alterSecond(&damaged, start + next) }
                                let finding = try damaged.verify(in: folder)
                                #expect(
                                    finding.verdict == .tampered && finding.firstBad?.sequence == start,
                                    "\(start), \(first), \(second), \(length): \(finding)"
                                )
                            }
                        }
                    }
                }
            }
        }
    }

    @Test(arguments: ["covered", "behind the checkpoint", "no checkpoint"])
    func aCutAtEveryByteOfTheLastTwoEntries(_ kind: String) async throws {
        try await TemporaryFolder.with { folder in
            let home = try Home(path: "\(folder)/home")
            var log = try LogCopy.make(in: home, entries: 5)
            if kind == "behind the checkpoint" {
                for number in 6...7 { try AuditLog(home).append(.sample(number)) }
                let checkpoint = log.checkpoint
                log = try LogCopy(home.auditPath)
                log.checkpoint = checkpoint
            } else if kind == "no checkpoint" {
                log.checkpoint = nil
            }
            let last = log.count
            let (before, end) = (log[last - 1], log[last])
            log.cut(from: last - 1)
            let bytes = before + [0x0A] + end + [0x0A]
            for length in 0..<bytes.count {
                var cut = log
                let (whole, rest) = length > before.count ? ([before], length - before.count - 1) : ([], length)
                cut.segments[0] += whole
                cut.torn = Array((whole.isEmpty ? before : end)[..<rest])
                let finding = try cut.verify(in: folder)
                let sequence = last - 1 + whole.count
                let code: Int32 = kind == "covered" ? 3 : cut.torn.isEmpty ? 0 : 4
                #expect(finding.verdict.exitCode == code, "\(length): \(finding)")
                #expect(finding.firstBad?.sequence == (code == 0 ? nil : sequence), "\(length): \(finding)")
                #expect(finding.entries == last - 2 + whole.count)
                #expect(finding.isAnchored == (kind != "no checkpoint"))
            }
        }
    }

    @Test func anEmptyFolderIsAnEmptyLog() async throws {
        try await TemporaryFolder.with { folder in
            let finding = try AuditVerifier(directory: folder).verify()
            #expect(finding.verdict == .intact && !finding.isAnchored && finding.entries == 0)
            #expect(finding.root == .ofNothing && !finding.warnings.isEmpty)
            #expect(throws: FileError.self) { try AuditVerifier(directory: "\(folder)/none").verify() }
        }
    }

    @Test func aCheckpointOfAnotherLogIsRefused() async throws {
        try await TemporaryFolder.with { folder in
            let log = try LogCopy.make(in: try Home(path: "\(folder)/home"), entries: 4)
            let other = try LogCopy.make(in: try Home(path: "\(folder)/other"), entries: 4)
            #expect(try log.verify(in: folder, anchor: other.checkpoint).verdict == .tampered)
            #expect(try log.verify(in: folder, keys: other.publicKey).verdict == .tampered)
            var without = log
            without.publicKey = nil
            #expect(try without.verify(in: folder).verdict == .tampered)
            #expect(try without.verify(in: folder, keys: log.publicKey).verdict == .intact)
        }
    }
}

extension LogCopy {
    /// Rewrites the hashes from an entry on, and what segments say about the earlier ones.
    mutating func rewrite(from sequence: Int) throws {
        for number in sequence...count {
            try change(number, [("prev", .string(Self.hash(self[number - 1])))])
            let (segment, line) = place(of: number)
            guard line == 0, segment > 0 else { continue }
            var frontier = MerkleFrontier()
            for line in segments[..<segment].joined() { frontier.append(.leaf(line)) }
            let bytes = segments[segment - 1].reduce(0) { $0 + $1.count + 1 }
            let payload = RotationRecord.payload(after: AuditSegments.name(segment), bytes: bytes, frontier)
            try change(number, [("payload", payload)])
        }
    }
}
