import RingbackHome
import RunReport
import RunStore

extension Finding {
    private static let page = "docs/DEPLOYMENT.md, \"Several machines\", shows how a database is set up."
    /// Clocks that differ by more than this, in seconds, are warned of.
    private static let clockTolerance = 2.0

    /// Looks at the database that machines share.
    static func database(_ place: SharedDatabase) async -> Finding {
        do { return .database(try await SharedStoreHealth.inspect(place), connections: place.connections) } catch {
            return .failure(SharedStoreError.passes(error) ? .remote : .configuration, "\(error)", page)
        }
    }

    /// Judges what was found of the database.
    ///
    /// - Parameter connections: the most that a process takes.
    static func database(_ health: SharedStoreHealth, connections: Int) -> Finding {
        let server = "PostgreSQL \(health.serverVersion)"
        guard health.isRecentEnough else {
            let advice = "Use PostgreSQL \(SharedStoreHealth.oldestServer) or later; 15 is what is tested."
            return .failure(.configuration, "\(server) is too old", advice)
        }
        guard !health.isReadOnly else {
            return .failure(.remote, "\(server) takes no writes now: it is a standby, or was set to be read-only")
                .advising("Name the server that takes writes, such as with target_session_attrs=read-write.")
        }
        let tables = health.tables.map { "tables in version \($0)" } ?? "no tables yet; the first service makes them"
        let facts = [
            "\(server) as \(health.role) in the schema \(health.schema)", tables,
            "\(NumberText.fixed(health.latency, 1)) ms away", health.hasPooler ? "behind a pooler" : nil,
            health.connectionLimit.map { "at most \($0) connections of the role" },
        ]
        let detail = facts.compactMap { $0 }.joined(separator: ", ")
        if abs(health.clockDifference) > clockTolerance {
            let side = health.clockDifference > 0 ? "ahead of" : "behind"
            return .warning(
                "\(detail); its clock is \(NumberText.fixed(abs(health.clockDifference), 1)) s \(side) this one"
            )
            .advising("Let both follow a time server: leases end by the clock of the database.")
        }
        if health.tables == nil, !health.otherSchemas.isEmpty {
            return .warning("\(detail); the schema \(health.otherSchemas.joined(separator: ", ")) has some already")
                .advising(
                    "If you mean those, set the search_path of the role: ALTER ROLE … IN DATABASE … SET search_path."
                )
        }
        if let limit = health.connectionLimit, limit < 2 * connections {
            return .warning(detail)
                .advising(
                    "A process takes up to \(connections), or a third of the limit; raise it with ALTER ROLE … CONNECTION "
                        + "LIMIT if several processes share the role."
                )
        }
        return .ok(detail)
    }
}

extension HomeProbe {
    /// Looks whether the home's own database has work that the shared one leaves out.
    func leftWork(_ place: SharedDatabase) async -> Finding {
        let home = Home(inspecting: path)
        do {
            let work = try await BlockingWork.run { try LocalWork.left(in: home) }
            guard !work.isNone else { return .ok("the home's own database has nothing to do") }
            return .failure(.configuration, "\(work.description) in the home's own database, which is left out")
                .advising("ringback store move moves them; --leave-local leaves them there.")
        } catch {
            return .failure(.local, "the home's own database cannot be read: \(error)", Finding.keepHome)
        }
    }
}
