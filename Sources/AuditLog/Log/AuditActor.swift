package import RingbackHome

/// Who made an entry.
package enum AuditActor: Hashable, Sendable {
    /// A user of the operating system; the log has a commitment to the name, and the home has the salt.
    case person(String)
    /// A token of the service, whose name stands in the log as it is.
    case token(String)

    /// The text in the log; the salt of a person is made on first use.
    ///
    /// Blocks the calling thread.
    package func text(in home: Home, program: String) throws -> String {
        switch self {
        case .person(let name): "\(try Pseudonyms(home).commitment(to: name)) (\(program))"
        case .token(let name): name
        }
    }
}
