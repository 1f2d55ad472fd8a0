import Addresses
package import ExactJSON
package import RunReport

/// The findings of all checks of `doctor`.
package struct DoctorReport: Hashable, Sendable {
    /// What was looked at, such as `target cxone · https://acme.example · profile cxone`.
    package var subject: String
    package var findings: [Finding]

    /// The exit code; the failure that the user must set right first decides.
    package var exitCode: ExitCode {
        let domains = findings.filter { $0.status == .failure }.map(\.domain)
        if domains.contains(.configuration) { return .usage }
        if domains.contains(.remote) { return .refused }
        return domains.isEmpty ? .pass : .assertionFailed
    }

    /// Whether a run may begin.
    package var verdict: Verdict { exitCode == .pass ? .pass : .fail }

    package var json: JSONValue {
        [
            "version": 1, "subject": .string(subject), "checks": .array(findings.map(\.json)),
            "verdict": .string(verdict.rawValue), "exitCode": .integer(Int(exitCode.rawValue)),
        ]
    }

    /// The report for a terminal: a line per check, what to do below it, and the verdict.
    ///
    /// - Parameter isVerbose: whether the notes are shown too.
    package func text(style: TextStyle, width: Int, isVerbose: Bool = false) -> String {
        let column = (findings.map { TextColumns.width($0.name) }.max() ?? 0) + 3
        let indent = String(repeating: " ", count: 4 + column)
        let room = max(40, width) - indent.count
        var lines = [style.text("ringback doctor", .strong) + "  " + PrintableText.line(subject)]
        for finding in findings {
            let (mark, role) = Self.mark(finding.status)
            let detail = finding.detail.split(separator: "\n").flatMap {
                TextColumns.wrapped(PrintableText.line(String($0)), to: room)
            }
            let head = "  " + style.text(mark, role) + " " + TextColumns.leading(finding.name, column)
            lines.append(head + (detail.first ?? ""))
            lines += detail.dropFirst().map { indent + $0 }
            if isVerbose { lines += finding.notes.map { indent + style.text(PrintableText.line($0), .quiet) } }
            let advice = TextColumns.wrapped(PrintableText.line(finding.advice), to: room - 2)
            lines += advice.enumerated().map { indent + ($0.offset == 0 ? "→ " : "  ") + $0.element }
        }
        return (lines + ["  " + verdictLine(style)]).joined(separator: "\n")
    }

    /// The verdict with the names of the checks that are not as they should be.
    package func verdictLine(_ style: TextStyle) -> String {
        let word = style.text(verdict.rawValue.uppercased(), TextStyle.role(of: verdict))
        let parts = [(Finding.Status.failure, "failed"), (.warning, "to look at"), (.skipped, "skipped")].compactMap {
            (status, words) -> String? in
            let names = findings.filter { $0.status == status }.map(\.name)
            return names.isEmpty ? nil : "\(words): \(names.joined(separator: ", "))"
        }
        return word + "  " + (parts.isEmpty ? "nothing stands in the way of a run" : parts.joined(separator: " · "))
    }

    private static func mark(_ status: Finding.Status) -> (String, TextStyle.Accent) {
        switch status {
        case .ok: ("✓", .pass)
        case .warning: ("!", .inconclusive)
        case .failure: ("✗", .fail)
        case .skipped: ("–", .quiet)
        }
    }
}

/// What one check of `doctor` found, and what to do about it.
package struct Finding: Hashable, Sendable {
    package enum Status: String, Hashable, Sendable {
        case ok
        /// A run may work without it; the user should look.
        case warning
        case failure
        /// Another check failed that this one needs.
        case skipped
    }

    /// Where the cause of a failure is; the exit code follows from it.
    package enum Domain: Hashable, Sendable {
        /// The environment, a flag or a profile.
        case configuration
        case remote
        case local
    }

    /// The name of the check, which ``DoctorCheck`` sets.
    package var name = ""
    package var status: Status
    /// Where the cause is, if it is a failure.
    package var domain = Domain.local
    package var detail: String
    /// What to do; empty if there is nothing to do.
    package var advice = ""
    /// Further facts, one a line, for `--verbose`.
    package var notes: [String] = []

    static func ok(_ detail: String) -> Finding { Finding(status: .ok, detail: detail) }

    static func warning(_ detail: String, _ advice: String = "") -> Finding {
        Finding(status: .warning, detail: detail, advice: advice)
    }

    static func failure(_ domain: Domain, _ detail: String, _ advice: String = "") -> Finding {
        Finding(status: .failure, domain: domain, detail: detail, advice: advice)
    }

    static func skipped(_ reason: String) -> Finding { Finding(status: .skipped, detail: reason) }

    func advising(_ advice: String) -> Finding {
        var finding = self
        finding.advice = advice
        return finding
    }

    func with(_ notes: [String]) -> Finding {
        var finding = self
        finding.notes = notes
        return finding
    }

    var json: JSONValue {
        .object(present: [
            "name": .string(name), "status": .string(status.rawValue), "detail": .string(detail),
            "advice": .string(advice), "notes": notes.isEmpty ? nil : .array(notes.map { .string($0) }),
        ])
    }
}
