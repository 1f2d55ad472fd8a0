import Crypto
import ExactJSON
import HTTPService
import SimulationAPI

/// Everything a sandbox knows, as a value: each request is one synchronous transition.
struct SandboxState: Sendable {
    /// A time by both clocks: monotonic seconds for lifetimes, the wall clock for what is shown.
    struct Moment: Sendable {
        var seconds: Double
        var wall: Timestamp
    }

    struct GrantedToken: Sendable {
        var clientID: String
        var scopes: [Scope]
        var expires: Double
    }

    /// What a claim on an idempotency key found.
    enum KeyClaim {
        /// The key is new: handle the request.
        case new
        /// The request was answered before: give the same answer.
        case replay(ServiceResponse)
        /// The same key with another body.
        case reused
        /// The same key is still being handled.
        case inFlight
    }

    private struct KeyRecord {
        var bodyHash: String
        var answer: ServiceResponse?
        var expires: Double
    }

    private static let keyLifetime = 24.0 * 3600

    private let seed: UInt32
    private let maxActive: Int
    private var grants: [String: GrantedToken] = [:]
    private var keys: [String: KeyRecord] = [:]
    private var buckets: [String: (tokens: Double, updated: Double)] = [:]
    private var simulations: [String: SimulationRecord] = [:]
    private var order: [String] = []
    private var tagUses: [String: Int] = [:]

    init(seed: UInt32, maxActive: Int) {
        self.seed = seed
        self.maxActive = maxActive
    }

    // MARK: Tokens

    mutating func grant(_ token: String, to clientID: String, scopes: [Scope], lifetime: Double, at now: Moment) {
        // Expired grants are kept for a while, so that the answer can say "expired" and not "unknown".
        grants = grants.filter { $0.value.expires > now.seconds - 3600 }
        grants[token] = GrantedToken(clientID: clientID, scopes: scopes, expires: now.seconds + lifetime)
    }

    func grant(of token: String, at now: Moment) throws(SandboxProblem) -> GrantedToken {
        guard let grant = grants[token] else { throw .invalidToken("the token is unknown") }
        guard now.seconds < grant.expires else { throw .invalidToken("the token has expired") }
        return grant
    }

    mutating func expire(_ token: String, at now: Moment) { grants[token]?.expires = now.seconds }

    // MARK: Rate limit

    /// Takes one request out of a bucket that refills at `rate` per second and holds a second's worth.
    ///
    /// - Returns: seconds to wait if the bucket is empty.
    mutating func take(from name: String, rate: Double, at now: Moment) -> Double? {
        let capacity = max(1, rate)
        var bucket = buckets[name] ?? (capacity, now.seconds)
        bucket.tokens = min(capacity, bucket.tokens + (now.seconds - bucket.updated) * rate)
        bucket.updated = now.seconds
        defer { buckets[name] = bucket }
        guard bucket.tokens >= 1 else { return (1 - bucket.tokens) / rate }
        bucket.tokens -= 1
        return nil
    }

    // MARK: Idempotency keys

    mutating func claim(_ key: String, bodyHash: String, at now: Moment) -> KeyClaim {
        if let record = keys[key], record.expires > now.seconds {
            guard record.bodyHash == bodyHash else { return .reused }
            return record.answer.map { .replay($0) } ?? .inFlight
        }
        keys[key] = KeyRecord(bodyHash: bodyHash, answer: nil, expires: now.seconds + Self.keyLifetime)
        return .new
    }

    /// Stores the answer under a claimed key, or frees the key if the answer is not kept.
    mutating func settle(_ key: String, _ answer: ServiceResponse, at now: Moment) {
        if answer.status == 201 || answer.status == 422 { keys[key]?.answer = answer } else { keys[key] = nil }
        keys = keys.filter { $0.value.expires > now.seconds }
    }

    // MARK: Simulations

    var activeCount: Int { simulations.values.filter { !$0.state.isTerminal }.count }

    /// Creates a simulation; nil if the organisation has its maximum of active simulations.
    mutating func create(_ request: SimulationRequest, at now: Moment) -> SimulationRecord? {
        guard activeCount < maxActive else { return nil }
        let tag = request.payload.tag ?? ""
        let use = tagUses[tag, default: 0]
        tagUses[tag] = use + 1
        let record = SimulationRecord(
            id: Self.identifier(seed: seed, tag: tag, use: use),
            ordinal: order.count + 1,
            request: request,
            createdAt: now.wall
        )
        simulations[record.id] = record
        order.append(record.id)
        return record
    }

    func simulation(_ id: String) -> SimulationRecord? { simulations[id] }

    mutating func update<Result>(_ id: String, _ change: (inout SimulationRecord) -> Result) -> Result? {
        guard let index = simulations.index(forKey: id) else { return nil }
        return change(&simulations.values[index])
    }

    /// The simulations of a tag, or all, newest first.
    func list(tag: String?) -> [SimulationRecord] {
        order.reversed().compactMap { simulations[$0] }.filter { tag == nil || $0.payload.tag == tag }
    }

    /// An id that follows from seed and tag, so that the same requests find the same ids again.
    private static func identifier(seed: UInt32, tag: String, use: Int) -> String {
        let digest = SHA256.hash(data: Array("\(seed)/\(use)/\(tag)".utf8))
        return "sim-" + Hexadecimal.text(digest.prefix(6))
    }
}

/// Identifiers that cannot be guessed.
enum Identifiers {
    /// Random bytes from the system, in hexadecimal.
    static func random(bytes: Int) -> String { Hexadecimal.text((0..<bytes).map { _ in UInt8.random(in: 0...255) }) }

    /// A `webhook-id`: ordered by time, so that a store's index grows at its end, and random beyond.
    static func webhook(at now: Timestamp) -> String {
        let time = (0..<6).map { UInt8(truncatingIfNeeded: now.milliseconds >> (40 - 8 * $0)) }
        // One call of the system for the whole number: an id is made for every event.
        let chance = UInt64.random(in: 0 ... .max)
        return "msg_" + Hexadecimal.text(time + (0..<8).map { UInt8(truncatingIfNeeded: chance >> (8 * $0)) })
    }
}
