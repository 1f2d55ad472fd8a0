package import RingbackHome
import SimulationAPI

/// What is kept of runs, events, monitors, deliveries, slots and tokens.
package final class RunStore: Sendable {
    let home: Home
    let database: any StoreDatabase
    /// The lease under which everything is written; `nil` if no other machine can take the work over.
    let lease: WorkLease?
    /// How long a failure may last that passes by itself.
    let patience: StorePatience
    /// The leases that this process renews; `nil` if its store needs none.
    let leases: LeaseKeeper?

    /// What goes on while a database that machines share cannot be reached: gets the reason, and a function that returns once
    /// the database is open.
    package typealias Waiting = (_ reason: String, _ opened: @escaping @Sendable () async throws -> Void) async throws
        -> Void

    /// Runs `body` with the database of a home, which is made if it is missing, and closes it afterwards.
    ///
    /// - Parameter whileWaiting: for a database that cannot be reached yet; `nil` only waits.
    /// - Throws: an error of the database if it cannot be opened, or what `body` throws.
    package static func with<Result>(
        _ home: Home,
        whileWaiting: Waiting? = nil,
        body: (RunStore) async throws -> Result
    ) async throws -> Result {
        if case .shared(let place) = home.store {
            if !place.leavesLocal { try await BlockingWork.run { try LocalWork.requireNone(in: home) } }
            return try await with(home, at: place, whileWaiting, body: body)
        }
        let database = try await BlockingWork.run { try SQLiteDatabase(home) }
        let result = await Swift.Result {
            try await BlockingWork.run { try database.checkAfterUncleanStop(of: home) }
            return try await body(RunStore(home, database))
        }
        try? await BlockingWork.run { try database.close() }
        return try result.get()
    }

    init(
        _ home: Home,
        _ database: any StoreDatabase,
        lease: WorkLease? = nil,
        patience: StorePatience = StorePatience(.zero),
        leases: LeaseKeeper? = nil
    ) {
        (self.home, self.database, self.leases) = (home, database, leases)
        (self.lease, self.patience) = (lease, patience)
    }

    /// Watches the queue of a store that machines share while `body` takes runs from it.
    ///
    /// - Parameter wake: called when another machine has queued a run; hints may be lost, and there may be none.
    package func watchingQueue(wake: @escaping @Sendable () -> Void, body: () async -> Void) async {
        let looks = leases.map { leases in Task { [database] in await leases.queueStart.keep(in: database) } }
        defer { looks?.cancel() }
        guard let hints = database.hints(wake) else { return await body() }
        let listening = Task { try? await BlockingWork.run { hints.listen() } }
        await body()
        hints.stop()
        await listening.value
    }

    /// Whether other machines work with the same store.
    package var isShared: Bool { database.isShared }

    /// Reads the database as it is at one moment, off the threads of the concurrency pool.
    func read<Result: Sendable>(
        on lane: StoreLane = .work,
        _ body: @escaping @Sendable (any StoreTransaction) throws -> Result
    ) async throws -> Result {
        try await patiently { try await BlockingWork.run { try self.database.read(lane, body) } }
    }

    /// Runs a transaction that writes, off the threads of the concurrency pool.
    func write<Result: Sendable>(
        on lane: StoreLane = .work,
        _ updates: @escaping @Sendable (any StoreTransaction) throws -> Result
    ) async throws -> Result {
        try await patiently { try await BlockingWork.run { try self.writeBlocking(on: lane, updates) } }
    }

    /// Runs a transaction that writes, on the calling thread; `updates` may run more than once.
    ///
    /// - Parameter locked: called as soon as nobody else can write.
    /// - Throws: ``LeaseLostError`` if the work has been taken over; then nothing is written.
    func writeBlocking<Result>(
        on lane: StoreLane = .work,
        locked: () -> Void = {},
        _ updates: (any StoreTransaction) throws -> Result
    ) throws -> Result {
        try database.write(lane, locked: locked) { transaction in
            try lease?.check(in: transaction)
            return try updates(transaction)
        }
    }

    /// Tries again while the failure is of a kind that passes, for ``patience``.
    func patiently<Result>(_ work: () async throws -> Result) async throws -> Result {
        var retry = StoreRetry(patience)
        while true {
            do { return try await work() } catch {
                guard database.isPassing(error), let pause = retry.next() else { throw error }
                // A task that was cancelled gets the failure.
                do { try await Task.sleep(for: pause) } catch is CancellationError { throw error }
            }
        }
    }

    /// From now on a database that is out of reach is waited for only a little: others will do the work.
    package func hurry() { patience.shorten() }

    /// Fails if the database cannot be written; changes nothing.
    package func checkWritable() async throws {
        try await BlockingWork.run { try self.database.checkWritable() }
    }

    /// Runs one statement in a transaction of its own; returns the number of rows that it changed.
    @discardableResult
    func execute(_ sql: String, _ values: [any StoreBindable] = []) async throws -> Int {
        try await write { try $0.execute(sql, values) }
    }

    /// Passes the rows of a query to `body` one by one, so memory does not grow with their number.
    func eachRow(
        _ sql: String,
        _ values: [any StoreBindable],
        _ body: @escaping @Sendable (any StoreRow) throws -> Void
    ) async throws {
        try await patiently {
            try await BlockingWork.run {
                var rows = 0
                do {
                    try self.database.read(.long) { transaction in
                        try transaction.each(sql, values) { row in
                            rows += 1
                            try body(row)
                            return true
                        }
                    }
                } catch {
                    // Rows that were passed on are not passed on again.
                    guard rows > 0, self.database.isPassing(error) else { throw error }
                    throw BrokenReadError(rows: rows, cause: error)
                }
            }
        }
    }

    /// Does `work`, which reads many rows, again from its beginning if the database broke off in the middle.
    package func rereading<Result>(_ work: () async throws -> Result) async throws -> Result {
        var retry = StoreRetry(patience)
        while true {
            do { return try await work() } catch let error as BrokenReadError {
                guard let pause = retry.next() else { throw error }
                do { try await Task.sleep(for: pause) } catch is CancellationError { throw error }
            }
        }
    }

    /// Whether an error may pass by itself: the server restarts, is out of reach, or takes no writes for a while.
    package func isPassing(_ error: any Error) -> Bool { database.isPassing(error) }

    /// What an error of the database means for the events that were to be written.
    func refusal(of error: any Error) -> InboxRefusal { database.refusal(of: error) }
}

/// A query ended in the middle of its rows.
struct BrokenReadError: Error, CustomStringConvertible {
    var rows: Int
    var cause: any Error
    var description: String { "the database broke off after \(rows) rows: \(cause)" }
}
