/// The status codes that mean success, operation by operation; a profile of a target may name others.
public struct SuccessCodes: Hashable, Sendable {
    /// Of a create.
    public var create: Set<Int> = [200, 201, 202]
    /// Of reading one simulation.
    public var status: Set<Int> = [200]
    /// Of the list by tag.
    public var list: Set<Int> = [200]
    /// Of a cancellation.
    public var cancel: Set<Int> = [200, 202, 204]
    /// Of storing metrics.
    public var aggregate: Set<Int> = [200, 202, 204]

    /// The usual codes.
    public init() {}

    /// Whether a code means success; that of the token endpoint is 200 (RFC 6749 section 5.1).
    func accepts(_ status: Int, of operation: Operation) -> Bool {
        switch operation {
        case .token: status == 200
        case .create: create.contains(status)
        case .status: self.status.contains(status)
        case .list: list.contains(status)
        case .cancel: cancel.contains(status)
        case .aggregate: aggregate.contains(status)
        }
    }
}
