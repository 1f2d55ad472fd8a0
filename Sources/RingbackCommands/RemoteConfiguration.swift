import RunPipeline
import SimulationAPI
import SimulationClient

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// The remote target as the environment describes it.
enum RemoteConfiguration {
    /// Reads the `CXONE_…` variables; every missing one is named, with what it is for.
    static func read(_ capabilities: Capabilities, acceptsExtensions: Bool) throws -> RemoteTarget {
        var missing: [String] = []
        func need(_ name: String, _ purpose: String) -> String? {
            if let value = Environment.filled(name) { return value }
            missing.append("  \(name)  \(purpose)")
            return nil
        }
        let secretFile = Environment.filled("CXONE_CLIENT_SECRET_FILE")
        let base = Environment.filled("CXONE_BASE_URL")
        let org =
            base == nil
            ? need("CXONE_ORG_ID", "the organisation; its API is at https://{org}.api.nicecxone.com")
            : Environment.filled("CXONE_ORG_ID")
        let id = need("CXONE_CLIENT_ID", "the OAuth client that asks for tokens")
        let secret =
            try secretFile.map { try readSecret($0) }
            ?? need("CXONE_CLIENT_SECRET", "the client's secret (or CXONE_CLIENT_SECRET_FILE, a file that holds it)")
        guard missing.isEmpty, let id, let secret else {
            throw CommandFailure.usage(
                "--target cxone needs these environment variables:\n" + missing.joined(separator: "\n")
            )
        }
        if let org, !isOrganisation(org) {
            throw CommandFailure.usage("CXONE_ORG_ID must be 1 to 63 characters of a-z, 0-9 and -")
        }
        guard
            let authentication = Credentials.Authentication(
                rawValue: Environment.filled("CXONE_CLIENT_AUTH") ?? "basic"
            )
        else { throw CommandFailure.usage("CXONE_CLIENT_AUTH must be basic, basic-raw or post") }
        do {
            let target = try Target(
                baseURL: base ?? "https://\(org ?? "").api.nicecxone.com",
                tokenURL: Environment.filled("CXONE_TOKEN_URL")
            )
            let credentials = Credentials(
                clientID: id,
                secret: Secret(secret),
                scope: Environment.filled("CXONE_SCOPE") ?? Scope.all,
                authentication: authentication
            )
            return RemoteTarget(
                target: target,
                credentials: credentials,
                capabilities: capabilities,
                acceptsExtensions: acceptsExtensions
            )
        } catch {
            throw CommandFailure.usage("CXONE_BASE_URL or CXONE_TOKEN_URL cannot be used: \(error)")
        }
    }

    private static func isOrganisation(_ text: String) -> Bool {
        (1...63).contains(text.utf8.count)
            && text.utf8.allSatisfy { (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == 0x2D }
    }

    /// The first 4096 bytes of a file, without a newline at the end.
    private static func readSecret(_ path: String) throws -> String {
        guard let file = fopen(path, "r") else {
            throw CommandFailure.usage("CXONE_CLIENT_SECRET_FILE names a file that cannot be read: \(path)")
        }
        defer { fclose(file) }
        var bytes = [UInt8](repeating: 0, count: 4096)
        let count = fread(&bytes, 1, bytes.count, file)
        let text = String(decoding: bytes[..<count], as: UTF8.self)
        let secret = String(text.prefix { $0 != "\n" && $0 != "\r\n" })
        guard !secret.isEmpty else { throw CommandFailure.usage("the file of CXONE_CLIENT_SECRET_FILE is empty") }
        return secret
    }
}
