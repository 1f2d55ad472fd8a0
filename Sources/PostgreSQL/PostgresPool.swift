import Dispatch
import Glibc
import Synchronization

/// A bounded number of connections to one server, opened when they are needed and kept while they work.
///
/// One of them is kept free for what must not wait behind other work: leases and cancels.
package final class PostgresPool: Sendable {
    /// Which connections a piece of work may take.
    package enum Lane: Hashable, Sendable {
        case work
        /// The one that is kept free.
        case urgent
    }

    /// How long the steps of a transaction may take.
    package struct TimeLimits: Hashable, Sendable {
        /// To connect, with names, TLS and password.
        package var connect = Duration.seconds(10)
        /// For one statement, on the server.
        package var statement = Duration.seconds(30)
        /// For one lock that somebody else holds, on the server.
        package var lock = Duration.seconds(8)
        /// For the work between two statements of a transaction; the server then ends the session, so that a stopped process holds
        /// nobody up.
        package var idle = Duration.seconds(4)
        /// For a free connection.
        package var turn = Duration.seconds(30)

        package init() {}
    }

    private struct State {
        var free: [Lane: [(session: PostgresSession, since: ContinuousClock.Instant)]] = [:]
        var isClosed = false
    }

    private let address: String
    private let limits: TimeLimits
    private let turns: [Lane: DispatchSemaphore]
    private let state = Mutex(State())

    /// A pool that has no connection yet.
    ///
    /// - Parameters:
    ///   - address: the server, as libpq reads it.
    ///   - connections: the most connections, two or more.
    package init(_ address: String, connections: Int = 6, limits: TimeLimits = TimeLimits()) {
        precondition(connections >= 2, "one connection for work, and one for what is urgent")
        (self.address, self.limits) = (address, limits)
        turns = [.work: DispatchSemaphore(value: connections - 1), .urgent: DispatchSemaphore(value: 1)]
    }

    /// What is urgent fails soon, and is tried again over a new connection: a lease must not wait for a server that is gone.
    private func limits(of lane: Lane) -> TimeLimits {
        guard lane == .urgent else { return limits }
        var urgent = limits
        (urgent.connect, urgent.statement) = (min(limits.connect, .seconds(3)), min(limits.statement, .seconds(3)))
        (urgent.lock, urgent.turn) = (min(limits.lock, .seconds(2)), min(limits.turn, .seconds(5)))
        return urgent
    }

    /// Closes the connections that are not in use; those that are close when their work ends.
    package func close() {
        state.withLock { ($0.free, $0.isClosed) = ([:], true) }
    }

    /// Runs `body` on a connection of its own, and blocks the calling thread meanwhile.
    ///
    /// - Throws: ``PostgresError``, or what `body` throws.
    package func withConnection<Result>(
        _ lane: Lane = .work,
        _ body: (PostgresSession) throws -> Result
    ) throws -> Result {
        guard let turn = turns[lane] else { preconditionFailure("every lane has its turns") }
        guard turn.wait(timeout: .now() + .milliseconds(limits(of: lane).turn.milliseconds)) == .success else {
            throw PostgresError(.timeout, "all connections of this process to the database are in use")
        }
        defer { turn.signal() }
        let session = try opened(lane)
        defer { park(session, lane) }
        return try body(session)
    }

    /// A connection that is free, or a new one.
    ///
    /// A server that has no place for one more is asked again: other processes close what they do not use.
    private func opened(_ lane: Lane) throws(PostgresError) -> PostgresSession {
        let limits = limits(of: lane)
        let end = ContinuousClock.now + limits.turn
        while true {
            if let kept = state.withLock({ $0.free[lane]?.popLast()?.session }) { return kept }
            do throws(PostgresError) {
                return PostgresSession(try PostgresConnection(to: address, timeout: limits.connect))
            } catch {
                guard error.isFull, ContinuousClock.now < end else { throw error }
            }
            usleep(.random(in: 50_000...150_000))
        }
    }

    /// Closes the connections for work that have waited for their next use for some time, so that others get them.
    package func closeIdle(longerThan time: Duration) {
        let now = ContinuousClock.now
        state.withLock { state in
            // The newest stands last and is used first.
            state.free[.work]?.removeAll { $0.since.duration(to: now) > time }
        }
    }

    /// Keeps a connection for the next use, unless it is broken or something was left in its session.
    private func park(_ session: PostgresSession, _ lane: Lane) {
        guard session.isClean else { return }
        state.withLock { state in
            if !state.isClosed { state.free[lane, default: []].append((session, .now)) }
        }
    }

    /// Closes the connections that wait for their next use: after a failover they may lead to a server that takes no writes.
    package func reopen() { state.withLock { $0.free = [:] } }

    /// Runs `body` in a transaction, which is committed if it returns and rolled back if it throws.
    ///
    /// A connection that was closed while it waited for its use is opened anew once, since nothing was sent over it yet.
    ///
    /// - Throws: ``PostgresError``, or what `body` throws. After `disconnected` or `timeout` in the commit it is unknown whether the
    ///   transaction took place.
    package func transaction<Result>(
        _ lane: Lane = .work,
        isReadOnly: Bool = false,
        _ body: (PostgresSession) throws -> Result
    ) throws -> Result {
        try transaction(lane, isReadOnly ? " ISOLATION LEVEL REPEATABLE READ READ ONLY" : "", end: "COMMIT", body)
    }

    /// Runs `body` in a transaction that is rolled back in the end, whatever it did.
    package func rehearsal(_ body: (PostgresSession) throws -> Void) throws {
        try transaction(.work, "", end: "ROLLBACK", body)
    }

    private func transaction<Result>(
        _ lane: Lane,
        _ manner: String,
        end: String,
        _ body: (PostgresSession) throws -> Result
    ) throws -> Result {
        let limits = limits(of: lane)
        // With `SET LOCAL` the limits end with the transaction, so that a pooler hands no setting on.
        let begin = """
            BEGIN\(manner);
            SET LOCAL statement_timeout = \(limits.statement.milliseconds);
            SET LOCAL lock_timeout = \(limits.lock.milliseconds);
            SET LOCAL idle_in_transaction_session_timeout = \(limits.idle.milliseconds)
            """
        var hasBegun = false
        func attempt() throws -> Result {
            try withConnection(lane) { session in
                // The server gives up first; this side only if the server or the way to it is gone.
                session.setPatience(limits.statement + .seconds(lane == .urgent ? 1 : 5))
                try session.run(script: begin)
                hasBegun = true
                do {
                    let value = try body(session)
                    try session.run(script: end)
                    return value
                } catch {
                    session.setPatience(.seconds(5))
                    try? session.run(script: "ROLLBACK")
                    throw error
                }
            }
        }
        do { return try attempt() } catch let error as PostgresError where !hasBegun && error.code == .disconnected {
            reopen()
            return try attempt()
        }
    }
}

extension Duration {
    fileprivate var milliseconds: Int {
        let (seconds, attoseconds) = components
        return Int(seconds) * 1000 + Int(attoseconds / 1_000_000_000_000_000)
    }
}
