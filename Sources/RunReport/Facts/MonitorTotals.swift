/// What became of the events that were forwarded to a monitor.
public struct MonitorTotals: Hashable, Sendable {
    /// The monitor's name.
    public var name: String
    /// `http`, `slack`, `file` or `stdout`.
    public var kind: String
    /// Whether the run demands that everything reaches it.
    public var required: Bool
    /// Deliveries that it took.
    public var delivered = 0
    /// Deliveries that are still to be made.
    public var pending = 0
    /// Deliveries that were given up.
    public var dead = 0
    /// Deliveries that were not made, since the monitor wants no more.
    public var disabled = 0
    /// What went wrong last; `nil` where nothing did.
    public var lastError: String?

    /// A monitor that nothing has been forwarded to.
    public init(name: String, kind: String, required: Bool) {
        self.name = name
        self.kind = kind
        self.required = required
    }

    /// Whether everything that was to be forwarded has been.
    public var isComplete: Bool { pending + dead + disabled == 0 }

    /// What went wrong and what to do about it; `nil` where everything has been delivered.
    var advice: String? {
        guard !isComplete else { return nil }
        return (lastError.map { "last error: \($0); " } ?? "")
            + "`ringback deliveries replay --monitor \(name)` sends what is left"
    }

    /// The counts in words, such as `172 delivered, 3 dead`.
    var text: String {
        let others = [(pending, "pending"), (dead, "dead"), (disabled, "disabled")].filter { $0.0 > 0 }
        return ([(delivered, "delivered")] + others).map { "\(NumberText.count($0.0)) \($0.1)" }.joined(separator: ", ")
    }
}
