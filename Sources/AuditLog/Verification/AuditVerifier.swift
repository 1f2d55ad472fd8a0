import RingbackHome

/// Verifies a log and changes nothing: reads and hashes every byte and compares the result with checkpoints.
///
/// Works on a copy of the folder too, in constant memory.
package struct AuditVerifier: Sendable {
    package var directory: String
    /// An older checkpoint that was kept elsewhere.
    package var anchor: SignedCheckpoint?
    /// The trusted keys; nil for those in the folder.
    package var keys: KeyFile?

    package init(directory: String, anchor: SignedCheckpoint? = nil, keys: KeyFile? = nil) {
        self.directory = directory
        self.anchor = anchor
        self.keys = keys
    }

    /// - Throws: ``FileError`` if the log cannot be read, ``AuditError`` if the folder does not hold a log. Neither says
    ///   anything about the log itself.
    package func verify() throws -> AuditFinding {
        // A home, for example, must not count as an intact log.
        try AuditReader(directory: directory).requireLog()
        var finding = try verifyOnce()
        // A line that is being written looks torn at first.
        for _ in 0..<3 where finding.verdict == .torn {
            let again = try verifyOnce()
            if again.firstBad == finding.firstBad { break }
            finding = again
        }
        return finding
    }

    private func verifyOnce() throws -> AuditFinding {
        // The checkpoint first: if the log grows meanwhile, it is longer than its checkpoint, never shorter.
        let newest = readCheckpoint()
        let names = try AuditSegments.names(in: directory)
        let publicPath = "\(directory)/\(KeyFile.publicName)"
        let file = keys ?? (try? KeyFile(path: publicPath, isPlain: true)) ?? KeyFile()
        let own = keys == nil ? file.verifiers : []
        let checkpoints = [newest.checkpoint, anchor].compactMap { $0 }
        var scan = AuditScan(keys: file.verifiers, sizes: checkpoints.map(\.checkpoint.size))
        var damage = TransferDamage()
        for (index, name) in names.enumerated() {
            if AuditSegments.number(name) != index + 1 { scan.missingSegment(AuditSegments.name(index + 1)) }
            _ = try AuditReader.eachLine(of: name, in: directory, from: 0) { line in
                if let line = damage.restored(line, inLastSegment: name == names.last) { scan.take(line) }
                return true
            }
        }
        let signed = checkpoints.filter { signed in
            signed.note.isSigned(byOneOf: scan.keys.verifiers(for: signed.checkpoint.size))
        }
        scan.finish(signed.map(\.checkpoint))
        var finding = judge(scan, newest)
        finding.warnings += damage.notes + file.notes
        if checkpoints.contains(where: \.isRestored) {
            finding.warnings.append(
                "a transfer has changed the line ends of a checkpoint, or added a byte order mark; its signed text is the same"
            )
        }
        if own.dropLast().contains(where: { !scan.keys.introduces($0) }) {
            finding.warnings.append(
                "\(KeyFile.publicName) has a key that no entry hands over to: the log may have been cut, or the key added"
            )
        }
        return finding
    }

    private enum Newest {
        case none
        case unreadable(String)
        case found(SignedCheckpoint)

        var checkpoint: SignedCheckpoint? { if case .found(let checkpoint) = self { checkpoint } else { nil } }
    }

    private func readCheckpoint() -> Newest {
        do {
            return try AuditReader(directory: directory).checkpoint().map { .found($0) } ?? .none
        } catch {
            return .unreadable("\(error)")
        }
    }

    private func judge(_ scan: AuditScan, _ newest: Newest) -> AuditFinding {
        var finding = AuditFinding(entries: scan.count, root: scan.root)
        var problems = Problems(scan: scan)
        switch newest {
        case .none:
            finding.warnings.append("there is no checkpoint, so only the chain of hashes was checked")
            if scan.hasSegments || scan.keys.hasHandovers {
                finding.warnings.append("a log of this length has had a checkpoint: it was removed")
            }
        case .unreadable(let reason): problems.checkpoint(reason)
        case .found(let checkpoint):
            if checkpoint.note.isSigned(byOneOf: scan.keys.verifiers(for: checkpoint.checkpoint.size)) {
                finding.checkpoint = checkpoint.checkpoint
                problems.hold(checkpoint.checkpoint, "the checkpoint")
            } else {
                problems.checkpoint(scan.keys.objection(to: checkpoint))
            }
        }
        if let anchor {
            // Entries under a valid checkpoint also show which keys signed before.
            let covered = problems.isEmpty ? finding.checkpoint?.size ?? 0 : 0
            let verifiers = scan.keys.verifiers(for: anchor.checkpoint.size, vouchedForUpTo: covered)
            if !anchor.note.isSigned(byOneOf: verifiers) {
                problems.checkpoint("the checkpoint that was given \(scan.keys.objection(to: anchor))")
            } else if let own = finding.checkpoint, own.origin != anchor.checkpoint.origin {
                problems.checkpoint("the checkpoint that was given is of another log, \(anchor.checkpoint.origin)")
            } else {
                problems.hold(anchor.checkpoint, "the checkpoint that was given")
            }
        } else if keys == nil, finding.checkpoint != nil {
            finding.warnings.append(
                "without --key or --checkpoint from elsewhere, a forged key, or an older checkpoint over a log that was cut, "
                    + "cannot be told from the true one"
            )
        }
        (finding.verdict, finding.firstBad) = problems.result
        finding.isAnchored = finding.verdict != .tampered && (finding.checkpoint != nil || anchor != nil)
        if let covered = finding.checkpoint?.size, covered < scan.count {
            finding.warnings.append("the entries from \(covered + 1) on are not covered by the checkpoint yet")
        }
        return finding
    }

    /// What is wrong; altered entries count before missing ones, and missing ones before a torn line.
    private struct Problems {
        let scan: AuditScan
        private var altered: AuditFinding.Location?
        private var missing: AuditFinding.Location?

        init(scan: AuditScan) {
            self.scan = scan
            altered = scan.firstBad
        }

        var isEmpty: Bool { altered == nil && missing == nil }

        mutating func checkpoint(_ reason: String) {
            altered = altered ?? AuditFinding.Location(file: AuditKeyring.checkpointName, reason: reason)
        }

        /// Compares the log with a checkpoint whose signature is valid.
        mutating func hold(_ checkpoint: Checkpoint, _ name: String) {
            if checkpoint.size > scan.count {
                var place = scan.end
                place.sequence = scan.count + 1
                place.reason = "\(name) covers \(checkpoint.size) entries, and the log ends here"
                missing = missing ?? place
            } else if scan.roots[checkpoint.size] != checkpoint.root, altered == nil {
                // The chain is unbroken, so it was rewritten, or only the last covered entry differs.
                var place = scan.places[checkpoint.size] ?? scan.end
                place.reason = "the entries up to here do not give the root that \(name) signs"
                altered = place
            }
        }

        var result: (AuditFinding.Integrity, AuditFinding.Location?) {
            if let altered { return (.tampered, altered) }
            if let missing { return (.truncated, missing) }
            guard scan.isTorn else { return (.intact, nil) }
            var place = scan.end
            place.reason = "the last line is not finished"
            return (.torn, place)
        }
    }
}
