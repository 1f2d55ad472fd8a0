/// What became of the tables of a store that machines share.
package struct StoreMigration: Hashable, Sendable {
    /// The version that was there before; `nil` if there were no tables.
    package var from: Int64?
    /// The version that is there now.
    package var to: Int64
    /// The schema that has the tables.
    package var schema: String
    /// The other schemas of the database that have tables of Ringback, where there were none in ``schema`` before.
    package var otherSchemas: [String]
}
