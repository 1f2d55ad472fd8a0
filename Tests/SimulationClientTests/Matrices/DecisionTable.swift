import RingbackTestKit
import SimulationClient

/// What the client must do about a fault, as data: written by hand from the rules, and from nothing in the client.
///
/// The columns are the operations, in the order of ``operations``. A create is one whose key the server honours.
enum DecisionTable {
    /// The operations of the matrix.
    enum Operation: String, CaseIterable, Sendable {
        case token, create, status, aggregate, cancel
    }

    /// How an operation ends.
    enum End: Hashable, Sendable {
        case value
        case error(ClientError.Code)
        /// Whether the create happened is unknown after three looks at the list.
        case unknown
    }

    /// What a fault leads to.
    enum Reaction: Sendable {
        /// It is no fault for this operation.
        case fine
        /// The first attempt is the last.
        case stop(ClientError.Code)
        /// Again, after a wait that doubles from 500 ms; at most this number of attempts.
        case transient(End, attempts: Int = 3)
        /// Again, after a wait whose ceiling doubles from 1 s.
        case throttling(End)
        /// Again with another token, once and at once.
        case refresh(ClientError.Code)
        /// Again when there may be a slot.
        case queue
    }

    private static let refused = End.error(.refusedByServer)
    private static let unreachable = End.error(.unreachable)
    private static let broken = End.error(.protocolViolation)
    private static let limited = Reaction.throttling(.error(.rateLimited))
    private static let fails = Reaction.transient(refused)
    private static let drops = Reaction.transient(unreachable)
    private static let doubt = Reaction.transient(.unknown)

    static let rows: [ExchangeFault.Kind: [Reaction]] = [
        //              token                        create                         status, aggregate, cancel
        .notSent: [drops, drops, drops, drops, drops],
        .lost: [drops, doubt, drops, drops, drops],
        .tooLarge: [.transient(broken), doubt, .transient(broken), .transient(broken), .transient(broken)],
        .unusableBody: [.stop(.badTokenAnswer), doubt, .transient(broken), .fine, .fine],
        .status(400, retryAfter: nil): all(.stop(.refusedByServer)),
        .status(401, retryAfter: nil): [.stop(.credentialsRejected)] + four(.refresh(.credentialsRejected)),
        .status(403, retryAfter: nil): all(.stop(.forbidden)),
        .status(404, retryAfter: nil): [.stop(.badTokenAnswer)] + four(.stop(.notFound)),
        .status(408, retryAfter: nil): [fails, doubt, fails, fails, fails],
        .status(409, retryAfter: nil): [
            .stop(.refusedByServer), .queue, .stop(.refusedByServer), .stop(.refusedByServer), .fine,
        ],
        .status(422, retryAfter: nil): all(.stop(.validationRejected)),
        .status(429, retryAfter: nil): all(limited),
        .status(500, retryAfter: nil): [fails, .transient(.unknown, attempts: 2), fails, fails, fails],
        .status(502, retryAfter: nil): [fails, doubt, fails, fails, fails],
        .status(503, retryAfter: nil): [fails, doubt, fails, fails, fails],
        .status(504, retryAfter: nil): [fails, doubt, fails, fails, fails],
        .status(429, retryAfter: 7): all(limited),
        // It says that it did not want to, so nothing is in doubt.
        .status(503, retryAfter: 9): all(fails),
        .status(429, retryAfter: 11): all(limited),
        .status(503, retryAfter: 86_400): all(.stop(.timedOut)),
    ]

    private static func four(_ reaction: Reaction) -> [Reaction] { Array(repeating: reaction, count: 4) }
    private static func all(_ reaction: Reaction) -> [Reaction] { Array(repeating: reaction, count: 5) }

    /// What must be seen of one cell.
    struct Expectation: Hashable, Sendable {
        var attempts: Int
        var waits: [Duration]
        var end: End
        var tokens = 1
    }

    /// The cell of an operation that meets a fault this number of times in a row; every draw is one half.
    static func expectation(_ operation: Operation, _ fault: ExchangeFault, times: Int) -> Expectation? {
        guard let index = Operation.allCases.firstIndex(of: operation), let row = rows[fault.kind] else { return nil }
        var expected: Expectation
        switch row[index] {
        case .fine: expected = Expectation(attempts: 1, waits: [], end: .value)
        case .stop(let code): expected = Expectation(attempts: 1, waits: [], end: .error(code))
        case .transient(let end, let limit): expected = retries(750, fault, end, times: times, limit: limit)
        case .throttling(let end): expected = retries(500, fault, end, times: times, limit: 3)
        case .refresh(let code):
            expected = Expectation(attempts: 2, waits: [], end: times == 1 ? .value : .error(code), tokens: 2)
        case .queue:
            // Until 300 s are over; the last pauses halve what is left.
            let pauses = [3, 6, 12, 24, 36, 36, 36, 36, 36, 36, 36, 1.5, 0.75].map { Duration.seconds($0) }
            let waits = Array(pauses.prefix(times))
            let end: End = times < pauses.count ? .value : .error(.timedOut)
            expected = Expectation(attempts: waits.count + 1, waits: waits, end: end)
        }
        if expected.end == .unknown { expected.waits += [.seconds(1.5), .seconds(2.5)] }
        if operation == .token { expected.tokens = expected.attempts }
        return expected
    }

    private static func retries(_ first: Int, _ fault: ExchangeFault, _ end: End, times: Int, limit: Int) -> Expectation
    {
        let attempts = min(times + 1, limit)
        var after = Duration.zero
        if case .status(_, .some(let seconds)) = fault.kind { after = .seconds(seconds) }
        let waits = [1, 2].prefix(attempts - 1).map { after + .milliseconds(first * $0) }
        return Expectation(attempts: attempts, waits: waits, end: times < limit ? .value : end)
    }
}
