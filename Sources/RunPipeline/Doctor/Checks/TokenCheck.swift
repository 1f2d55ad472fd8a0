import SimulationAPI
import SimulationClient

extension Finding {
    /// A token that lives shorter than this is asked for again all the time, in seconds.
    static let shortLifetime = 60

    /// Judges a request for a token.
    ///
    /// - Parameters:
    ///   - wanted: the scopes that were asked for.
    ///   - grant: the answer, where there is a token.
    ///   - error: why there is none.
    static func token(wanted: String, grant: TokenAnswer?, error: ClientError?) -> Finding {
        let name = "token"
        if let error {
            let remedy = "Check scheme, host and port of CXONE_BASE_URL and CXONE_TOKEN_URL."
            return .failure(name, .remote, error.message, error.remedy.isEmpty ? remedy : error.remedy).with(
                error.requestID.map { ["request id \($0)"] } ?? []
            )
        }
        guard let grant else { return .failure(name, .remote, "no token came", "Check CXONE_TOKEN_URL.") }
        let lifetime = grant.expiresIn.map { "lives \($0) s" } ?? "does not say how long it lives; 300 s are assumed"
        let missing = Scopes(wanted: wanted, granted: grant.scope).missing
        let notes = [
            "scopes asked for: \(wanted)",
            "scopes granted: \(grant.scope ?? "not told, so as asked for (RFC 6749 section 5.1)")",
        ]
        if let seconds = grant.expiresIn, seconds < shortLifetime {
            return .warning(
                name,
                "a token came and \(lifetime), so a run asks for many",
                "Raise the token lifetime of the client."
            ).with(notes)
        }
        guard missing.isEmpty else {
            return .warning(
                name,
                "a token came and \(lifetime), without \(missing.joined(separator: ", "))",
                "Grant the client these scopes, or leave out of CXONE_SCOPE what it does not need."
            ).with(notes)
        }
        return .ok(name, "a token came and \(lifetime)").with(notes)
    }

    /// Judges one scope by what the token's answer says alone: nothing is tried.
    static func scope(_ name: String, _ scope: Scope, for purpose: String, _ scopes: Scopes) -> Finding {
        let word = scope.rawValue
        if scopes.isGranted(word) {
            return .ok(name, scopes.isTold ? "\(word) is granted" : "\(word) was asked for, and no answer denies it")
        }
        guard scopes.wanted.contains(word) else {
            return .warning(
                name,
                "CXONE_SCOPE does not ask for \(word); \(purpose) may be refused",
                "Add \(word) to CXONE_SCOPE, unless this API names its scopes otherwise."
            )
        }
        return .failure(
            name,
            .remote,
            "the token lacks \(word); \(purpose) would be refused",
            "Grant the client the scope \(word)."
        )
    }
}

/// The scopes asked for against those granted.
struct Scopes: Hashable, Sendable {
    let wanted: [String]
    private let granted: Set<String>
    /// Whether the answer says what is granted; where it does not, all is (RFC 6749 section 5.1).
    let isTold: Bool

    init(wanted: String, granted: String?) {
        self.wanted = wanted.split(separator: " ").map(String.init)
        isTold = granted != nil
        self.granted = Set((granted ?? wanted).split(separator: " ").map(String.init))
    }

    func isGranted(_ scope: String) -> Bool { granted.contains(scope) }
    /// What was asked for and not granted.
    var missing: [String] { wanted.filter { !granted.contains($0) } }
}
