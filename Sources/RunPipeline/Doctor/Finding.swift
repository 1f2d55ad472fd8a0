import ExactJSON

/// What one check of `doctor` found, and what to do about it.
package struct Finding: Hashable, Sendable {
    /// How bad it is.
    package enum Status: String, Hashable, Sendable {
        case ok, warning, failure
        /// Another check failed that this one needs.
        case skipped
    }

    /// Whose matter a failure is; the exit code follows from it.
    package enum Kind: Hashable, Sendable {
        /// The environment, a flag or a profile.
        case configuration
        /// The other side, or the way there.
        case remote
        /// This machine.
        case local
    }

    /// The check.
    package var name: String
    /// How bad it is.
    package var status: Status
    /// Whose matter it is, where it is a failure.
    package var kind = Kind.local
    /// What was found.
    package var detail: String
    /// What to do; empty where nothing is to be done.
    package var advice = ""
    /// Further facts, one a line, for those who ask for them.
    package var notes: [String] = []

    /// As it should be.
    package static func ok(_ name: String, _ detail: String) -> Finding {
        Finding(name: name, status: .ok, detail: detail)
    }

    /// A run may do without it; somebody should look.
    package static func warning(_ name: String, _ detail: String, _ advice: String) -> Finding {
        Finding(name: name, status: .warning, detail: detail, advice: advice)
    }

    /// A run would fail.
    package static func failure(_ name: String, _ kind: Kind, _ detail: String, _ advice: String) -> Finding {
        Finding(name: name, status: .failure, kind: kind, detail: detail, advice: advice)
    }

    /// It could not be looked at.
    package static func skipped(_ name: String, _ reason: String) -> Finding {
        Finding(name: name, status: .skipped, detail: reason)
    }

    /// The finding with further facts.
    package func with(_ notes: [String]) -> Finding {
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
