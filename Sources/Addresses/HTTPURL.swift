/// An absolute `http` or `https` URL, split into its parts (RFC 3986 section 3).
public struct HTTPURL: Hashable, Sendable {
    /// `http` or `https`.
    public var scheme: String
    /// The host in lower case, an IPv6 address without its brackets.
    public var host: String
    /// The port, if one is written.
    public var port: Int?
    /// Path, query and fragment, from the first `/`, `?` or `#` on.
    public var rest: String
    /// Whether there is an `@` in the authority.
    public var hasUserInformation: Bool

    /// Splits a URL; returns `nil` if the text is not an absolute `http` or `https` URL with a host.
    public init?(_ text: String) {
        guard text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }), let colon = text.firstIndex(of: ":") else { return nil }
        scheme = text[..<colon].lowercased()
        guard scheme == "http" || scheme == "https", text[colon...].hasPrefix("://") else { return nil }
        let afterScheme = text[colon...].dropFirst(3)
        let authorityEnd = afterScheme.firstIndex { $0 == "/" || $0 == "?" || $0 == "#" } ?? afterScheme.endIndex
        rest = String(afterScheme[authorityEnd...])
        var authority = afterScheme[..<authorityEnd]
        hasUserInformation = authority.contains("@")
        if let at = authority.lastIndex(of: "@") { authority = authority[authority.index(after: at)...] }
        var portText: Substring?
        if authority.hasPrefix("[") {
            guard let close = authority.firstIndex(of: "]") else { return nil }
            host = authority[authority.index(after: authority.startIndex)..<close].lowercased()
            let tail = authority[authority.index(after: close)...]
            guard tail.isEmpty || tail.hasPrefix(":") else { return nil }
            if !tail.isEmpty { portText = tail.dropFirst() }
            guard IPAddress(host)?.isIPv6 == true else { return nil }
        } else {
            let parts = authority.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
            host = parts.first.map { $0.lowercased() } ?? ""
            if parts.count == 2 { portText = parts[1] }
            guard host.utf8.allSatisfy(Self.isHostByte), Self.hasOnlyFullLabels(host) else { return nil }
        }
        if let portText, !portText.isEmpty {
            guard portText.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let number = Int(portText),
                (1...65_535).contains(number)
            else { return nil }
            port = number
        }
    }

    /// Whether the host is `localhost`, a name below it, in `127.0.0.0/8`, or `::1`.
    public var isLoopback: Bool { Self.isLoopback(host: host) }

    /// Scheme, host and port, the default port left out: `https://api.example`.
    public var origin: String {
        let isDefault = port == nil || (scheme == "http" && port == 80) || (scheme == "https" && port == 443)
        return "\(scheme)://\(authorityHost)" + (isDefault ? "" : ":\(port.map(String.init) ?? "")")
    }

    /// The host as a URL contains it: an IPv6 address has brackets.
    public var authorityHost: String { Self.bracketed(host) }

    /// Whether a host name or address is a loopback one.
    public static func isLoopback(host: String) -> Bool {
        let name = host.lowercased()
        return name == "localhost" || name.hasSuffix(".localhost") || IPAddress(name)?.isLoopback == true
    }

    /// A host as it stands before a port: an IPv6 address in brackets, any other host as it is.
    package static func bracketed(_ host: String) -> String { host.contains(":") ? "[\(host)]" : host }

    /// Whether every label between dots has a character; one dot may end the name.
    private static func hasOnlyFullLabels(_ host: String) -> Bool {
        let labels = host.split(separator: ".", omittingEmptySubsequences: false)
        return !labels.dropLast().contains("") && (labels.count > 1 || !host.isEmpty)
    }

    private static func isHostByte(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
            || "-._~%!$&'()*+,;=".utf8.contains(byte)
    }
}
