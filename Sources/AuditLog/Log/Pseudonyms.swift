import Crypto
import ExactJSON
package import RingbackHome

/// Replaces names of people in the log by commitments: HMAC-SHA256 under a salt that only the home keeps.
///
/// The salt shows which name a commitment hides. Erasing the salt erases the person, and no line of the log changes.
package struct Pseudonyms: Sendable {
    private let path: String
    private let keysPath: String
    private let lock: HomeLock

    package init(_ home: Home) {
        keysPath = home.keysPath
        path = "\(home.keysPath)/salts.json"
        lock = home.lock
    }

    /// The commitment to a name: `sha256:` and 64 hexadecimal digits; the salt is made on first use.
    ///
    /// Blocks the calling thread.
    package func commitment(to name: String) throws -> String {
        try lock.withLock {
            let salts = try read()
            if let salt = salts.first(where: { $0.name == name }) { return salt.commitment }
            let salt = Salt(name: name, bytes: SymmetricKey(size: .bits256).withUnsafeBytes { Array($0) })
            try write(salts + [salt])
            return salt.commitment
        }
    }

    /// The names whose salts the home has, by commitment.
    package func names() throws -> [String: String] {
        Dictionary(try read().map { ($0.commitment, $0.name) }) { first, _ in first }
    }

    /// Erases the salt of a person, so that the commitments in the log no longer show the name.
    ///
    /// - Returns: whether the home had a salt for that name.
    package func forget(_ name: String) throws -> Bool {
        try lock.withLock {
            let salts = try read()
            let rest = salts.filter { $0.name != name }
            if rest.count < salts.count { try write(rest) }
            return rest.count < salts.count
        }
    }

    private struct Salt {
        var name: String
        var bytes: [UInt8]

        var commitment: String {
            let code = HMAC<SHA256>.authenticationCode(for: Array(name.utf8), using: SymmetricKey(data: bytes))
            return "sha256:" + Hexadecimal.text(Array(code))
        }
    }

    private func read() throws -> [Salt] {
        guard try FileSystem.inspect(path) != nil else { return [] }
        let json = try? JSONReader.read(try FileSystem.read(path, upTo: 10_000_000))
        let salts = json?["people"]?.elements?.map { person -> Salt? in
            guard let name = person["name"]?.string, let text = person["salt"]?.string else { return nil }
            return Hexadecimal.bytes(text).map { Salt(name: name, bytes: $0) }
        }
        guard let salts, !salts.contains(where: { $0 == nil }) else {
            throw AuditError(.malformedFile, "\(path) does not hold salts")
        }
        return salts.compactMap { $0 }
    }

    private func write(_ salts: [Salt]) throws {
        let people = salts.map { salt -> JSONValue in
            ["name": .string(salt.name), "salt": .string(Hexadecimal.text(salt.bytes))]
        }
        let text = JSONValue.object([.init("people", .array(people))]).prettyText + "\n"
        try FileSystem.makeDirectory(keysPath)
        try FileSystem.replace(path, with: Array(text.utf8))
        try FileSystem.syncDirectory(keysPath)
    }
}
