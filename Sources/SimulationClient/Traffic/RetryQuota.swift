/// The client's budget for retries: what keeps many calls that each retry a little from retrying a lot together.
///
/// A retry takes tokens, and a call that succeeds gives back what its retries took; one that needed none adds one. So
/// a failing server is asked again a few dozen times in all, whatever the number of calls.
struct RetryQuota: Hashable, Sendable {
    /// What is left.
    private(set) var available: Int
    private let capacity: Int

    /// Begins full.
    init(capacity: Int) {
        self.capacity = max(0, capacity)
        available = self.capacity
    }

    /// What a retry costs: throttling is cheaper, since the server is there and says when to come back.
    static func cost(_ kind: RetryPolicy.Kind) -> Int {
        switch kind {
        case .transient: 14
        case .throttling: 5
        }
    }

    /// Takes a retry; `false` where too little is left.
    mutating func take(_ kind: RetryPolicy.Kind) -> Bool {
        guard Self.cost(kind) <= available else { return false }
        available -= Self.cost(kind)
        return true
    }

    /// Notes the success of a call whose retries took so many tokens.
    mutating func succeeded(spent: Int) { available = min(capacity, available + max(1, spent)) }
}
