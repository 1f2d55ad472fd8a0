#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// How a run is carried out, beside what the scenario says.
public struct RunOptions: Sendable {
    /// Bounds the whole run.
    public var timeout: Duration = .seconds(300)
    /// The usual pause between two polls; `nil` for the target's own.
    public var pollInterval: Duration?
    /// How long nothing must have come before missing events are called lost; `nil` for the target's own.
    public var drain: Duration?
    /// Attempts of a request that fails.
    public var maxAttempts = 3
    /// Where the receiver listens; `nil` for the target's own.
    public var webhookListen: ListenAddress?
    /// What the payload carries, when the receiver sits behind a proxy.
    public var webhookURL: String?
    /// The key that deliveries are signed with (`whsec_…`); `nil` for a random one, or for none with a remote target.
    public var webhookSecret: String?
    /// The variables that keys of monitors are found in.
    public var environment: @Sendable (_ name: String) -> String? = { ProcessVariables.value($0) }
    /// The folder for the run's files; `nil` for `runs/<runId>` in the home.
    public var outputDirectory: String?
    /// Who runs it, for the audit log, which keeps a commitment to the name.
    public var actor = "library"
    /// Where the checkpoint of the audit log goes besides the run's own files.
    public var anchors: [AuditAnchor] = []
    /// The command to run it again, for the report.
    public var command: String?

    /// Creates the defaults.
    public init() {}
}

/// The variables of the process.
enum ProcessVariables {
    static func value(_ name: String) -> String? { getenv(name).map { String(cString: $0) } }
}

/// A host and a port to listen on.
public struct ListenAddress: Hashable, Sendable {
    /// The host name or address, an IPv6 address without brackets.
    public var host: String
    /// The port; 0 lets the system choose.
    public var port: Int

    /// Creates an address.
    public init(host: String, port: Int) {
        self.host = host
        self.port = port
    }

    /// Reads `HOST:PORT`, `[IPv6]:PORT` or a port alone; `nil` where the text is none.
    public init?(_ text: String) {
        let separator = text.lastIndex(of: ":")
        let portText = separator.map { text[text.index(after: $0)...] } ?? Substring(text)
        guard let port = UInt16(portText) else { return nil }
        var host = separator.map { String(text[..<$0]) } ?? "127.0.0.1"
        let isBracketed = host.hasPrefix("[") && host.hasSuffix("]")
        if isBracketed { host = String(host.dropFirst().dropLast()) }
        // Brackets tell an IPv6 address from a host; without them nobody knows where its port begins.
        guard !host.isEmpty, host.contains(":") == isBracketed,
            host.unicodeScalars.allSatisfy({ $0.value > 0x20 && !"[]/@?#".unicodeScalars.contains($0) })
        else { return nil }
        self.init(host: host, port: Int(port))
    }

    /// The address as it stands in a URL.
    public var authority: String { (host.contains(":") ? "[\(host)]" : host) + ":\(port)" }
}
