import Crypto
import ExactJSON
package import RingbackHome

/// The names of people stand in the log as commitments: HMAC-SHA256 under a salt that only the home keeps.
///
/// Whoever has the salt can tell whose an entry is; with the salt erased nobody can, and no line of the log has changed.
package struct Pseudonyms: Sendable {
    private let path: String
    private let keysPath: String
    private let lock: HomeLock

    /// A file of salts that cannot be read.
    package struct FormatError: Error, CustomStringConvertible {
        /// Which file.
        package var description: String
    }

    /// The salts of a home.
    package init(_ home: Home) {
        keysPath = home.keysPath
        path = "\(home.keysPath)/salts.json"
        lock = home.lock
    }

    /// The commitment to a name: `sha256:` and 64 hexadecimal digits; its salt is made on first use.
    ///
    /// Blocks the calling thread.
    package func commitment(to name: String) throws -> String {
        try lock.withLock {
            var salts = try read()
            if let salt = salts.first(where: { $0.name == name }) { return salt.commitment }
            let bytes = SymmetricKey(size: .bits256).withUnsafeBytes { Array($0) }
            let salt = Salt(name: name, bytes: bytes)
            salts.append(salt)
            try write(salts)
            return salt.commitment
        }
    }

    /// The names whose salts are there, by commitment.
    package func names() throws -> [String: String] {
        Dictionary(try read().map { ($0.commitment, $0.name) }) { first, _ in first }
    }

    /// Erases a person: the salt is gone, and the commitments in the log tell nobody's name any more.
    ///
    /// - Returns: whether there was one.
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
        guard let people = json?["people"]?.elements else { throw FormatError(description: "\(path) holds no salts") }
        return try people.map { person in
            guard let name = person["name"]?.string,
                let bytes = person["salt"]?.string.flatMap({ Hexadecimal.bytes($0) })
            else {
                throw FormatError(description: "\(path) holds no salts")
            }
            return Salt(name: name, bytes: bytes)
        }
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
