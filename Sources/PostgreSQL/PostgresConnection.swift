import Glibc
import SystemLibpq

/// One connection to a server, used by one thread at a time; it ends with this value.
///
/// Every step waits until a deadline and no longer, also where a network swallows packets without a word. Statements have no
/// name, and nothing is left in the session, so that a pooler in transaction mode may stand between.
package struct PostgresConnection: ~Copyable, @unchecked Sendable {  // one owner, and libpq allows one thread at a time
    let pointer: OpaquePointer
    /// Whether nothing more can be done with it: it broke, or an answer did not come in time.
    package private(set) var isBroken = false
    /// How long a statement may take until its result is here; after that the connection is broken.
    package var patience = Duration.seconds(30)

    /// Connects.
    ///
    /// - Parameters:
    ///   - address: the server, as libpq reads it: `postgresql://user@host:port/name?sslmode=verify-full`.
    ///   - timeout: for the whole way: names, network, TLS and password.
    /// - Throws: ``PostgresError``.
    package init(to address: String, timeout: Duration) throws(PostgresError) {
        if let problem = PostgresAddress.problem(of: address) { throw PostgresError(.invalidAddress, problem) }
        let values =
            Self.usualSettings + [
                ("dbname", address), ("client_encoding", "UTF8"), ("fallback_application_name", "ringback"),
            ]
        let opened = Self.withStrings(values.map(\.0)) { keywords in
            Self.withStrings(values.map(\.1)) { PQconnectStartParams(keywords, $0, 1) }
        }
        guard let opened else { throw PostgresError(.disconnected, "libpq has no memory for a connection") }
        do throws(PostgresError) { try Self.finishOpening(opened, until: .now + timeout) } catch {
            PQfinish(opened)
            throw error
        }
        pointer = opened
    }

    /// What an address may set otherwise, since it comes behind them.
    ///
    /// A server that is gone without a word is noticed within half a minute, also while a long statement runs there.
    private static let usualSettings = [
        ("keepalives_idle", "10"), ("keepalives_interval", "5"), ("keepalives_count", "3"),
        ("tcp_user_timeout", "25000"),
    ]

    private static func finishOpening(_ pointer: OpaquePointer, until end: ContinuousClock.Instant)
        throws(PostgresError)
    {
        guard PQstatus(pointer) != CONNECTION_BAD else {
            let message = String(cString: PQerrorMessage(pointer))
            // libpq asks for the names of hosts, and begins with the first address, before anything is waited for.
            let hasBegun = ["could not translate host name", "connection to server"].contains { message.contains($0) }
            if hasBegun { throw PostgresError(.disconnected, message) }
            throw PostgresError(.invalidAddress, PostgresAddress.withoutValues(message))
        }
        // So that a refusal has its five letters, which libpq gives in no other way before the connection stands.
        PQsetErrorVerbosity(pointer, PQERRORS_VERBOSE)
        var waits = PGRES_POLLING_WRITING
        while waits != PGRES_POLLING_OK {
            guard waits != PGRES_POLLING_FAILED else { throw refusal(of: pointer) }
            let events = waits == PGRES_POLLING_READING ? POLLIN : POLLOUT
            try wait(PQsocket(pointer), for: Int16(events), until: end)
            waits = PQconnectPoll(pointer)
        }
        PQsetErrorVerbosity(pointer, PQERRORS_DEFAULT)
        // Notices are for people at a prompt.
        PQsetNoticeProcessor(pointer, { _, _ in }, nil)
        guard PQsetnonblocking(pointer, 1) == 0 else { throw failure(of: pointer) }
    }

    deinit { PQfinish(pointer) }

    /// The process id of the server's side, which its own views call `pid`.
    package var serverProcess: Int32 { PQbackendPID(pointer) }
    /// The version of the server, such as 150018.
    package var serverVersion: Int { Int(PQserverVersion(pointer)) }
    /// The encoding and other settings that the server reports, such as `server_encoding`.
    package func setting(_ name: String) -> String? { PQparameterStatus(pointer, name).map { String(cString: $0) } }
    /// Whether a transaction is open.
    package var isInTransaction: Bool { PQtransactionStatus(pointer) != PQTRANS_IDLE }
    /// The socket, for those who wait for notifications.
    package var socket: Int32 { PQsocket(pointer) }

    /// Runs one statement.
    ///
    /// - Parameter sql: the statement, with `$1`, `$2` … for its values.
    /// - Throws: ``PostgresError``.
    package mutating func run(_ sql: String, _ values: [PostgresValue] = []) throws(PostgresError) -> PostgresResult {
        try exchange { pointer in Self.send(sql, values, over: pointer) }
    }

    /// Passes the rows of a query to `body`, one by one as they come, until it returns false.
    ///
    /// Each row may take as long as a statement. Nothing else may be run on the connection meanwhile. What comes after a
    /// false is read and thrown away.
    package mutating func each(
        _ sql: String,
        _ values: [PostgresValue],
        _ body: (borrowing PostgresResult) throws -> Bool
    ) throws {
        guard !isBroken else { throw PostgresError(.disconnected, "the connection is closed") }
        let end = ContinuousClock.now + patience
        do throws(PostgresError) {
            guard Self.send(sql, values, over: pointer), PQsetSingleRowMode(pointer) == 1 else {
                throw Self.failure(of: pointer)
            }
            try flush(until: end)
        } catch {
            isBroken = true
            throw error
        }
        var failure: (any Error)?
        var goesOn = true
        while true {
            let next: OpaquePointer?
            do throws(PostgresError) { next = try result(until: .now + patience) } catch {
                isBroken = true
                throw error
            }
            guard let next else { break }
            let result = PostgresResult(next)
            if let refusal = result.failure {
                failure = failure ?? refusal
            } else if goesOn, result.count > 0 {
                do { goesOn = try body(result) } catch { (failure, goesOn) = (error, false) }
            }
        }
        if PQstatus(pointer) == CONNECTION_BAD { isBroken = true }
        if let failure { throw failure }
    }

    /// The next result of what was sent; `nil` after the last.
    func result(until end: ContinuousClock.Instant) throws(PostgresError) -> OpaquePointer? {
        while PQisBusy(pointer) == 1 {
            try Self.wait(PQsocket(pointer), for: Int16(POLLIN), until: end)
            guard PQconsumeInput(pointer) == 1 else { throw Self.failure(of: pointer) }
        }
        return PQgetResult(pointer)
    }

    /// Runs statements without values, separated by semicolons, in one exchange; their rows are thrown away.
    package mutating func run(script: String) throws(PostgresError) {
        _ = try exchange { pointer in PQsendQuery(pointer, script) == 1 }
    }

    private mutating func exchange(_ send: (OpaquePointer) -> Bool) throws(PostgresError) -> PostgresResult {
        guard !isBroken else { throw PostgresError(.disconnected, "the connection is closed") }
        let end = ContinuousClock.now + patience
        do throws(PostgresError) {
            guard send(pointer) else { throw Self.failure(of: pointer) }
            try flush(until: end)
            return try receive(until: end)
        } catch {
            if error.code != .refused || PQstatus(pointer) == CONNECTION_BAD { isBroken = true }
            throw error
        }
    }

    /// The channels on which something was said since the last look; never waits.
    package mutating func notifications() -> [String] {
        guard !isBroken, PQconsumeInput(pointer) == 1 else {
            isBroken = true
            return []
        }
        var channels: [String] = []
        while let notice = PQnotifies(pointer) {
            channels.append(String(cString: notice.pointee.relname))
            PQfreemem(notice)
        }
        return channels
    }

    // MARK: Exchanges

    private static func send(_ sql: String, _ values: [PostgresValue], over pointer: OpaquePointer) -> Bool {
        bound(values) { types, pointers, lengths, formats in
            PQsendQueryParams(pointer, sql, Int32(values.count), types, pointers, lengths, formats, 1) == 1
        }
    }

    /// Sends a statement without a name, to be run by ``sendPrepared(_:over:)`` until the next one.
    static func prepare(_ statement: Bound, over pointer: OpaquePointer) -> Bool {
        PQsendPrepare(pointer, "", statement.sql, Int32(statement.values.count), statement.values.map(\.type)) == 1
    }

    static func sendPrepared(_ values: [PostgresValue], over pointer: OpaquePointer) -> Bool {
        bound(values) { _, pointers, lengths, formats in
            PQsendQueryPrepared(pointer, "", Int32(values.count), pointers, lengths, formats, 1) == 1
        }
    }

    /// Lends values as libpq wants them: their types, where their bytes are, how many, and in the binary format.
    private static func bound<Result>(
        _ values: [PostgresValue],
        _ body: ([UInt32], [UnsafePointer<CChar>?], [Int32], [Int32]) -> Result
    ) -> Result {
        let encoded = values.map(\.encoded)
        let lengths = encoded.map { Int32($0?.count ?? 0) }
        // All values in one block, since libpq wants a pointer for each.
        let block = encoded.flatMap { $0 ?? [] }
        return block.withUnsafeBytes { bytes in
            // An empty block may have no address, and an empty value needs one.
            let base = bytes.baseAddress?.assumingMemoryBound(to: CChar.self)
            return withUnsafePointer(to: CChar(0)) { empty in
                var offset = 0
                let pointers = encoded.map { value -> UnsafePointer<CChar>? in
                    guard let value else { return nil }
                    defer { offset += value.count }
                    return value.isEmpty ? empty : base?.advanced(by: offset)
                }
                return body(values.map(\.type), pointers, lengths, [Int32](repeating: 1, count: values.count))
            }
        }
    }

    /// From now on statements are sent one after the other, without waiting for their results.
    func beginPipeline() throws(PostgresError) {
        guard !isBroken else { throw PostgresError(.disconnected, "the connection is closed") }
        guard PQenterPipelineMode(pointer) == 1 else { throw Self.failure(of: pointer) }
    }

    /// Ends what ``beginPipeline()`` began; a connection on which it broke off is not used again.
    mutating func endPipeline(after failure: PostgresError?) {
        let isWhole = failure.map { $0.code == .refused } ?? true
        if !isWhole || PQexitPipelineMode(pointer) != 1 || PQstatus(pointer) == CONNECTION_BAD { isBroken = true }
    }

    func flush(until end: ContinuousClock.Instant) throws(PostgresError) {
        while true {
            switch PQflush(pointer) {
            case 0: return
            case 1:
                // The server may have to be read from before it reads on.
                try Self.wait(PQsocket(pointer), for: Int16(POLLIN | POLLOUT), until: end)
                guard PQconsumeInput(pointer) == 1 else { throw Self.failure(of: pointer) }
            default: throw Self.failure(of: pointer)
            }
        }
    }

    /// The last result of what was sent; a failure of any of them is thrown once all are read.
    private func receive(until end: ContinuousClock.Instant) throws(PostgresError) -> PostgresResult {
        var last: OpaquePointer?
        var failure: PostgresError?
        do throws(PostgresError) {
            while let next = try result(until: end) {
                if let last { PQclear(last) }
                last = next
                failure = failure ?? PostgresResult.failure(of: next)
            }
        } catch {
            if let last { PQclear(last) }
            throw error
        }
        if let failure {
            if let last { PQclear(last) }
            throw failure
        }
        guard let last else { throw Self.failure(of: pointer) }
        return PostgresResult(last)
    }

    // MARK: libpq

    private static func wait(_ socket: Int32, for events: Int16, until end: ContinuousClock.Instant)
        throws(PostgresError)
    {
        while true {
            let left = end - ContinuousClock.now
            guard left > .zero else { throw PostgresError(.timeout, "the server did not answer in time") }
            var watched = pollfd(fd: socket, events: events, revents: 0)
            let (seconds, attoseconds) = left.components
            let milliseconds = min(seconds * 1000 + attoseconds / 1_000_000_000_000_000 + 1, 60_000)
            let ready = poll(&watched, 1, Int32(milliseconds))
            if ready > 0 { return }
            guard ready == 0 || errno == EINTR else {
                throw PostgresError(.disconnected, String(cString: strerror(errno)))
            }
        }
    }

    static func failure(of pointer: OpaquePointer) -> PostgresError {
        let message = String(cString: PQerrorMessage(pointer))
        return PostgresError(.disconnected, message.isEmpty ? "the server closed the connection" : message)
    }

    /// Why a server did not let this program in: `FATAL:  28P01: password authentication failed for user "x"`.
    private static func refusal(of pointer: OpaquePointer) -> PostgresError {
        let message = String(cString: PQerrorMessage(pointer))
        let first = message.prefix { !$0.isNewline }
        guard let found = message.firstMatch(of: /:  ([0-9A-Z]{5}): (.*)/) else {
            guard !first.isEmpty else { return PostgresError(.disconnected, "the server was not reached") }
            return PostgresError(PostgresError.isOwnFault(message) ? .unusable : .disconnected, message)
        }
        return PostgresError(.refused, String(found.2), state: String(found.1))
    }

    /// Lends texts as an array of C strings that ends with a null pointer.
    private static func withStrings<Result>(
        _ texts: [String],
        _ body: (UnsafePointer<UnsafePointer<CChar>?>) -> Result
    ) -> Result {
        var copies = texts.map { strdup($0) } + [nil]
        defer { for copy in copies { free(copy) } }
        return copies.withUnsafeMutableBufferPointer { buffer in
            buffer.baseAddress.map { base in
                base.withMemoryRebound(to: UnsafePointer<CChar>?.self, capacity: buffer.count) { body($0) }
            }
        } ?? body([nil])
    }
}
