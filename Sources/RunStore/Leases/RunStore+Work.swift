package import ExactJSON
import RingbackHome

extension RunStore {
    /// How long a worker waits for a database that is out of reach.
    private static let workPatience = Duration.seconds(300)

    /// The store for the work on something that a lease is for; the lease is renewed from now on.
    ///
    /// Every transaction that writes checks the lease first.
    ///
    /// - Parameters:
    ///   - lease: `nil` in a store that one machine has for itself.
    ///   - isGoingOn: whether the work makes progress; the lease of work that hangs lapses.
    ///   - onLost: called once, from any thread, if another worker has taken the work over.
    ///   - onLapsed: called once, from any thread, if the lease could not be renewed in time, so that another worker may take
    ///     the work over at any moment.
    package func under(
        _ lease: WorkLease?,
        while isGoingOn: @escaping @Sendable () -> Bool = { true },
        onLost: @escaping @Sendable () -> Void = {},
        onLapsed: @escaping @Sendable () -> Void = {}
    ) -> RunStore {
        guard let lease, let leases else { return self }
        leases.keep(lease, while: isGoingOn, onLost: onLost, onLapsed: onLapsed)
        return RunStore(home, database, lease: lease, patience: StorePatience(Self.workPatience), leases: leases)
    }

    /// Runs `body` with the right to work on a run: the lock of the home, or a lease that is renewed meanwhile.
    ///
    /// - Parameter onLost: called once, from any thread, if another worker has taken the run over.
    /// - Returns: `nil`, and nothing is done, if another process has the right.
    package func working<Result>(
        on runID: String,
        onLost: @escaping @Sendable () -> Void = {},
        body: (RunStore) async throws -> Result
    ) async throws -> Result? {
        guard isShared else {
            guard let lock = try RunLock(home, runID: runID) else { return nil }
            // From then on a slot that the run could not give back counts as the slot of a dead run.
            defer { lock.remove() }
            return try await body(self)
        }
        guard let lease = try await takeLease(runID).lease else { return nil }
        let result = await Swift.Result { try await body(under(lease, onLost: onLost, onLapsed: onLost)) }
        try? await release(lease)
        return try result.get()
    }

    /// Whether another machine could take over what is written through this store.
    package var isLeased: Bool { lease != nil }

    /// Fails if another worker has taken the work over.
    package func checkLease() async throws {
        if lease != nil { try await write { _ in } }
    }

    /// Takes the right to work under an id, in a store that several machines share.
    ///
    /// - Returns: the lease, or the holder of it; `nil` for both in a store that one machine has for itself.
    package func takeLease(_ id: String) async throws -> (lease: WorkLease?, holder: String?) {
        guard let leases else { return (nil, nil) }
        return try await write { transaction in
            try self.database.requireUsableSchema(transaction)
            if let lease = try WorkLease.take(id, by: leases.holder, transaction) { return (lease, nil) }
            return (nil, try transaction.value("SELECT holder FROM leases WHERE id = ?1", [id]) ?? "another process")
        }
    }

    /// Ends the renewal of a lease, and lets others take the work at once.
    package func release(_ lease: WorkLease?) async throws {
        guard let lease, let leases else { return }
        leases.drop(lease)
        try await RunStore(home, database, leases: leases).write { try lease.release($0) }
    }

    /// Whether a living process works under an id: on the run of this id, or as a service.
    package func isAlive(_ id: String) async throws -> Bool { try await read { try $0.isAlive(id) } }

    /// The time of the database, which decides where machines share work; their own clocks differ.
    package func now() async throws -> Timestamp { try await read { Timestamp(milliseconds: try $0.now()) } }
}
