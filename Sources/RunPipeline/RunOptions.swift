import Addresses
import Glibc
package import RunReport

/// How a run is done, besides what the scenario says.
public struct RunOptions: Sendable {
    /// The time limit for the whole run.
    public var timeout: Duration = .seconds(300)
    /// The usual pause between two polls; `nil` for the target's own.
    public var pollInterval: Duration?
    /// How long no event must have come before missing ones count as lost; `nil` for the target's own.
    public var drain: Duration?
    /// How often a request is tried.
    public var maxAttempts = 3
    /// Where the receiver listens; `nil` for the target's own.
    public var webhookListen: ListenAddress?
    /// The webhook address in the payload, if the receiver is behind a proxy.
    public var webhookURL: String?
    /// The key that deliveries are signed with (`whsec_…`); if it is `nil`, the embedded sandbox signs with a random key, and
    /// events of a remote target may be unsigned.
    public var webhookSecret: String?
    /// Reads the variables that hold keys of monitors.
    public var environment: @Sendable (_ name: String) -> String? = { ProcessVariables.value($0) }
    /// The folder for the run's files; `nil` for `runs/<runId>` in the home.
    public var outputDirectory: String?
    /// The name of the user; the audit log has a commitment to it.
    public var actor = "library"
    /// Where the checkpoint of the audit log is sent, besides the run's own files.
    public var anchors: [AuditAnchor] = []
    /// The command that runs the same again, for the report.
    public var command: String?
    /// The earlier run that this one is compared with.
    package var baseline: Baseline?
    /// What an inconclusive assertion becomes in `junit.xml`.
    package var junitInconclusive = JUnitDocument.Inconclusive.skipped

    /// Creates the defaults.
    public init() {}
}

/// A place outside the audit log that gets a run's checkpoint, as evidence that cannot be taken back.
public enum AuditAnchor: Hashable, Sendable {
    /// A file, which is replaced.
    case file(String)
    /// A monitor of the scenario, by its name.
    case monitor(String)
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

    /// Reads `HOST:PORT`, `[IPv6]:PORT` or a port alone; `nil` if the text is something else.
    public init?(_ text: String) {
        let separator = text.lastIndex(of: ":")
        let portText = separator.map { text[text.index(after: $0)...] } ?? Substring(text)
        guard let port = UInt16(portText) else { return nil }
        var host = separator.map { String(text[..<$0]) } ?? "127.0.0.1"
        let isBracketed = host.hasPrefix("[") && host.hasSuffix("]")
        if isBracketed { host = String(host.dropFirst().dropLast()) }
        // An IPv6 address needs brackets: without them it is not clear where its port begins.
        guard !host.isEmpty, host.contains(":") == isBracketed,
            host.unicodeScalars.allSatisfy({ $0.value > 0x20 && !"[]/@?#".unicodeScalars.contains($0) })
        else { return nil }
        self.init(host: host, port: Int(port))
    }

    /// The address as it is written in a URL.
    public var authority: String { "\(HTTPURL.bracketed(host)):\(port)" }
}
