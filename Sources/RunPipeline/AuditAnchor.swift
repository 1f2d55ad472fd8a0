/// A place outside the audit log that a run's checkpoint is given to, so that nobody can take it back.
public enum AuditAnchor: Hashable, Sendable {
    /// A file, which is replaced.
    case file(String)
    /// A monitor of the scenario, by its name.
    case monitor(String)
}
