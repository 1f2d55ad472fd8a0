import ExactJSON
import Foundation
import RingbackHome
import RingbackTestKit
import SimulationAPI

@testable import RunStore

/// Several machines with one database of PostgreSQL.
struct SharedStores: Sendable {
    let stores: [RunStore]
    var first: RunStore { stores[0] }
    var second: RunStore { stores[1] }

    /// Runs `body` with so many machines, each with a home of its own.
    ///
    /// - Parameter port: the port by which the first machine reaches the server, given the server's; the others go straight.
    static func with(
        _ count: Int = 2,
        through port: ((Int) -> Int)? = nil,
        _ body: (SharedStores) async throws -> Void
    ) async throws {
        let server = try await PostgresServer.shared()
        let address = try await server.freshDatabase()
        try await TemporaryFolder.with { folder in
            var homes = try (0..<count).map { number in
                let path = "\(folder)/\(number)"
                try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
                var home = try Home(path: path)
                home.store = .shared(SharedDatabase(address: address))
                return home
            }
            if let port {
                let own = address.replacing(":\(server.port)/", with: ":\(port(server.port))/")
                homes[0].store = .shared(SharedDatabase(address: own))
            }
            try await open(homes[...], [], body)
        }
    }

    private static func open(
        _ homes: ArraySlice<Home>,
        _ stores: [RunStore],
        _ body: (SharedStores) async throws -> Void
    ) async throws {
        guard let home = homes.first else { return try await body(SharedStores(stores: stores)) }
        try await RunStore.with(home) { try await open(homes.dropFirst(), stores + [$0], body) }
    }

    /// Lets all leases lapse that no machine renews.
    func lapse() async throws { try await first.execute("UPDATE leaseTerms SET expiresAt = 0") }

    /// Lets the lease of an id lapse, and takes it on another machine; the machine that has it may renew it in between.
    func takenOver(_ id: String, by store: RunStore) async throws -> WorkLease {
        while true {
            try await lapse()
            if let lease = try await store.takeLease(id).lease { return lease }
        }
    }

    /// Everything that is stored, as text.
    func contents() async throws -> [String] {
        try await first.read { transaction in
            try PostgresSchema.tables.map { table in
                try transaction.values(
                    "SELECT coalesce(string_agg(t::text, E'\\n' ORDER BY t::text), '') FROM \(table) AS t"
                ).joined()
            }
        }
    }

    /// Does something on all machines at the same moment; gives the results in the order of the machines.
    func together<Result: Sendable>(
        _ work: @escaping @Sendable (_ store: RunStore, _ number: Int) async throws -> Result
    ) async throws -> [Result] {
        try await withThrowingTaskGroup(of: (Int, Result).self) { group in
            for (number, store) in stores.enumerated() {
                group.addTask { (number, try await work(store, number)) }
            }
            return try await group.reduce(into: []) { $0.append($1) }.sorted { $0.0 < $1.0 }.map(\.1)
        }
    }

    /// Queues runs, and gives their ids.
    @discardableResult
    func submit(_ count: Int) async throws -> [String] {
        let ids = (0..<count).map { "run-\($0)" }
        for id in ids {
            let new = NewSubmission.of(id)
            _ = try await first.submit(new)
        }
        return ids
    }
}
