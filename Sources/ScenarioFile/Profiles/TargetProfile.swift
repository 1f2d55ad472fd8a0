public import SimulationAPI

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
    /// The base of the API, perhaps with ``organisationMark`` in it; nil for ``defaultBaseURL``.
    public var baseURL: String?
    /// The token endpoint, perhaps with ``organisationMark`` in it; nil for the base and `/oauth/token`.
    public var tokenURL: String?
    /// Where its operations are, behind the base.
    public var paths = APIPaths()
    /// What it honours, and which status codes mean success.
    public var capabilities: Capabilities
    /// How the client id and secret are sent; nil for `basic`.
    public var clientAuthentication: ClientAuthentication?
    /// The scopes that are asked for, separated by spaces; nil for all of the API.
    public var scope: String?
    /// How its token endpoint is asked, and which of its answers are taken.
    public var tokenRules = TokenRules()
    /// What the organisation allows, if the profile says so.
    public var limits = ProfileLimits()

    /// The placeholder for the organisation in an address.
    public static let organisationMark = "{org}"
    /// The base of a profile that names none.
    public static let defaultBaseURL = "https://{org}.api.nicecxone.com"

    /// Creates a profile.
    public init(name: String, capabilities: Capabilities = Capabilities()) {
        self.name = name
        self.capabilities = capabilities
    }

    /// What the organisation allows.
    public struct ProfileLimits: Hashable, Sendable {
        /// The usual pause between two polls, in seconds; nil for the target's own.
        public var pollInterval: Double?
        /// Simulations at once, if the scenario does not say so; nil for five.
        public var maxActiveSimulations: Int?

        /// Creates limits that say nothing.
        public init() {}
    }
}

extension TargetProfile {
    /// Ringback's own sandbox, which honours everything.
    public static let sandbox = TargetProfile(name: "sandbox", capabilities: .sandbox)

    /// A CXone organisation: nothing is documented, so no key is relied on, and the rest is tried.
    public static let cxone: TargetProfile = {
        var profile = TargetProfile(name: "cxone", capabilities: .cxone)
        profile.baseURL = defaultBaseURL
        return profile
    }()

    /// The profiles that have a name.
    public static let builtIn = [sandbox, cxone]
}
