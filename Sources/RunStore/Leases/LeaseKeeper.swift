import RingbackHome
import Synchronization

/// Renews the leases of a process, all in one transaction, over the connection that is kept free for that.
final class LeaseKeeper: Sendable {
    /// A lease that is renewed as long as its work goes on.
    private struct Kept {
        var lease: WorkLease
        /// Whether the work goes on; a lease of work that hangs lapses.
        var isGoingOn: @Sendable () -> Bool
        var onLost: @Sendable () -> Void
        /// Called once if the lease has lapsed by this machine's clock, so that another worker may take it.
        var onLapsed: @Sendable () -> Void
        /// When the last renewal that succeeded began.
        var renewedAt = ContinuousClock.now
        var hasLapsed = false
    }

    private struct State {
        var kept: [String: Kept] = [:]
        /// Since when the database answers; `nil` while it does not.
        var reachableSince: ContinuousClock.Instant? = .now
    }

    private let database: any StoreDatabase
    private let state = Mutex(State())
    /// The clock of the database.
    let clock = StoreClock()
    let queueStart: QueueStart
    /// The machine and the process, for people.
    let holder: String

    init(_ database: any StoreDatabase, holder: String, queueStart: QueueStart = QueueStart()) {
        (self.database, self.holder, self.queueStart) = (database, holder, queueStart)
    }

    /// From now on the lease is renewed.
    ///
    /// - Parameters:
    ///   - isGoingOn: whether the work makes progress.
    ///   - onLost: called once, from any thread, if another worker has taken the work over.
    ///   - onLapsed: called once, from any thread, if another worker may do so now.
    func keep(
        _ lease: WorkLease,
        while isGoingOn: @escaping @Sendable () -> Bool = { true },
        onLost: @escaping @Sendable () -> Void = {},
        onLapsed: @escaping @Sendable () -> Void = {}
    ) {
        let kept = Kept(lease: lease, isGoingOn: isGoingOn, onLost: onLost, onLapsed: onLapsed)
        let replaced = state.withLock { $0.kept.updateValue(kept, forKey: lease.id) }
        replaced?.onLost()
    }

    /// From now on the lease is not renewed.
    func drop(_ lease: WorkLease) {
        state.withLock { state in
            if state.kept[lease.id]?.lease == lease { state.kept[lease.id] = nil }
        }
    }

    /// Whether this process works under an id, and its work goes on.
    func isGoingOn(_ id: String) -> Bool { state.withLock { $0.kept[id] }?.isGoingOn() ?? false }

    /// Whether leases that have lapsed may be taken.
    ///
    /// After the database was out of reach all leases may have lapsed, and all who live renew theirs first.
    var mayTakeLapsed: Bool { mayTakeLapsed(at: .now) }

    func mayTakeLapsed(at now: ContinuousClock.Instant) -> Bool {
        state.withLock { $0.reachableSince.map { $0.duration(to: now) > WorkLease.renewal } ?? false }
    }

    /// Notes whether a round of renewals went well.
    func noteRound(_ isDone: Bool, at now: ContinuousClock.Instant) {
        state.withLock { $0.reachableSince = isDone ? $0.reachableSince ?? now : nil }
    }

    /// Renews until the task is cancelled.
    ///
    /// - Parameter rested: called after each renewal.
    func run(rested: @Sendable () -> Void = {}) async {
        while !Task.isCancelled {
            let isDone = (try? await BlockingWork.run { try self.round() }) != nil
            noteRound(isDone, at: .now)
            giveUpLapsed(at: .now)
            if isDone { rested() }
            // A renewal that failed is tried again soon: what lives must renew before others may take it.
            let pause = isDone ? WorkLease.renewal : min(WorkLease.renewal, .seconds(1)) * Double.random(in: 0.5...1)
            try? await Task.sleep(for: pause)
        }
    }

    private func round() throws {
        try renew()
        try compareClocks()
    }

    /// Says of leases that have lapsed by this machine's clock that others may take them.
    func giveUpLapsed(at now: ContinuousClock.Instant) {
        let term = Duration.milliseconds(WorkLease.term)
        let lapsed = state.withLock { state in
            state.kept.values.filter { !$0.hasLapsed && $0.renewedAt.duration(to: now) > term }.map { kept in
                state.kept[kept.lease.id]?.hasLapsed = true
                return kept.onLapsed
            }
        }
        for onLapsed in lapsed { onLapsed() }
    }

    /// Looks how far the clock of the database is from this machine's.
    func compareClocks() throws {
        try database.read(.urgent) { transaction in try clock.compare { try transaction.now() } }
    }

    /// Renews the leases of all work that goes on, and says which leases are lost.
    func renew() throws {
        let kept = state.withLock { Array($0.kept.values) }
        guard !kept.isEmpty else { return }
        let leases = kept.map { (lease: $0.lease, isGoingOn: $0.isGoingOn()) }.sorted { $0.lease.id < $1.lease.id }
        let begun = ContinuousClock.now
        let lost = try database.write(.urgent, locked: {}) { transaction in
            try leases.filter { try !Self.renew($0.lease, ifGoingOn: $0.isGoingOn, transaction) }.map(\.lease)
        }
        let gone = state.withLock { state in
            for (lease, isGoingOn) in leases where isGoingOn && state.kept[lease.id]?.lease == lease {
                state.kept[lease.id]?.renewedAt = begun
            }
            return lost.compactMap { lease in
                state.kept[lease.id]?.lease == lease ? state.kept.removeValue(forKey: lease.id) : nil
            }
        }
        for kept in gone { kept.onLost() }
    }

    /// Renews one lease; that of work that hangs is only looked at.
    ///
    /// - Returns: whether it is still held.
    private static func renew(
        _ lease: WorkLease,
        ifGoingOn isGoingOn: Bool,
        _ transaction: any StoreTransaction
    ) throws -> Bool {
        guard isGoingOn else { return try lease.isHeld(in: transaction) }
        // Waits for a worker that takes it at this moment; only the next statement sees what that one has done.
        let sql = "SELECT expiresAt FROM leaseTerms WHERE id = ?1 FOR UPDATE"
        guard try transaction.value(sql, [lease.id]) as Int64? != nil else { return false }
        return try transaction.execute(
            """
            UPDATE leaseTerms SET expiresAt = ?1 WHERE id = ?2
              AND EXISTS(SELECT 1 FROM leases WHERE leases.id = leaseTerms.id AND fence = ?3)
            """,
            [try transaction.now() + WorkLease.term, lease.id, lease.fence]
        ) == 1
    }
}
