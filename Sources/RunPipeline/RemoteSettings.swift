import Addresses
import HTTPExchange
import RingbackHome
package import ScenarioFile
import SimulationAPI
import SimulationClient

/// The settings of a remote target from the environment and a profile, each with its source.
///
/// The environment beats the profile, and the profile beats the default. Every problem is reported, not only the first.
package struct RemoteSettings: Sendable {
    package enum Source: Hashable, Sendable, CustomStringConvertible {
        case variable(String)
        case profile(String)
        case standard

        package var description: String {
            switch self {
            case .variable(let name): name
            case .profile(let name): "profile \(name)"
            case .standard: "default"
            }
        }
    }

    /// A setting as it may be shown: never a secret.
    package struct Setting: Hashable, Sendable {
        package var name: String
        /// `set` for a secret.
        package var value: String
        package var source: Source
    }

    /// A variable that must be set, but is not.
    package struct Missing: Hashable, Sendable {
        package var variable: String
        package var purpose: String
    }

    package private(set) var settings: [Setting] = []
    package private(set) var missing: [Missing] = []
    /// Problems of values; each prevents a target.
    package private(set) var malformed: [String] = []
    /// Doubts about values that can be used.
    package private(set) var odd: [String] = []
    /// The target; `nil` if anything is missing or malformed.
    package private(set) var target: RemoteTarget?

    private let profileName: String
    private let variable: @Sendable (String) -> String?

    /// - Parameters:
    ///   - profile: the values of settings whose variable is not set.
    ///   - profileName: the name of the profile in messages.
    ///   - readFile: reads the file of `CXONE_CLIENT_SECRET_FILE`.
    ///   - variable: the value of an environment variable; `nil` if it is not set or empty.
    package init(
        _ profile: TargetProfile,
        profileName: String,
        readFile: ((String) throws -> [UInt8])? = nil,
        variable: @escaping @Sendable (String) -> String?
    ) {
        self.profileName = profileName
        self.variable = variable
        let base = value("CXONE_BASE_URL", profile.baseURL, TargetProfile.defaultBaseURL)
        let token = optional("CXONE_TOKEN_URL", profile.tokenURL)
        let org = organisation(isNeeded: [base.text, token?.text].contains { $0?.hasOrganisationMark == true })
        let baseURL = filled(base, with: org)
        let tokenURL = token.map { filled($0, with: org) }
        if let text = baseURL.text { note("base URL", Self.shown(text), base.source) }
        if let tokenURL, let text = tokenURL.text { note("token URL", Self.shown(text), tokenURL.source) }
        let address = address(profile, baseURL, tokenURL)
        let id = need("CXONE_CLIENT_ID", "client id", "the OAuth client that asks for tokens")
        let secret = secret(readFile)
        let authentication = authentication(profile)
        let scope = value("CXONE_SCOPE", profile.scope, Scope.all)
        note("scope", scope.text, scope.source)
        let connections = connections()
        guard missing.isEmpty, malformed.isEmpty, let address, let id, let secret, let authentication else { return }
        var credentials = Credentials(clientID: id, secret: Secret(secret), scope: scope.text)
        credentials.authentication = authentication
        credentials.rules = profile.tokenRules
        target = RemoteTarget(
            target: address,
            credentials: credentials,
            capabilities: profile.capabilities
        )
        target?.organization = org ?? ""
        target?.connections = connections
    }

    // MARK: One setting each

    private mutating func organisation(isNeeded: Bool) -> String? {
        let name = "CXONE_ORG_ID"
        guard let org = variable(name) else {
            let purpose = "the organisation; its API is at \(TargetProfile.defaultBaseURL)"
            if isNeeded { missing.append(Missing(variable: name, purpose: purpose)) }
            return nil
        }
        let isName =
            (1...63).contains(org.utf8.count)
            && org.utf8.allSatisfy { (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == 0x2D }
        guard isName else {
            malformed.append("\(name) must be 1 to 63 characters of a-z, 0-9 and -")
            return nil
        }
        note("organisation", org, .variable(name))
        return org
    }

    private mutating func address(_ profile: TargetProfile, _ base: Address, _ token: Address?) -> Target? {
        guard let baseURL = base.text else { return nil }
        do { _ = try Target(baseURL: baseURL) } catch {
            malformed.append("\(base.source) cannot be used: \(error)")
            return nil
        }
        guard let token else { return try? Target(baseURL: baseURL, paths: profile.paths) }
        guard let tokenURL = token.text else { return nil }
        do { return try Target(baseURL: baseURL, tokenURL: tokenURL, paths: profile.paths) } catch {
            malformed.append("\(token.source) cannot be used: \(error)")
            return nil
        }
    }

    private mutating func secret(_ readFile: ((String) throws -> [UInt8])?) -> String? {
        let name = "CXONE_CLIENT_SECRET"
        do throws(SecretVariable.ReadingError) {
            let read = readFile ?? SecretVariable.contents
            guard let secret = try SecretVariable.read(name, variable: variable, file: read) else {
                let purpose = "the client's secret (or \(name)_FILE, a file that holds it)"
                missing.append(Missing(variable: name, purpose: purpose))
                return nil
            }
            note("client secret", "set", .variable(secret.source))
            odd += secret.doubts
            return secret.text
        } catch {
            malformed.append(error.description)
            return nil
        }
    }

    private mutating func authentication(_ profile: TargetProfile) -> ClientAuthentication? {
        let setting = value("CXONE_CLIENT_AUTH", profile.clientAuthentication?.rawValue, "basic")
        note("client authentication", setting.text, setting.source)
        if let authentication = ClientAuthentication(rawValue: setting.text) { return authentication }
        malformed.append("CXONE_CLIENT_AUTH must be basic, basic-raw or post")
        return nil
    }

    /// Proxies and authorities, for connections to the target.
    private mutating func connections() -> ConnectionSettings {
        var connections = ConnectionSettings()
        do {
            connections.proxies = try ProxySettings(variable: variable)
            for proxy in connections.proxies.all.sorted(by: { $0.variable < $1.variable }) {
                note("proxy", "\(HTTPURL.bracketed(proxy.host)):\(proxy.port)", .variable(proxy.variable))
            }
        } catch {
            malformed.append("\(error)")
        }
        let name = "CXONE_CA_FILE"
        do {
            if let path = variable(name) {
                connections.authorities = try TrustStore.certificates(of: path, named: name)
                note("further authorities", path, .variable(name))
            }
        } catch {
            malformed.append("\(error)")
        }
        return connections
    }

    // MARK: Sources

    private mutating func need(_ name: String, _ what: String, _ purpose: String) -> String? {
        guard let value = variable(name) else {
            missing.append(Missing(variable: name, purpose: purpose))
            return nil
        }
        note(what, value, .variable(name))
        return value
    }

    private func optional(_ name: String, _ ofProfile: String?) -> (text: String, source: Source)? {
        if let text = variable(name) { return (text, .variable(name)) }
        return ofProfile.map { ($0, .profile(profileName)) }
    }

    private func value(_ name: String, _ ofProfile: String?, _ standard: String) -> (text: String, source: Source) {
        optional(name, ofProfile) ?? (standard, .standard)
    }

    private mutating func note(_ name: String, _ value: String, _ source: Source) {
        settings.append(Setting(name: name, value: value, source: source))
    }

    /// An address as it may be shown: people write keys into queries and passwords before hosts.
    private static func shown(_ text: String) -> String {
        guard let url = HTTPURL(text) else { return "no URL" }
        guard !url.hasUserInformation else { return "not shown, as it carries user information" }
        let path = url.rest.prefix { $0 != "?" && $0 != "#" }
        return url.origin + path + (path.count < url.rest.count ? "?…" : "")
    }

    /// An address and its source; the text is `nil` if the organisation is not known.
    private typealias Address = (text: String?, source: Source)

    /// The address with the organisation in its place.
    private func filled(_ setting: (text: String, source: Source), with org: String?) -> Address {
        let (text, source) = setting
        if case .variable = source { return (text, source) }
        guard text.hasOrganisationMark else { return (text, source) }
        let parts = text.split(separator: TargetProfile.organisationMark, omittingEmptySubsequences: false)
        return (org.map { parts.joined(separator: $0) }, source)
    }
}

extension String {
    fileprivate var hasOrganisationMark: Bool { contains(TargetProfile.organisationMark) }
}

extension TargetProfile {
    /// What is assumed, a line each, for people.
    package var assumptions: [String] {
        func word(_ flag: Bool) -> String { flag ? "yes" : "no" }
        let codes = APIOperation.allCases.compactMap { operation in
            capabilities.success.exceptions[operation].map {
                "\(operation.rawValue) \($0.sorted().map(String.init).joined(separator: ", "))"
            }
        }
        return [
            "paths: \(paths.simulations), \(paths.aggregations)",
            "relied on: idempotency keys \(word(capabilities.idempotencyKeys)), list by tag \(word(capabilities.listByTag)), "
                + "cancel \(word(capabilities.cancel)), extensions \(word(capabilities.extensions))",
        ] + (codes.isEmpty ? [] : ["codes of success: \(codes.joined(separator: "; "))"])
    }
}
