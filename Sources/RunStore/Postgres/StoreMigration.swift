import PostgreSQL

/// What became of the tables of a store that machines share.
package struct StoreMigration: Hashable, Sendable {
    /// The version that was there before; `nil` if there were no tables.
    package var from: Int64?
    /// The version that is there now; 0 without tables.
    package var to: Int64
    /// The schema of the tables.
    package var schema: String
    /// The other schemas of the database that have tables of Ringback.
    package var otherSchemas: [String]

    /// What is there before anything is changed.
    ///
    /// - Throws: ``SchemaError`` if this program is too old for the tables.
    init(of session: PostgresSession) throws {
        let found = try PostgresSchema.found(session)
        if found != nil { try PostgresSchema.check(session) }
        (from, to) = (found?.number, found?.number ?? 0)
        schema = try session.run("SELECT current_schema()::text").row(0)[0].text ?? ""
        otherSchemas = try PostgresSchema.otherSchemas(session)
    }

    /// What to look at if tables were made beside others: a database that was restored lacks the settings of its roles.
    package var warning: String? {
        guard from == nil, !otherSchemas.isEmpty else { return nil }
        return
            "warning: tables were made in the schema \(schema), and the schema \(otherSchemas.joined(separator: ", ")) of this "
            + "database has tables of Ringback too; if you meant those, set the search_path of the role (ALTER ROLE … IN "
            + "DATABASE … SET search_path), and drop the tables in \(schema)"
    }
}
