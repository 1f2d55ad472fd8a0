package import Addresses

/// The proxies of the environment: `HTTPS_PROXY` and `HTTP_PROXY` by the scheme of a URL, and `NO_PROXY` for exceptions.
package struct ProxySettings: Hashable, Sendable {
    /// A proxy that makes connections for a client (`CONNECT`).
    package struct Proxy: Hashable, Sendable {
        package var host: String
        package var port: Int
        package var user: String?
        package var password: Secret?
        /// The variable that names it.
        package var variable: String

        /// The proxy in words: its place, never its password.
        package var description: String { "the proxy \(HTTPURL.bracketed(host)):\(port) (\(variable))" }
    }

    /// A value that names no proxy.
    package struct InvalidVariable: Error, Hashable, Sendable, CustomStringConvertible {
        package var description: String
    }

    private var proxies: [String: Proxy] = [:]
    private var exceptions: [String] = []

    /// No proxy.
    package init() {}

    /// Reads the variables; the name in lower case goes first, as elsewhere.
    package init(variable: (String) -> String?) throws(InvalidVariable) {
        for scheme in ["https", "http"] {
            let upper = "\(scheme)_proxy".uppercased()
            guard let name = [upper.lowercased(), upper].first(where: { variable($0)?.isEmpty == false }),
                let text = variable(name)
            else { continue }
            proxies[scheme] = try Self.proxy(text, name)
        }
        let text = variable("no_proxy") ?? variable("NO_PROXY") ?? ""
        exceptions = text.lowercased().split { $0 == "," || $0.isWhitespace }.map(String.init)
    }

    package var all: Set<Proxy> { Set(proxies.values) }

    /// The passwords, which no text may show.
    package var secrets: [Secret] { proxies.values.compactMap(\.password) }

    /// The proxy for a URL; nil for a loopback host and for the exceptions.
    package func proxy(for url: HTTPURL) -> Proxy? {
        guard let proxy = proxies[url.scheme], !url.isLoopback, !exceptions.contains(where: { Self.covers($0, url) })
        else {
            return nil
        }
        return proxy
    }

    /// Whether an entry of `NO_PROXY` holds for a URL: `*`, an address, a range, or a name and all names below it, perhaps
    /// with a port.
    private static func covers(_ entry: String, _ url: HTTPURL) -> Bool {
        if entry == "*" { return true }
        let address = IPAddress(url.host)
        if let range = AddressRange(entry) { return address.map { range.contains($0) } ?? false }
        guard let place = HTTPURL("\(url.scheme)://\(entry.drop { $0 == "." || $0 == "*" })") else { return false }
        let port = url.port ?? (url.scheme == "https" ? 443 : 80)
        guard place.port == nil || place.port == port else { return false }
        return url.host == place.host || (address == nil && url.host.hasSuffix(".\(place.host)"))
    }

    private static func proxy(_ text: String, _ name: String) throws(InvalidVariable) -> Proxy {
        let words = "\(name) must be a proxy such as http://proxy.example:3128"
        let full = text.contains("://") ? text : "http://\(text)"
        // The value is not shown: it may hold a password.
        guard let url = HTTPURL(full) else {
            let scheme = full.prefix { $0 != ":" }.lowercased()
            let reason = scheme.hasPrefix("socks") ? "; a SOCKS proxy cannot be used" : ""
            throw InvalidVariable(description: words + reason)
        }
        guard url.scheme == "http" else {
            throw InvalidVariable(description: "\(words); a proxy that is itself reached by https cannot be used")
        }
        var proxy = Proxy(host: url.host, port: url.port ?? 80, variable: name)
        let authority = full.dropFirst("http://".count).prefix { $0 != "/" && $0 != "?" && $0 != "#" }
        if let at = authority.lastIndex(of: "@") {
            let parts = authority[..<at].split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
            let plain = parts.map { PercentEncoding.decode(String($0)) ?? String($0) }
            proxy.user = plain[0]
            proxy.password = Secret(plain.count == 2 ? plain[1] : "")
        }
        return proxy
    }
}
