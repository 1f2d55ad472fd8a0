/// Where what is kept of runs, events, deliveries, slots and tokens is.
package enum StorePlace: Hashable, Sendable {
    /// A database file in the home.
    case home
    /// A PostgreSQL that machines share.
    case shared(SharedDatabase)

    /// That of the commands of this process.
    @TaskLocal package static var current = StorePlace.home
}

/// The database that machines share, and how this process uses it.
package struct SharedDatabase: Hashable, Sendable {
    /// As libpq reads it: `postgresql://user@host:port/name`; it may hold a password.
    package var address: String
    /// The most connections of this process, two or more.
    package var connections: Int
    /// Whether what the database file of the home still has to do is left there.
    package var leavesLocal: Bool
    /// How long a server is waited for that refuses, is starting, full or read-only.
    package var patience: Duration
    /// Is told what a user should know while a database is opened.
    package var notice: StoreNotice

    /// The patience of the commands of this process, which tests make shorter.
    @TaskLocal package static var patience = Duration.seconds(60)

    package init(
        address: String,
        connections: Int = 6,
        leavesLocal: Bool = false,
        patience: Duration = SharedDatabase.patience,
        notice: StoreNotice = StoreNotice { _ in }
    ) {
        (self.address, self.connections) = (address, connections)
        (self.leavesLocal, self.patience, self.notice) = (leavesLocal, patience, notice)
    }
}

/// Says something to the user of a command.
///
/// Two notices always compare equal, so that places can be compared.
package struct StoreNotice: Hashable, Sendable {
    package let say: @Sendable (_ sentence: String) -> Void

    package init(_ say: @escaping @Sendable (_ sentence: String) -> Void) { self.say = say }

    package static func == (first: StoreNotice, second: StoreNotice) -> Bool { true }
    package func hash(into hasher: inout Hasher) {}
}
