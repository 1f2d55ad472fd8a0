import Addresses
import ArgumentParser
import AuditLog
import ExactJSON
import RingbackHome
import RunReport

/// `ringback audit verify`: whether a log is unchanged.
struct AuditVerifyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Read and hash every byte of a log, and compare it with its checkpoints.",
        discussion: """
            Without --key or --checkpoint, the log is compared with the keys and the
            checkpoint in its own folder. That does not detect an attacker who replaces
            these as well, or who cuts the log and restores an older checkpoint.

            Examples:
              ringback audit verify
              ringback audit verify copy/audit --key key.pub
              ringback audit verify copy/audit --checkpoint checkpoint-of-monday.txt --json

            Exit codes:
              0  intact
              1  the check could not run
              2  tampered, or a checkpoint with a bad signature
              3  entries that a checkpoint covers are missing or torn at the end
              4  intact, except for a torn last line that no checkpoint covers
            """
    )

    @OptionGroup var common: CommonOptions
    @OptionGroup var folder: AuditFolder

    @Option(
        help: .value("file", "A checkpoint that was kept elsewhere; the log must continue it."),
        completion: .file()
    )
    var checkpoint: String?

    @Option(help: .value("file", "The public keys to trust, instead of key.pub in the folder."), completion: .file())
    var key: String?

    func run() async throws {
        let finding: AuditFinding
        do {
            let (directory, checkpoint, key) = (folder.path(common), checkpoint, key)
            finding = try await BlockingWork.run {
                try AuditVerifier(
                    directory: directory,
                    anchor: checkpoint.map { try SignedCheckpoint(path: $0) },
                    keys: key.map { try KeyFile(path: $0) }
                ).verify()
            }
        } catch {
            throw CommandFailure(code: Self.couldNotRun, message: "\(error)", cause: error)
        }
        if common.json {
            Console.output(finding.json)
        } else {
            Console.output(finding.text(isQuiet: common.quiet))
        }
        // This command has codes of its own; ExitCode has cases for the same numbers.
        guard finding.verdict.exitCode != 0 else { return }
        throw CommandFailure(code: RunReport.ExitCode(rawValue: finding.verdict.exitCode) ?? Self.couldNotRun)
    }

    /// The exit code if the check could not run, usage errors included.
    static let couldNotRun = RunReport.ExitCode.assertionFailed
}

extension AuditFinding {
    /// The finding for people.
    func text(isQuiet: Bool) -> String {
        let counted = "\(entries) \(entries == 1 ? "entry" : "entries")"
        // Part of the verdict, so that --quiet shows it too: without a checkpoint, a rewritten log looks intact.
        let anchorage = verdict != .tampered && !isAnchored ? ", covered by no checkpoint" : ""
        var lines = ["\(verdict.rawValue.uppercased())  \(counted)\(anchorage)"]
        if let firstBad {
            let line = firstBad.line.map { ":\($0)" } ?? ""
            let place = [firstBad.offset.map { "offset \($0)" }, firstBad.sequence.map { "seq \($0)" }]
                .compactMap { $0 }
            let location = place.isEmpty ? "" : " (\(place.joined(separator: ", ")))"
            lines.append(PrintableText.line("first bad: \(firstBad.file)\(line)\(location): \(firstBad.reason)"))
        }
        guard !isQuiet else { return lines.joined(separator: "\n") }
        lines.append("root       \(root.hexadecimal)")
        if let checkpoint {
            lines.append(
                PrintableText.line("checkpoint \(checkpoint.origin), \(checkpoint.size) entries, signature good")
            )
        }
        lines += warnings.map { PrintableText.line("warning: \($0)") }
        lines.append("not proven:")
        lines += Self.limits.map { "  · \($0)" }
        return lines.joined(separator: "\n")
    }
}
