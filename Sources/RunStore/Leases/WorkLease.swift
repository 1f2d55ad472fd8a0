import Glibc

/// The right to work on a run, or as a service, in a store that several machines share.
///
/// It lapses unless it is renewed in time. Another worker may then take the work over; from that moment on nothing is written
/// under the old lease, however late its holder notices.
///
/// Source: M. Kleppmann, "How to do distributed locking" (2016), on fencing tokens.
package struct WorkLease: Hashable, Sendable {
    /// The id of the run or of the service.
    package let id: String
    /// Grows with each lease that is given; every transaction of a worker checks it.
    package let fence: Int64

    /// How long a lease lasts without being renewed, in milliseconds on the clock of the database.
    ///
    /// `RINGBACK_LEASE_SECONDS` shortens it for tests; all processes of a store must agree.
    static let term: Int64 = {
        let wish = getenv("RINGBACK_LEASE_SECONDS").flatMap { Int64(String(cString: $0)) }
        return min(max(wish ?? 30, 1), 30) * 1000
    }()
    /// The time between two renewals.
    static let renewal = Duration.milliseconds(term / 3)

    /// Takes a lease that nobody holds, within a transaction that writes.
    ///
    /// - Parameter holder: the machine and the process, for people.
    /// - Returns: `nil` if somebody holds it.
    static func take(_ id: String, by holder: String, _ transaction: any StoreTransaction) throws -> WorkLease? {
        let now = try transaction.now()
        let taken = try transaction.execute(
            """
            INSERT INTO leaseTerms(id, expiresAt) VALUES(?1, ?2)
            ON CONFLICT(id) DO UPDATE SET expiresAt = excluded.expiresAt WHERE leaseTerms.expiresAt <= ?3
            """,
            [id, now + term, now]
        )
        guard taken == 1 else { return nil }
        // Waits for the transactions of the last holder that have already checked the lease.
        try transaction.execute("DELETE FROM leases WHERE id = ?1", [id])
        let sql = "INSERT INTO leases(id, holder) VALUES(?1, ?2) RETURNING fence"
        return try transaction.value(sql, [id, holder]).map { WorkLease(id: id, fence: $0) }
    }

    /// Whether nobody has taken the work over.
    func isHeld(in transaction: any StoreTransaction) throws -> Bool {
        try transaction.value("SELECT EXISTS(SELECT 1 FROM leases WHERE id = ?1 AND fence = ?2)", [id, fence]) ?? false
    }

    /// Fails if another worker has taken the work over; nobody can do so until the transaction ends.
    func check(in transaction: any StoreTransaction) throws {
        let sql = "SELECT 1 FROM leases WHERE id = ?1 AND fence = ?2 FOR SHARE"
        guard try transaction.value(sql, [id, fence]) as Int64? != nil else { throw LeaseLostError(id: id) }
    }

    /// Lets others take the work at once; nothing more is written under this lease after that.
    func release(_ transaction: any StoreTransaction) throws {
        let isOwn = try transaction.execute("DELETE FROM leases WHERE id = ?1 AND fence = ?2", [id, fence]) == 1
        if isOwn { try transaction.execute("DELETE FROM leaseTerms WHERE id = ?1", [id]) }
    }
}

/// Another worker has taken over what this one worked on, because its lease had lapsed.
package struct LeaseLostError: Error, Hashable, CustomStringConvertible {
    /// The id of the run or of the service.
    package var id: String
    package var description: String { "the lease of \(id) was lost: another worker has taken over" }
}
