import Addresses
import ExactJSON
import SimulationAPI

extension FormField {
    /// The monitors of a scenario, or of a file of its own.
    func monitors() -> [Scenario.Monitor]? {
        guard let fields = list() else { return nil }
        var names: Set<String> = []
        return fields.compactMap { $0.monitor(&names) }
    }

    private func monitor(_ names: inout Set<String>) -> Scenario.Monitor? {
        form { form in
            let name = form.required("name")?.identifier(longest: 64)
            if let name, !names.insert(name).inserted {
                form.report("name", .monitorDuplicate, "duplicate monitor name \"\(name)\"")
            }
            let kind = form["kind"].map { $0.choice(Scenario.Monitor.Kind.self) } ?? .http
            let allow = form["allow"]?.allow() ?? []
            let (url, path) = (form["url"], form["path"])
            let destination = kind.flatMap { self.destination($0, url, path, form, allow: allow) }
            let secret = form["secretEnv"]?.environmentName()
            let schedule = form["schedule"]?.choice(Scenario.Monitor.Schedule.self)
            let isRequired = form["required"]?.boolean() ?? false
            let states = form["states"]?.selection(CallState.self)
            let outcomes = form["outcomes"]?.selection(CallOutcome.self)
            guard let name, let destination else { return nil }
            return Scenario.Monitor(
                name: name,
                destination: destination,
                url: (path ?? url)?.json.string,
                secretEnv: secret,
                schedule: schedule,
                required: isRequired,
                allow: allow,
                states: states,
                outcomes: outcomes
            )
        }
    }

    private func destination(
        _ kind: Scenario.Monitor.Kind,
        _ url: FormField?,
        _ path: FormField?,
        _ form: Form,
        allow: [AddressRange]
    ) -> Scenario.Monitor.Destination? {
        if kind != .file {
            path?.report(.monitorURL, "a monitor of kind \(kind.rawValue) has no path; path is where kind file writes")
        }
        switch kind {
        case .stdout:
            url?.report(.monitorURL, "a monitor of kind stdout has no url")
            return .stdout
        case .file:
            if let path, url != nil {
                return path.fail(.monitorURL, "path and url both say where the file is; keep path")
            }
            guard let field = path ?? url ?? form.required("path", ": where the file is"), let text = field.text()
            else { return nil }
            let name = text.hasPrefix("file://") ? String(text.dropFirst(7)) : text
            guard !name.isEmpty, !name.contains("://"), !name.utf8.contains(0) else {
                return field.fail(.monitorURL, "\(field.name) of a monitor of kind file must be the path of a file")
            }
            return .file(path: name)
        case .http, .slack:
            guard let url = form.required("url")?.monitorAddress(allow: allow) else { return nil }
            return kind == .http ? .http(url) : .slack(url)
        }
    }

    private func monitorAddress(allow: [AddressRange]) -> HTTPURL? {
        guard let text = text() else { return nil }
        guard text.utf8.count <= 2048, text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }), let url = HTTPURL(text) else {
            return fail(.monitorURL, "url must be an absolute https URL, or http on a loopback host")
        }
        if url.hasUserInformation {
            return fail(.monitorURL, "url must not carry a user name or password; deliveries are signed instead")
        }
        let host = url.host.hasSuffix(".") ? String(url.host.dropLast()) : url.host
        let address = IPAddress(host)
        if address == nil, Self.isNumeric(host) {
            return fail(.monitorURL, "the host \(host) is neither a name nor an IP address as it is usually written")
        }
        guard address != nil || host.utf8.allSatisfy(Self.isNameByte) else {
            let shown = PrintableText.excerpt(host, to: 60)
            return fail(.monitorURL, "the host \(shown) is not a name: a name has letters, digits, - . _ only")
        }
        if let refusal = ClearText.refusal(of: url) { return fail(.monitorURL, "url \(refusal)") }
        if let address {
            switch address.refusal(allowing: allow) {
            case .specialPurpose:
                return fail(
                    .monitorPrivateAddress,
                    "\(host) is not an address of the public Internet; if it is meant, name it in allow"
                )
            case .metadata:
                return fail(
                    .monitorPrivateAddress,
                    "\(host) hands out credentials of the cloud; no monitor can be there, whatever allow says"
                )
            case nil: break
            }
        } else if HTTPURL.isLoopback(host: host), !allow.contains(where: { $0.coversLoopback }) {
            warn(
                .monitorPrivateAddress,
                "\(host) is this machine, but allow names no loopback address, so no delivery will arrive"
            )
        }
        return url
    }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x61...0x7A).contains(byte) || "-._".utf8.contains(byte)
    }

    /// Whether resolvers would take the host for an IPv4 address in an old notation, such as `0x7f.1`.
    private static func isNumeric(_ host: String) -> Bool {
        guard let last = host.split(separator: ".").last else { return true }
        return host.contains(":") || last.utf8.allSatisfy { (0x30...0x39).contains($0) }
            || last.hasPrefix("0x") && last.dropFirst(2).utf8.allSatisfy { "0123456789abcdef".utf8.contains($0) }
    }

    private func allow() -> [AddressRange]? {
        let wanted = "a range of addresses such as 10.0.0.0/8"
        return list()?.compactMap { field in
            guard let text = field.text(wanted) else { return nil }
            return AddressRange(text)
                ?? field.fail(
                    .monitorAllow,
                    "\(field.name) must be \(wanted), not \"\(PrintableText.excerpt(text, to: 60))\""
                )
        }
    }

    private func environmentName() -> String? {
        guard let name = text("the name of an environment variable") else { return nil }
        let isAllowed = name.utf8.allSatisfy { $0.isLetterOrDigit || $0 == UInt8(ascii: "_") }
        guard isAllowed, (1...128).contains(name.utf8.count), name.utf8.first.map({ $0 > 0x39 }) == true else {
            // The value is not shown: it may be the secret itself.
            return fail(.nameFormat, "\(self.name) must be the name of an environment variable, such as QA_SECRET")
        }
        return name
    }

    private func selection<Choice: RawRepresentable<String> & CaseIterable & Hashable>(_: Choice.Type) -> Set<Choice>? {
        guard let fields = list() else { return nil }
        if fields.isEmpty { report(.fieldRange, "\(name) is empty; leave it out to forward everything") }
        return Set(fields.compactMap { $0.choice(Choice.self) })
    }
}

extension AddressRange {
    /// Whether the range holds the usual loopback address of its family.
    fileprivate var coversLoopback: Bool {
        ["127.0.0.1", "::1"].compactMap { IPAddress($0) }.contains { contains($0) }
    }
}
