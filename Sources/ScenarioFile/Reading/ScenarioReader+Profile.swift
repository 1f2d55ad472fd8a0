import Addresses
import SimulationAPI

extension ScenarioReader {
    mutating func targetProfile(_ element: Element) -> TargetProfile? {
        let known = [
            "version", "name", "baseUrl", "tokenUrl", "paths", "honours", "success", "clientAuth", "scope", "limits",
        ]
        guard let fields = fields(element, known: known) else { return nil }
        _ = required(fields, "version").flatMap { version($0) }
        var profile = TargetProfile(name: required(fields, "name").flatMap { name($0) } ?? "")
        profile.baseURL = fields["baseUrl"].flatMap { profileAddress($0, allowsQuery: false) }
        profile.tokenURL = fields["tokenUrl"].flatMap { profileAddress($0, allowsQuery: true) }
        if let element = fields["paths"] { profilePaths(element, into: &profile.paths) }
        if let element = fields["honours"] { profileHonours(element, into: &profile.capabilities) }
        if let element = fields["success"] { profileSuccess(element, into: &profile.capabilities.success) }
        profile.clientAuthentication = fields["clientAuth"].flatMap {
            choice($0, ClientAuthentication.self)
        }
        profile.scope = fields["scope"].flatMap { profileScope($0) }
        if let element = fields["limits"] { profileLimits(element, into: &profile.limits) }
        return problems.hasErrors ? nil : profile
    }

    private mutating func profileAddress(_ element: Element, allowsQuery: Bool) -> String? {
        guard let text = text(element, "a URL such as \(TargetProfile.defaultBaseURL)") else { return nil }
        // Any organisation will do to see whether it is an address.
        let example = text.split(separator: TargetProfile.organisationMark, omittingEmptySubsequences: false)
            .joined(separator: "org")
        func refuse(_ reason: String) -> String? {
            report(element, .profileAddress, "\(element.name) \(reason)")
            return nil
        }
        guard text.utf8.count <= 2048, let url = HTTPURL(example), !example.contains(where: { "{}".contains($0) })
        else {
            return refuse("must be an absolute https URL, or http on loopback; {org} stands for the organisation")
        }
        if url.scheme == "http", !url.isLoopback {
            return refuse("uses http to \(PrintableText.clipped(url.host)), which is no loopback host; use https")
        }
        if url.hasUserInformation { return refuse("must not carry a user name or password; set CXONE_CLIENT_ID") }
        if url.rest.contains("#") || (!allowsQuery && url.rest.contains("?")) {
            return refuse("must not have a query or a fragment")
        }
        return text
    }

    private mutating func profilePaths(_ element: Element, into paths: inout APIPaths) {
        guard let fields = fields(element, known: ["simulations", "aggregations"]) else { return }
        if let path = fields["simulations"].flatMap({ profilePath($0) }) { paths.simulations = path }
        if let path = fields["aggregations"].flatMap({ profilePath($0) }) { paths.aggregations = path }
    }

    private mutating func profilePath(_ element: Element) -> String? {
        guard let path = text(element, "a path such as \(Endpoint.simulations)") else { return nil }
        let isPath =
            path.hasPrefix("/") && !path.hasSuffix("/") && path.utf8.count <= 1024
            && path.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && !"?#\"<>\\^`{|}".utf8.contains($0) }
        guard isPath else {
            report(
                element,
                .profilePath,
                "\(element.name) must begin with a slash, end without one, and have no query or fragment"
            )
            return nil
        }
        return path
    }

    private mutating func profileHonours(_ element: Element, into capabilities: inout Capabilities) {
        let known = ["idempotencyKeys", "listByTag", "cancel", "extensions"]
        guard let fields = fields(element, known: known) else { return }
        if let flag = fields["idempotencyKeys"].flatMap({ boolean($0) }) { capabilities.idempotencyKeys = flag }
        if let flag = fields["listByTag"].flatMap({ boolean($0) }) { capabilities.listByTag = flag }
        if let flag = fields["cancel"].flatMap({ boolean($0) }) { capabilities.cancel = flag }
        if let flag = fields["extensions"].flatMap({ boolean($0) }) { capabilities.extensions = flag }
    }

    private mutating func profileSuccess(
        _ element: Element,
        into success: inout SuccessCodes
    ) {
        let operations = APIOperation.allCases
        guard let fields = fields(element, known: operations.map(\.rawValue), of: "operation") else { return }
        for operation in operations {
            guard let field = fields[operation.rawValue], let codes = list(field) else { continue }
            if codes.isEmpty {
                report(field, .fieldRange, "\(field.name) is empty; leave it out for the usual codes")
            }
            success[operation] = Set(codes.compactMap { integer($0, in: 200...299) })
        }
    }

    private mutating func profileScope(_ element: Element) -> String? {
        guard let scope = text(element, "scopes separated by spaces") else { return nil }
        let words = scope.split(separator: " ", omittingEmptySubsequences: false)
        // The characters of a scope (RFC 6749 section 3.3).
        let isScope = words.allSatisfy { word in
            !word.isEmpty && word.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && $0 != 0x22 && $0 != 0x5C }
        }
        guard isScope else {
            report(element, .profileScope, "\(element.name) must be scopes with one space between them")
            return nil
        }
        return scope
    }

    private mutating func profileLimits(_ element: Element, into limits: inout TargetProfile.Limits) {
        guard let fields = fields(element, known: ["pollInterval", "maxActiveSimulations"]) else { return }
        if let field = fields["pollInterval"], let seconds = duration(field) {
            if seconds < 0.01 { report(field, .fieldRange, "\(field.name) must be at least 10ms") }
            limits.pollInterval = seconds
        }
        limits.maxActiveSimulations = fields["maxActiveSimulations"].flatMap { integer($0, in: 1...1_000_000) }
    }
}
