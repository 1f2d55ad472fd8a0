import SimulationAPI

/// The database of a store, whichever it is.
protocol StoreDatabase: Sendable {
    /// Whether other machines work with the same database.
    var isShared: Bool { get }

    /// Reads the database as it is at one moment, on the calling thread.
    func read<Result>(_ lane: StoreLane, _ body: (any StoreTransaction) throws -> Result) throws -> Result

    /// Runs a transaction that writes, on the calling thread; `body` runs again if the database has undone it in favour of
    /// another transaction.
    ///
    /// - Parameter locked: called as soon as the transaction has begun, for the tests that make the process die there.
    func write<Result>(
        _ lane: StoreLane,
        locked: () -> Void,
        _ body: (any StoreTransaction) throws -> Result
    ) throws -> Result

    /// A way to hear of work that other machines have queued: a function that blocks its thread and calls `wake` after each
    /// hint, and one that ends it; `nil` without such a way.
    func hints(
        _ wake: @escaping @Sendable () -> Void
    ) -> (listen: @Sendable () -> Void, stop: @Sendable () -> Void)?

    /// Fails if a newer program has changed the tables so that this one must not use them any more.
    func requireUsableSchema(_ transaction: any StoreTransaction) throws

    /// Fails if the database cannot be written now; changes nothing.
    func checkWritable() throws

    /// What an error of the database means for the events that were to be written.
    func refusal(of error: any Error) -> InboxRefusal

    /// Whether an error may pass by itself: the server restarts, is out of reach, or takes no writes for a while.
    func isPassing(_ error: any Error) -> Bool
}

/// What kind of work asks a database: which connections it may use, and how long it may take.
enum StoreLane: Hashable, Sendable {
    case work
    /// Work that passes many rows on.
    case long
    /// Work for somebody who waits for an answer, and would rather ask again than wait.
    case answer
    /// The same, with statements that may take as long as those of other work.
    case longAnswer
    /// What must not wait behind other work, and has a connection of its own: leases and cancels.
    case urgent
}
