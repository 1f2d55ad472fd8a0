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
    }

    private let database: any StoreDatabase
    private let kept = Mutex<[String: Kept]>([:])
    /// The clock of the database.
    let clock = StoreClock()
    /// The machine and the process, for people.
    let holder: String

    init(_ database: any StoreDatabase, holder: String) { (self.database, self.holder) = (database, holder) }

    /// From now on the lease is renewed.
    ///
    /// - Parameter onLost: called once, from any thread, if another worker has taken the work over.
    func keep(
        _ lease: WorkLease,
        while isGoingOn: @escaping @Sendable () -> Bool = { true },
        onLost: @escaping @Sendable () -> Void = {}
    ) {
        kept.withLock { $0[lease.id] = Kept(lease: lease, isGoingOn: isGoingOn, onLost: onLost) }
    }

    /// From now on the lease is not renewed.
    func drop(_ lease: WorkLease) {
        kept.withLock { kept in
            if kept[lease.id]?.lease == lease { kept[lease.id] = nil }
        }
    }

    /// Whether this process works under an id, and its work goes on.
    func isGoingOn(_ id: String) -> Bool { kept.withLock { $0[id] }?.isGoingOn() ?? false }

    /// Renews until the task is cancelled.
    ///
    /// - Parameter rested: called after each renewal.
    func run(rested: @Sendable () -> Void = {}) async {
        while !Task.isCancelled {
            let isRenewed = (try? await BlockingWork.run { try self.renew() }) != nil
            try? await BlockingWork.run { try self.compareClocks() }
            rested()
            // After a failure soon again: a lease that lapsed is still its holder's while no other was faster.
            try? await Task.sleep(for: isRenewed ? WorkLease.renewal : min(.seconds(1), WorkLease.renewal))
        }
    }

    /// Looks how far the clock of the database is from this machine's.
    func compareClocks() throws {
        try database.read(.urgent) { transaction in try clock.compare { try transaction.now() } }
    }

    /// Renews all leases once, and says which are lost.
    func renew() throws {
        let due = kept.withLock { kept in kept.values.filter { $0.isGoingOn() }.map(\.lease) }
        guard !due.isEmpty else { return }
        let lost = try database.write(.urgent, locked: {}) { transaction in
            let until = try transaction.now() + WorkLease.term
            return try due.filter { lease in
                try transaction.execute(
                    """
                    UPDATE leaseTerms SET expiresAt = ?1 WHERE id = ?2
                      AND EXISTS(SELECT 1 FROM leases WHERE leases.id = leaseTerms.id AND fence = ?3)
                    """,
                    [until, lease.id, lease.fence]
                ) == 0
            }
        }
        for lease in lost {
            let gone = kept.withLock { kept -> Kept? in
                guard kept[lease.id]?.lease == lease else { return nil }
                return kept.removeValue(forKey: lease.id)
            }
            gone?.onLost()
        }
    }
}
