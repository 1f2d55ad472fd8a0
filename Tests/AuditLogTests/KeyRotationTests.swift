import ExactJSON
import Foundation
import RingbackHome
import RingbackTestKit
import Testing

@testable import AuditLog

/// Replacing the key: what each key may sign, and what a crash in between leaves.
@Suite("Rotation of keys", .timeLimit(.minutes(5)))
struct KeyRotationTests {
    /// A log of nine entries whose key was replaced after the fourth.
    private struct Rotated {
        var home: Home
        var before: LogCopy
        var after: LogCopy
        var oldKey: NoteSigner
        var newKey: NoteSigner

        init(in folder: String) throws {
            home = try Home(path: "\(folder)/home")
            before = try LogCopy.make(in: home, entries: 4)
            oldKey = try KeyFile.signer(path: "\(home.keysPath)/audit.key")
            try AuditLog(home).rotateKey(actor: "tester")
            newKey = try KeyFile.signer(path: "\(home.keysPath)/audit.key")
            for number in 6...9 { try AuditLog(home).append(.sample(number)) }
            try AuditLog(home).checkpoint()
            after = try LogCopy(home.auditPath)
        }

        /// The file of the public key that belongs to a private key.
        static func file(_ key: NoteSigner) -> [UInt8] { Array("\(key.verifier)\n".utf8) }
    }

    @Test func anOldKeyGoesOnToVouchAfterARotation() async throws {
        try await TemporaryFolder.with { folder in
            let home = try Home(path: "\(folder)/home")
            let before = try LogCopy.make(in: home, entries: 4)
            let log = AuditLog(home)
            try log.rotateKey(actor: "tester")
            try log.append(.sample(9))
            try log.checkpoint()
            let after = try LogCopy(home.auditPath)
            #expect(after.checkpoint != before.checkpoint && after.publicKey != before.publicKey)
            #expect(try after.verify(in: folder).verdict == .intact)
            #expect(try after.verify(in: folder, anchor: before.checkpoint, keys: before.publicKey).verdict == .intact)
            // A succession that the old key has not signed hands over nothing.
            var forged = after
            try forged.sign(by: NoteSigner(name: "forger"))
            #expect(try forged.verify(in: folder, keys: before.publicKey).verdict == .tampered)
            #expect(throws: Never.self) { try AuditLog(home).append(.sample(10)) }
        }
    }

    @Test func aKeyThatWasReplacedSignsNothingMore() async throws {
        try await TemporaryFolder.with { folder in
            let log = try Rotated(in: folder)
            // An attacker with the old private key rewrites the end.
            var forged = log.after
            try forged.change(9, [("result", .string("failed"))])
            try forged.sign(by: log.oldKey)
            forged.publicKey = log.after.publicKey
            for keys in [nil, Rotated.file(log.oldKey), Rotated.file(log.newKey)] {
                let finding = try forged.verify(in: folder, keys: keys)
                #expect(finding.verdict == .tampered && finding.firstBad?.file == "checkpoint", "\(finding)")
            }
            #expect(try forged.verify(in: folder).firstBad?.reason.contains("entry 5 has replaced") == true)
            // Up to the entry that hands over, its signature counts.
            var early = log.after
            early.checkpoint = log.before.checkpoint
            #expect(try early.verify(in: folder).verdict == .intact)
            #expect(try early.verify(in: folder, keys: Rotated.file(log.oldKey)).verdict == .intact)
            // If only the new key is trusted, its signature is needed.
            #expect(try early.verify(in: folder, keys: Rotated.file(log.newKey)).verdict == .tampered)
        }
    }

    @Test func aNewKeyVouchesForAnAnchorOfTheOldOne() async throws {
        try await TemporaryFolder.with { folder in
            let log = try Rotated(in: folder)
            let newKey = Rotated.file(log.newKey)
            #expect(try log.after.verify(in: folder, anchor: log.before.checkpoint, keys: newKey).verdict == .intact)
            // But only if the new key has signed the entry that names the old one.
            let forger = NoteSigner(name: log.newKey.verifier.name)
            var forged = log.before
            let succession = try KeySuccession(from: forger, to: log.newKey)
            try forged.change(4, [("eventType", "rotated"), ("payload", succession.payload)])
            try forged.sign(by: forger)
            let finding = try forged.verify(in: folder, anchor: forged.checkpoint, keys: newKey)
            #expect(finding.verdict == .tampered, "\(finding)")
        }
    }

