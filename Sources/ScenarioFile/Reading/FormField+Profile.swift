import Addresses
import ExactJSON
import SimulationAPI

extension FormField {
    /// What is assumed of a simulation API.
    func targetProfile() -> TargetProfile? {
        form { form in
            _ = form.required("version")?.version()
            var profile = TargetProfile(name: form.required("name")?.scenarioName() ?? "")
            profile.baseURL = form["baseUrl"]?.profileAddress(allowsQuery: false)
            profile.tokenURL = form["tokenUrl"]?.profileAddress(allowsQuery: true)
            form["paths"]?.members { form in
                profile.paths.simulations = form["simulations"]?.profilePath() ?? profile.paths.simulations
                profile.paths.aggregations = form["aggregations"]?.profilePath() ?? profile.paths.aggregations
                profile.paths.skills = form["skills"]?.profilePath() ?? profile.paths.skills
            }
            form["honours"]?.members { form in
                var honours = profile.capabilities
                honours.idempotencyKeys = form["idempotencyKeys"]?.boolean() ?? honours.idempotencyKeys
                honours.listByTag = form["listByTag"]?.boolean() ?? honours.listByTag
                honours.cancel = form["cancel"]?.boolean() ?? honours.cancel
                honours.extensions = form["extensions"]?.boolean() ?? honours.extensions
                profile.capabilities = honours
            }
            form["success"]?.members(of: "operation") { form in
                for operation in APIOperation.allCases {
                    guard let codes = form[operation.rawValue]?.successCodes() else { continue }
                    profile.capabilities.success[operation] = codes
                }
            }
            profile.clientAuthentication = form["clientAuth"]?.choice()
            form["token"]?.members { $0.read(&profile.tokenRules) }
            profile.scope = form["scope"]?.profileScope()
            form["limits"]?.members { form in
                profile.limits.pollInterval = form["pollInterval"]?.pollInterval()
                profile.limits.maxActiveSimulations = form["maxActiveSimulations"]?.integer(in: 1...1_000_000)
            }
            return profile
        }
    }

    /// Status codes that mean success.
    fileprivate func successCodes() -> Set<Int>? {
        guard let codes = list() else { return nil }
        if codes.isEmpty { report(.fieldRange, "\(name) is empty; leave it out for the usual codes") }
        return Set(codes.compactMap { $0.integer(in: 200...299) })
    }

    private func profileAddress(allowsQuery: Bool) -> String? {
        guard let text = text("a URL such as \(TargetProfile.defaultBaseURL)") else { return nil }
        // Any organisation will do to see whether it is an address.
        let example = text.split(separator: TargetProfile.organisationMark, omittingEmptySubsequences: false)
            .joined(separator: "org")
        guard text.utf8.count <= 2048, let url = HTTPURL(example), !example.contains(where: { "{}".contains($0) })
        else {
            return fail(
                .profileAddress,
                "\(name) must be an absolute https URL, or http on loopback; {org} stands for the organisation"
            )
        }
        if let refusal = ClearText.refusal(of: url) { return fail(.profileAddress, "\(name) \(refusal)") }
        if url.hasUserInformation {
            return fail(.profileAddress, "\(name) must not carry a user name or password; set CXONE_CLIENT_ID")
        }
        if url.rest.contains("#") || (!allowsQuery && url.rest.contains("?")) {
            return fail(.profileAddress, "\(name) must not have a query or a fragment")
        }
        return text
    }

    private func profilePath() -> String? {
        guard let path = text("a path such as \(Endpoint.simulations)") else { return nil }
        let isPath =
            path.hasPrefix("/") && !path.hasSuffix("/") && path.utf8.count <= 1024
            && path.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && !"?#\"<>\\^`{|}".utf8.contains($0) }
        return isPath
            ? path
            : fail(.profilePath, "\(name) must begin with a slash, end without one, and have no query or fragment")
    }

    private func profileScope() -> String? {
        guard let scope = text("scopes separated by spaces") else { return nil }
        let words = scope.split(separator: " ", omittingEmptySubsequences: false)
        // The characters of a scope (RFC 6749 section 3.3).
        let isScope = words.allSatisfy { word in
            !word.isEmpty && word.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && $0 != 0x22 && $0 != 0x5C }
        }
        return isScope ? scope : fail(.profileScope, "\(name) must be scopes with one space between them")
    }

    private func pollInterval() -> Double? {
        guard let seconds = duration() else { return nil }
        return seconds >= 0.01 ? seconds : fail(.fieldRange, "\(name) must be at least 10ms")
    }
}

extension Form {
    /// How a token endpoint is asked, and which of its answers are taken.
    fileprivate func read(_ rules: inout TokenRules) {
        rules.style = self["style"]?.choice() ?? rules.style
        self["parameters"]?.members(of: "parameter") { form in
            guard case .object(let members) = form.field.json else { return }
            for member in members {
                guard let field = form[member.name], let value = field.text() else { continue }
                if TokenRules.reserved.contains(member.name) {
                    field.report(.fieldRange, "\(member.name) is set by ringback; leave it out")
                } else {
                    rules.parameters.append(TokenRules.Parameter(member.name, value))
                }
            }
        }
        if let type = self["tokenType"], let word = type.text() {
            if word == "any" {
                rules.takesAnyType = true
            } else {
                type.report(.fieldRange, "tokenType must be any; leave it out for Bearer tokens")
            }
        }
        rules.success = self["success"]?.successCodes()
    }
}
