/// What the other side is known to honour; the rest is not relied on.
public struct Capabilities: Hashable, Sendable {
    /// Whether the same `Idempotency-Key` makes the same simulation.
    public var honoursIdempotencyKeys: Bool
    /// Whether simulations may be found by their tag; where this turns out wrong, the client copes.
    public var listsByTag: Bool
    /// Whether a simulation may be cancelled; where this turns out wrong, the client copes.
    public var cancels: Bool
    /// The status codes that mean success.
    public var success: SuccessCodes

    /// Creates capabilities.
    public init(
        honoursIdempotencyKeys: Bool,
        listsByTag: Bool,
        cancels: Bool,
        success: SuccessCodes = SuccessCodes()
    ) {
        self.honoursIdempotencyKeys = honoursIdempotencyKeys
        self.listsByTag = listsByTag
        self.cancels = cancels
        self.success = success
    }

    /// Ringback's own sandbox, which does everything.
    public static let sandbox = Capabilities(honoursIdempotencyKeys: true, listsByTag: true, cancels: true)
    /// A CXone organisation: nothing is documented, so no key is relied on, and the rest is tried.
    public static let cxone = Capabilities(honoursIdempotencyKeys: false, listsByTag: true, cancels: true)
}
