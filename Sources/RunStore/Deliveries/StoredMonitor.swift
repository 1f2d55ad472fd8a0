import GRDB

/// A monitor as a row: where an owner's events are forwarded, and which process forwards them now.
package struct StoredMonitor: Codable, FetchableRecord, Hashable, Sendable {
    /// The number of the row, which deliveries refer to.
    package let rowID: Int64
    /// The row of the run whose events it receives, or ``InboxOwner/service``.
    package let owner: Int64
    /// The name, unique within the owner.
    package let name: String
    /// Everything that is needed to deliver, as JSON; never a secret.
    package let definition: String
    /// Why nothing is sent to it any more; `nil` if deliveries go on.
    package let disabledReason: String?
    /// The last error.
    package let lastError: String?
    /// The lock of the process that forwards now, or did before it died.
    package let forwarder: String?
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