    @Test func aKeyWithoutHandoverGivesAWarning() async throws {
        try await TemporaryFolder.with { folder in
            let log = try Rotated(in: folder)
            var cut = log.before
            cut.publicKey = log.after.publicKey
            let finding = try cut.verify(in: folder)
            #expect(finding.verdict == .intact)
            #expect(finding.warnings.contains { $0.hasPrefix("key.pub has a key that no entry hands over to") })
            #expect(try log.after.verify(in: folder).warnings.count == 1)
        }
    }

    /// The last step of a rotation before the process died.
    enum Step: Int, CaseIterable, CustomTestStringConvertible, Sendable {
        case keyAside, entryWritten, signedAside, checkpointWritten, publicKeyWritten, all
        var testDescription: String { "\(self)" }
    }

    @Test(arguments: Step.allCases)
    func aRotationThatWasInterruptedIsEndedOrUndone(_ step: Step) async throws {
        try await TemporaryFolder.with { folder in
            let home = try Home(path: "\(folder)/home")
            let before = try LogCopy.make(in: home, entries: 4)
            let files = FileManager.default
            try files.copyItem(atPath: home.path, toPath: "\(folder)/before")
            let signed = try AuditLog(home).rotateKey(actor: "tester")
            let newKey = try KeyFile.signer(path: "\(home.keysPath)/audit.key")
            // Undoes what the steps that were not reached would have written.
            try files.moveItem(atPath: "\(home.keysPath)/audit.key", toPath: "\(home.keysPath)/audit.key.next")
            let order: [(Step, String)] = [
                (.entryWritten, "audit/00000001.jsonl"), (.signedAside, "keys/audit.last"),
                (.checkpointWritten, "audit/checkpoint"), (.publicKeyWritten, "audit/key.pub"),
                (.all, "keys/audit.key"),
            ]
            for (reached, name) in order where reached.rawValue > step.rawValue || reached == .all {
                try? files.removeItem(atPath: "\(home.path)/\(name)")
                try files.copyItem(atPath: "\(folder)/before/\(name)", toPath: "\(home.path)/\(name)")
            }
            if step == .all {
                // The last step is a rename.
                try FileSystem.move("\(home.keysPath)/audit.key.next", to: "\(home.keysPath)/audit.key")
            }
            try AuditLog(home).append(.sample(20))
            let last = try AuditLog(home).checkpoint()
            let own = try KeyFile.signer(path: "\(home.keysPath)/audit.key").verifier
            #expect((own == newKey.verifier) == (step != .keyAside))
            #expect(last.note.isSigned(byOneOf: [own]))
            #expect(try FileSystem.inspect("\(home.keysPath)/audit.key.next") == nil)
            let log = try LogCopy(home.auditPath)
            #expect(try log.verify(in: folder).verdict == .intact)
            #expect(try log.verify(in: folder, anchor: before.checkpoint, keys: before.publicKey).verdict == .intact)
            let newest = Rotated.file(newKey)
            let isNewest = try log.verify(in: folder, keys: newest).verdict == .intact
            #expect(isNewest == (step != .keyAside))
            if step != .keyAside {
                #expect(try KeyFile(path: "\(home.auditPath)/key.pub").verifiers.first == newKey.verifier)
                #expect(
                    try log.verify(in: folder, anchor: signed.note.text.utf8.map { $0 }, keys: newest).verdict
                        == .intact
                )
            }
            // The key can be replaced again.
            try AuditLog(home).rotateKey(actor: "tester")
            #expect(try LogCopy(home.auditPath).verify(in: folder, keys: before.publicKey).verdict == .intact)
        }
    }
}
