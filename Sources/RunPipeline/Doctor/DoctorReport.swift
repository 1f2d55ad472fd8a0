package import ExactJSON
package import RunReport

/// What all checks of `doctor` found.
package struct DoctorReport: Hashable, Sendable {
    /// What was looked at, such as `target cxone · https://acme.example · profile cxone`.
    package var subject: String
    /// The findings in the order of the checks.
    package var findings: [Finding]

    /// Creates a report.
    package init(subject: String, findings: [Finding]) {
        self.subject = subject
        self.findings = findings
    }

    /// What the program exits with: what the user must set right first decides.
    package var exitCode: ExitCode {
        let kinds = findings.filter { $0.status == .failure }.map(\.kind)
        if kinds.contains(.configuration) { return .usage }
        if kinds.contains(.remote) { return .refused }
        return kinds.isEmpty ? .pass : .assertionFailed
    }

    /// Whether a run may begin.
    package var verdict: Verdict { exitCode == .pass ? .pass : .fail }

    /// The document of `--json`.
    package var json: JSONValue {
        [
            "version": 1, "subject": .string(subject), "checks": .array(findings.map(\.json)),
            "verdict": .string(verdict.rawValue), "exitCode": .integer(Int(exitCode.rawValue)),
        ]
    }

    /// The names of the findings of a status.
    package func names(_ status: Finding.Status) -> [String] {
        findings.filter { $0.status == status }.map(\.name)
    }
}
