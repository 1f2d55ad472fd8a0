import SimulationAPI

/// What is assumed of a simulation API: where it is, what it honours, and how a client introduces itself.
///
/// ```yaml
/// version: 1
/// name: acme
/// baseUrl: https://{org}.dialer.acme.example
/// honours: {idempotencyKeys: true, cancel: false}
/// success: {create: [201]}
/// clientAuth: post
/// ```
public struct TargetProfile: Hashable, Sendable {
    /// How messages and results call it.
    public var name: String
    /// The base of the API, perhaps with ``organisationMark`` in it; `nil` for ``defaultBaseURL``.
    public var baseURL: String?
    /// The token endpoint, perhaps with ``organisationMark`` in it; `nil` for the base and `/oauth/token`.
    public var tokenURL: String?
    /// Where its operations are, behind the base.
    public var paths = Paths()
    /// What is relied on.
    public var honours: Honours
    /// The codes of success where they are not the usual ones.
    public var success: [Operation: Set<Int>] = [:]
    /// How the client id and secret are sent; `nil` for `basic`.
    public var clientAuthentication: ClientAuthentication?
    /// The scopes that are asked for, separated by spaces; `nil` for all of the API.
    public var scope: String?
    /// What the organisation allows, where the profile says so.
    public var limits = Limits()

    /// What stands for the organisation in an address.
    public static let organisationMark = "{org}"
    /// The base of a profile that names none.
    public static let defaultBaseURL = "https://{org}.api.nicecxone.com"

    /// Creates a profile.
    public init(name: String, honours: Honours = Honours()) {
        self.name = name
        self.honours = honours
    }

    /// The paths of the API, behind the base.
    public struct Paths: Hashable, Sendable {
        /// Creates and lists simulations; one of them is below it, under its id.
        public var simulations = Endpoint.simulations
        /// Stores the metrics of a finished run.
        public var aggregations = Endpoint.aggregations

        /// The paths that Ringback's sandbox serves.
        public init() {}
    }

    /// What a run may rely on.
    public struct Honours: Hashable, Sendable {
        /// The same `Idempotency-Key` makes the same simulation.
        public var idempotencyKeys = false
        /// Simulations may be found by their tag.
        public var listByTag = true
        /// A simulation may be cancelled.
        public var cancel = true
        /// The sandbox's own members of a payload, `contactCenter` and `pacing`, are understood.
        public var extensions = false

        /// Creates the cautious values.
        public init() {}
    }

    /// An operation whose codes of success a profile may name.
    public enum Operation: String, CaseIterable, Hashable, Sendable {
        case create, status, list, cancel, aggregate
    }

    /// How the client id and secret are sent to the token endpoint.
    public enum ClientAuthentication: String, CaseIterable, Hashable, Sendable {
        /// HTTP Basic, both form-encoded first.
        case basic
        /// HTTP Basic without form-encoding.
        case basicRaw = "basic-raw"
        /// In the body.
        case post
    }

    /// What the organisation allows.
    public struct Limits: Hashable, Sendable {
        /// The usual pause between two polls, in seconds; `nil` for the target's own.
        public var pollInterval: Double?
        /// Simulations at once, where the scenario does not say so; `nil` for five.
        public var maxActiveSimulations: Int?

        /// Creates limits that say nothing.
        public init() {}
    }
}

extension TargetProfile {
    /// Ringback's own sandbox, which honours everything.
    public static let sandbox: TargetProfile = {
        var profile = TargetProfile(name: "sandbox")
        profile.honours.idempotencyKeys = true
        profile.honours.extensions = true
        return profile
    }()

    /// A CXone organisation: nothing is documented, so no key is relied on, and the rest is tried.
    public static let cxone: TargetProfile = {
        var profile = TargetProfile(name: "cxone")
        profile.baseURL = defaultBaseURL
        return profile
    }()

    /// The profiles that a name alone stands for.
    public static let builtIn = [sandbox, cxone]
}
