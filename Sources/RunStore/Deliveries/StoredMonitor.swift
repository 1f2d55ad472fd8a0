package import GRDB

/// A monitor as a row: where an owner's events are forwarded, and who does it now.
package struct StoredMonitor: Codable, FetchableRecord, MutablePersistableRecord, Hashable, Sendable {
    package static let databaseTableName = "monitors"

    /// The row's number, which deliveries refer to.
    package var number: Int64?
    /// The row number of the run whose events it gets, or 0 for a service.
    package var owner: Int64
    /// The name, unique within the owner.
    package var name: String
    /// `http`, `slack`, `file` or `stdout`.
    package var kind: String
    /// What is needed to deliver, as JSON; never a secret.
    package var definition: String
    /// Whether a run fails where not everything reached it.
    package var required: Bool
    /// Why nothing is sent to it any more; `nil` where something is.
    package var disabledReason: String?
    /// What went wrong last.
    package var lastError: String?
    /// The lock of the process that forwards now, or did before it died.
    package var forwarder: String?

    /// A monitor that nobody forwards to yet.
    package init(owner: Int64, name: String, kind: String, definition: String, required: Bool) {
        self.owner = owner
        self.name = name
        self.kind = kind
        self.definition = definition
        self.required = required
    }

    package mutating func didInsert(_ inserted: InsertionSuccess) { number = inserted.rowID }
}

/// How many deliveries of a monitor are in each state.
package struct DeliveryTotals: Hashable, Sendable {
    /// Taken by the monitor.
    package var delivered = 0
    /// Still to be delivered.
    package var pending = 0
    /// Given up.
    package var dead = 0
    /// Not sent, since the monitor wants no more.
    package var disabled = 0

    /// None at all.
    package init() {}

    mutating func add(_ count: Int, to state: DeliveryState?) {
        switch state {
        case .delivered: delivered += count
        case .pending: pending += count
        case .dead: dead += count
        case .disabled: disabled += count
        case nil: break
        }
    }

    /// All of them.
    package var all: Int { delivered + pending + dead + disabled }
}
