import Addresses
import ExactJSON
import SimulationAPI

extension ScenarioReader {
    mutating func monitors(_ element: Element) -> [Scenario.Monitor]? {
        guard let elements = list(element) else { return nil }
        var names: Set<String> = []
        return elements.compactMap { element in
            guard let monitor = monitor(element) else { return nil }
            if !names.insert(monitor.name).inserted, let name = Fields(element: element)["name"] {
                report(name, .monitorDuplicate, "the name \"\(monitor.name)\" stands twice")
            }
            return monitor
        }
    }

    private mutating func monitor(_ element: Element) -> Scenario.Monitor? {
        let known = ["name", "kind", "url", "path", "secretEnv", "schedule", "required", "allow", "states", "outcomes"]
        guard let fields = fields(element, known: known) else { return nil }
        let name = required(fields, "name").flatMap { identifier($0, longest: 64) }
        let kind = fields["kind"].map { choice($0, Scenario.Monitor.Kind.self) } ?? .http
        let allow = fields["allow"].flatMap { self.allow($0) } ?? []
        let destination = kind.flatMap { self.destination($0, fields, allow: allow) }
        let secret = fields["secretEnv"].flatMap { environmentName($0) }
        let schedule = fields["schedule"].flatMap { choice($0, Scenario.Monitor.Schedule.self) }
        let isRequired = fields["required"].flatMap { boolean($0) } ?? false
        let states = fields["states"].flatMap { selection($0, CallState.self) }
        let outcomes = fields["outcomes"].flatMap { selection($0, CallOutcome.self) }
        guard let name, let destination else { return nil }
        return Scenario.Monitor(
            name: name,
            destination: destination,
            url: (fields["path"] ?? fields["url"])?.node.json.string,
            secretEnv: secret,
            schedule: schedule,
            required: isRequired,
            allow: allow,
            states: states,
            outcomes: outcomes
        )
    }

    private mutating func destination(
        _ kind: Scenario.Monitor.Kind,
        _ fields: Fields,
        allow: [AddressRange]
    ) -> Scenario.Monitor.Destination? {
        if kind != .file, let path = fields["path"] {
            report(path, .monitorURL, "a monitor of kind \(kind.rawValue) has no path; path is where kind file writes")
        }
        switch kind {
        case .stdout:
            if let url = fields["url"] { report(url, .monitorURL, "a monitor of kind stdout has no url") }
            return .stdout
        case .file:
            if let path = fields["path"], fields["url"] != nil {
                report(path, .monitorURL, "path and url both say where the file is; keep path")
                return nil
            }
            guard let field = fields["path"] ?? fields["url"] ?? required(fields, "path", ": where the file is"),
                let text = text(field)
            else { return nil }
            let path = text.hasPrefix("file://") ? String(text.dropFirst(7)) : text
            guard !path.isEmpty, !path.contains("://"), !path.utf8.contains(0) else {
                report(field, .monitorURL, "\(field.name) of a monitor of kind file must be the path of a file")
                return nil
            }
            return .file(path: path)
        case .http, .slack:
            guard let field = required(fields, "url"), let text = text(field) else { return nil }
            guard let url = address(text, field, allow: allow) else { return nil }
            return kind == .http ? .http(url) : .slack(url)
        }
    }

    private mutating func address(_ text: String, _ field: Element, allow: [AddressRange]) -> HTTPURL? {
        guard text.utf8.count <= 2048, text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }), let url = HTTPURL(text) else {
            report(field, .monitorURL, "url must be an absolute https URL, or http on a loopback host")
            return nil
        }
        if url.hasUserInformation {
            report(field, .monitorURL, "url must not carry a user name or password; deliveries are signed instead")
            return nil
        }
        let host = url.host.hasSuffix(".") ? String(url.host.dropLast()) : url.host
        let address = IPAddress(host)
        if address == nil, isNumeric(host) {
            report(field, .monitorURL, "the host \(host) is neither a name nor an IP address as it is usually written")
            return nil
        }
        guard address != nil || host.utf8.allSatisfy(Self.isNameByte) else {
            report(
                field,
                .monitorURL,
                "the host \(PrintableText.clipped(host)) is no name: letters, digits, - . _ only"
            )
            return nil
        }
        let isLoopback = HTTPURL.isLoopback(host: host)
        if url.scheme == "http", !isLoopback {
            report(field, .monitorURL, "url uses http to \(url.host), which is no loopback host; use https")
            return nil
        }
        if let address {
            switch address.refusal(allowing: allow) {
            case .specialPurpose:
                report(
                    field,
                    .monitorPrivateAddress,
                    "\(host) is no address of the public Internet; name it in allow where it is meant"
                )
                return nil
            case .metadata:
                report(
                    field,
                    .monitorPrivateAddress,
                    "\(host) hands out credentials of the cloud; no monitor is there, whatever allow says"
                )
                return nil
            case nil: break
            }
        } else if isLoopback, !allow.contains(where: { $0.coversLoopback }) {
            report(
                field,
                .monitorPrivateAddress,
                "\(host) is this machine, but allow names no loopback address, so no delivery will arrive",
                severity: .warning
            )
        }
        return url
    }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x61...0x7A).contains(byte) || "-._".utf8.contains(byte)
    }

    /// Whether resolvers would take the host for an IPv4 address in an old notation, such as `0x7f.1`.
    private func isNumeric(_ host: String) -> Bool {
        guard let last = host.split(separator: ".").last else { return true }
        return host.contains(":") || last.utf8.allSatisfy { (0x30...0x39).contains($0) }
            || last.hasPrefix("0x") && last.dropFirst(2).utf8.allSatisfy { "0123456789abcdef".utf8.contains($0) }
    }

    private mutating func allow(_ element: Element) -> [AddressRange]? {
        list(element)?.compactMap { element in
            guard let text = text(element, "a range of addresses such as 10.0.0.0/8") else { return nil }
            if let range = AddressRange(text) { return range }
            let shown = PrintableText.clipped(text)
            report(
                element,
                .monitorAllow,
                "\(element.name) must be a range of addresses such as 10.0.0.0/8, not \"\(shown)\""
            )
            return nil
        }
    }

    private mutating func environmentName(_ element: Element) -> String? {
        guard let name = text(element, "the name of an environment variable") else { return nil }
        let isAllowed = name.utf8.allSatisfy { byte in
            (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
                || byte == 0x5F
        }
        guard isAllowed, (1...128).contains(name.utf8.count), name.utf8.first.map({ $0 > 0x39 }) == true else {
            // The value is not shown: somebody may have written the secret itself.
            report(
                element,
                .nameFormat,
                "\(element.name) must be the name of an environment variable, such as QA_SECRET"
            )
            return nil
        }
        return name
    }

    private mutating func selection<Choice: RawRepresentable & CaseIterable & Hashable>(
        _ element: Element,
        _ type: Choice.Type
    ) -> Set<Choice>? where Choice.RawValue == String {
        guard let elements = list(element) else { return nil }
        if elements.isEmpty {
            report(element, .fieldRange, "\(element.name) is empty; leave it out to forward everything")
        }
        return Set(elements.compactMap { choice($0, type) })
    }
}

extension AddressRange {
    /// Whether the range holds the usual loopback address of its family.
    fileprivate var coversLoopback: Bool {
        ["127.0.0.1", "::1"].compactMap { IPAddress($0) }.contains { contains($0) }
    }
}
