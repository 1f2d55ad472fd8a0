import Glibc
import Synchronization

/// A bounded number of connections to one server, opened when they are needed and kept while they work.
///
/// One of them is kept free for what must not wait behind other work: leases and cancels.
package final class PostgresPool: Sendable {
    /// Which connections a piece of work may take, and how long it may take.
    package enum Lane: Hashable, Sendable {
        case work
        /// Work that passes many rows on, which may take minutes.
        case long
        /// Work for somebody who waits for an answer, and would rather ask again than wait.
        case answer
        /// The same, with statements that may take as long as those of other work.
        case longAnswer
        /// What must not wait behind other work: the connection that is kept free is for it.
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

        /// To open a database: a server that has no place is not waited for.
        package static var forOpening: TimeLimits {
            var limits = TimeLimits()
            limits.turn = .seconds(1)
            return limits
        }

        fileprivate func atMost(connect: Duration, statement: Duration, lock: Duration, turn: Duration) -> TimeLimits {
            var changed = self
            changed.connect = min(self.connect, connect)
            changed.statement = min(self.statement, statement)
            changed.lock = min(self.lock, lock)
            changed.turn = min(self.turn, turn)
            return changed
        }

        /// Its rows are taken as fast as they can be used, also when the server has sent the last of them some seconds before.
        fileprivate var forLongWork: TimeLimits {
            var changed = self
            changed.statement = max(statement, .seconds(600))
            changed.idle = max(idle, .seconds(10))
            changed.turn = turn * 3
            return changed
        }
    }

    private struct State {
        /// By whether they are for what is urgent.
        var free: [Bool: [(session: PostgresSession, since: ContinuousClock.Instant)]] = [:]
        var isClosed = false
    }

    private let address: String
    private let limits: TimeLimits
    private let turns: PoolTurns
    private let urgentTurns = PoolTurns(1)
    /// One piece of long work at a time: short work never waits for its end where a pool has three connections or more, and
    /// the long work of several processes leaves a pooler's few connections to their leases.
    private let longTurns = PoolTurns(1, shortage: "another long read of this process goes on")
    private let state = Mutex(State())

    /// A pool that has no connection yet.
    ///
    /// - Parameters:
    ///   - address: the server, as libpq reads it.
    ///   - connections: the most connections, two or more.
    package init(_ address: String, connections: Int = 6, limits: TimeLimits = TimeLimits()) {
        precondition(connections >= 2, "one connection for work, and one for what is urgent")
        (self.address, self.limits) = (address, limits)
        turns = PoolTurns(connections - 1)
    }

    /// The turns that a piece of work takes, in this order.
    private func turns(of lane: Lane) -> [PoolTurns] {
        switch lane {
        case .work, .answer, .longAnswer: [turns]
        case .long: [longTurns, turns]
        case .urgent: [urgentTurns]
        }
    }

    /// What is urgent fails soon, and is tried again over a new connection: a lease must not wait for a server that is gone.
    private func limits(of lane: Lane) -> TimeLimits {
        switch lane {
        case .work: limits
        case .long: limits.forLongWork
        case .answer: limits.atMost(connect: .seconds(3), statement: .seconds(5), lock: .seconds(4), turn: .seconds(5))
        case .longAnswer:
            limits.atMost(connect: .seconds(3), statement: limits.statement, lock: .seconds(4), turn: .seconds(5))
        case .urgent: limits.atMost(connect: .seconds(3), statement: .seconds(3), lock: .seconds(2), turn: .seconds(5))
        }
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
        var taken: [PoolTurns] = []
        defer { for turns in taken { turns.giveBack() } }
        for turns in turns(of: lane) {
            try turns.take(within: limits(of: lane).turn)
            taken.append(turns)
        }
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
            if let kept = state.withLock({ $0.free[lane == .urgent]?.popLast()?.session }) { return kept }
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
            state.free[false]?.removeAll { $0.since.duration(to: now) > time }
        }
    }

    /// Keeps a connection for the next use, unless it is broken or something was left in its session.
    private func park(_ session: PostgresSession, _ lane: Lane) {
        guard session.isClean else { return }
        state.withLock { state in
            if !state.isClosed { state.free[lane == .urgent, default: []].append((session, .now)) }
        }
    }

    /// Goes on with the connections of a pool that nobody uses any more.
    package func takeConnections(of other: PostgresPool) {
        let free = other.state.withLock { state in
            defer { state.free = [:] }
            return state.free
        }
        state.withLock { $0.free.merge(free) { $0 + $1 } }
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
                let more = Duration.seconds(lane == .urgent || lane == .answer ? 1 : 5)
                session.setPatience(min(limits.statement, .seconds(5)) + more)
                try session.run(script: begin)
                hasBegun = true
                session.setPatience(limits.statement + more)
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
