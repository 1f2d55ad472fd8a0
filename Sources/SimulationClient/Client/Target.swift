import Addresses
public import SimulationAPI

/// Where the simulation API and its token endpoint are.
public struct Target: Hashable, Sendable {
    /// An address that credentials must not be sent to.
    public struct AddressError: Error, Hashable, Sendable, CustomStringConvertible {
        /// What is wrong with which address.
        public var description: String
    }

    /// The base of the API, without a slash at the end.
    public let baseURL: String
    /// The token endpoint.
    public let tokenURL: String
    /// Where the operations are, behind the base.
    public let paths: APIPaths
    /// Scheme, host and port of the base: with the organisation, what a pool of slots belongs to.
    public let origin: String

    /// Checks the addresses.
    ///
    /// - Parameters:
    ///   - baseURL: the base; `https`, or `http` to this machine.
    ///   - tokenURL: the token endpoint; `{base}/oauth/token` if nil.
    ///   - paths: where the operations are.
    /// - Throws: ``AddressError`` for an address without TLS, with user information, a query or a fragment.
    public init(baseURL: String, tokenURL: String? = nil, paths: APIPaths = APIPaths()) throws(AddressError) {
        self.paths = paths
        let base = try Self.check(baseURL, "base URL", allowsQuery: false)
        let trimmed = base.rest.last == "/" ? String(base.rest.dropLast()) : base.rest
        origin = base.origin
        self.baseURL = base.origin + trimmed
        guard let tokenURL else {
            self.tokenURL = self.baseURL + Endpoint.token
            return
        }
        let token = try Self.check(tokenURL, "token URL", allowsQuery: true)
        self.tokenURL = token.origin + token.rest
    }

    private static func check(_ text: String, _ name: String, allowsQuery: Bool) throws(AddressError) -> HTTPURL {
        func error(_ reason: String) -> AddressError { AddressError(description: "the \(name) \(reason)") }
        guard let url = HTTPURL(text), !text.utf8.contains(where: { $0 <= 0x20 || $0 >= 0x7F }) else {
            throw error("is not an absolute http or https URL")
        }
        if let refusal = ClearText.refusal(of: url) { throw error(refusal) }
        if url.hasUserInformation { throw error("carries user information; set the client id and secret instead") }
        if url.rest.contains("#") || (!allowsQuery && url.rest.contains("?")) {
            throw error("has a query or a fragment")
        }
        return url
    }
}
