import RunStore
import Synchronization

/// Whose token it is: the one that the service was started with, or one of the store.
///
/// The tokens of the store are kept in memory, never for longer than ten seconds, since other processes of the home
/// revoke tokens too. A token that is not among them is looked for in the store at once, so that a new one works.
final class TokenDirectory: Sendable {
    /// What is known of a token.
    enum TokenOwner: Hashable, Sendable {
        case known(Caller)
        case unknown
        /// The store cannot be read.
        case unavailable
    }

    /// The age from which the tokens are read again.
    static let refreshAge = Duration.seconds(5)
    /// The age from which they no longer count.
    static let maximumAge = Duration.seconds(10)
    /// The shortest time between two looks at the store, so that wrong tokens cost little.
    static let shortestPause = Duration.milliseconds(20)

    private struct Known: Sendable {
        var token: APIToken
        var caller: Caller
    }

    private struct State {
        var known: [Known] = []
        var readAt: ContinuousClock.Instant?
        /// Counts the changes of this process, so that a read that began before one does not count.
        var change = 0
        var reading: Task<Bool, Never>?
    }

    private let owner: APIToken
    private let read: @Sendable () async throws -> [StoredToken]
    private let now: @Sendable () -> ContinuousClock.Instant
    private let state = Mutex(State())

    /// - Parameters:
    ///   - owner: the token that the service was started with.
    ///   - read: the tokens of the store that are in use.
    init(
        owner: APIToken,
        now: @escaping @Sendable () -> ContinuousClock.Instant = { .now },
        read: @escaping @Sendable () async throws -> [StoredToken]
    ) {
        (self.owner, self.read, self.now) = (owner, read, now)
    }

    /// Whose token a text is.
    func find(_ text: String) async -> TokenOwner {
        let token = APIToken(text)
        if token.matches(owner) { return .known(.owner) }
        if let age, age < Self.refreshAge {
            if let caller = caller(of: token) { return .known(caller) }
            if age < Self.shortestPause { return .unknown }
        }
        if await !refresh() {
            guard let age, age < Self.maximumAge else { return .unavailable }
        }
        return caller(of: token).map { .known($0) } ?? .unknown
    }

    /// This process has changed the tokens of the store.
    func changed() {
        state.withLock { state in
            state.readAt = nil
            state.change += 1
            state.reading = nil
        }
    }

    private var age: Duration? {
        let now = now()
        return state.withLock { $0.readAt.map { $0.duration(to: now) } }
    }

    /// Every token is compared, so that the time says nothing of which one it is.
    private func caller(of token: APIToken) -> Caller? {
        state.withLock { $0.known }.reduce(nil) { token.matches($1.token) ? $1.caller : $0 }
    }

    /// Reads the tokens; those who ask meanwhile wait for the same reading.
    private func refresh() async -> Bool {
        let reading = state.withLock { state in
            if let reading = state.reading { return reading }
            let change = state.change
            let reading = Task { await self.readTokens(change) }
            state.reading = reading
            return reading
        }
        return await reading.value
    }

    private func readTokens(_ change: Int) async -> Bool {
        let begun = now()
        let tokens = try? await read()
        return state.withLock { state in
            guard state.change == change else { return tokens != nil }
            state.reading = nil
            guard let tokens else { return false }
            state.readAt = begun
            state.known = tokens.map {
                Known(token: APIToken(digest: $0.digest), caller: Caller(name: $0.name, role: $0.role))
            }
            return true
        }
    }
}
