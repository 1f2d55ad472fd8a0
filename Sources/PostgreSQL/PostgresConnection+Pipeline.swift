import SystemLibpq

extension PostgresConnection {
    /// A statement with the values of its parameters.
    package typealias Bound = (sql: String, values: [PostgresValue])

    /// Runs statements one after the other and waits for the server once; after a failure none of the later ones runs.
    ///
    /// A statement that follows itself is parsed once.
    ///
    /// Source: PostgreSQL, libpq, "Pipeline Mode".
    ///
    /// - Returns: the first row of each statement; `nil` for one without a row.
    /// - Throws: ``PostgresError``, that of the first statement that failed.
    package mutating func runAll(_ statements: [Bound]) throws(PostgresError) -> [[PostgresValue]?] {
        guard !statements.isEmpty else { return [] }
        try beginPipeline()
        do throws(PostgresError) {
            let rows = try exchange(statements, until: .now + patience)
            endPipeline(after: nil)
            return rows
        } catch {
            endPipeline(after: error)
            throw error
        }
    }

    private func exchange(
        _ statements: [Bound],
        until end: ContinuousClock.Instant
    ) throws(PostgresError) -> [[PostgresValue]?] {
        var last: String?
        var answers: [PipelineAnswer] = []
        for statement in statements {
            if statement.sql != last {
                guard Self.prepare(statement, over: pointer) else { throw Self.failure(of: pointer) }
                answers.append(.parsed)
                last = statement.sql
            }
            guard Self.sendPrepared(statement.values, over: pointer) else { throw Self.failure(of: pointer) }
            answers.append(.row)
        }
        guard PQpipelineSync(pointer) == 1 else { throw Self.failure(of: pointer) }
        try flush(until: end)
        return try rows(of: answers, until: end)
    }

    /// What the server answers to a part of a pipeline.
    private enum PipelineAnswer {
        case parsed, row
    }

    private func rows(of answers: [PipelineAnswer], until end: ContinuousClock.Instant) throws(PostgresError)
        -> [[PostgresValue]?]
    {
        var rows: [[PostgresValue]?] = []
        var failure: PostgresError?
        for answer in answers {
            var row: [PostgresValue]?
            // Each part has its results, and then none.
            while let next = try result(until: end) {
                let result = PostgresResult(next)
                if result.isAborted { continue }
                failure = failure ?? result.failure
                if failure == nil, row == nil, result.count > 0 { row = try result.row(0) }
            }
            if case .row = answer { rows.append(row) }
        }
        guard let sync = try result(until: end) else { throw Self.failure(of: pointer) }
        PQclear(sync)
        if let failure { throw failure }
        return rows
    }
}
