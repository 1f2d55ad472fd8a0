import HTTPExchange

/// A bearer token, with what is known about it.
struct AccessToken: Sendable {
    /// The token.
    var value: Secret
    /// Counts the tokens of one source, so that a rejected one is replaced once, however many requests saw it fail.
    var generation: Int
    /// When it is no longer used.
    var expires: Timeline.Instant
    /// Scopes that were asked for and not granted.
    var missingScopes: [String]

    /// How long before its end a token of this life is no longer used: 10 %, 30 s at most.
    static func skew(lifetime: Duration) -> Duration { min(.seconds(30), lifetime / 10) }
}
