/// A secret of the environment: the variable `NAME`, or the file that `NAME_FILE` names, which beats the variable.
///
/// The files are `CXONE_CLIENT_SECRET_FILE`, `RINGBACK_WEBHOOK_SECRET_FILE`, `RINGBACK_API_TOKEN_FILE`, and those of monitors' keys.
/// White space and line ends at either end are taken off, because editors and `echo` add them.
package struct SecretVariable: Hashable, Sendable {
    package var text: String
    /// The variable that gave it.
    package var source: String
    /// What may be wrong with it, a sentence each; never the secret.
    package var doubts: [String] = []

    /// A secret that cannot be read.
    package struct ReadingError: Error, Hashable, CustomStringConvertible {
        /// The variable, the file and the reason; never the secret.
        package var description: String
    }

    /// The largest file of a secret, in bytes.
    package static let largestFile = 64 * 1024

    /// Reads a secret.
    ///
    /// - Parameters:
    ///   - isList: whether it may have several lines; otherwise the first one is the secret.
    ///   - variable: the value of a variable; `nil` if it is not set.
    ///   - file: reads a file.
    /// - Returns: `nil` if neither variable is set.
    package static func read(
        _ name: String,
        isList: Bool = false,
        variable: (String) -> String?,
        file: (String) throws -> [UInt8] = contents(of:)
    ) throws(ReadingError) -> SecretVariable? {
        func filled(_ name: String) -> String? { variable(name).flatMap { $0.isEmpty ? nil : $0 } }
        let fileName = name + "_FILE"
        guard let path = filled(fileName) else {
            guard let value = filled(name) else { return nil }
            return try SecretVariable(value, source: name, isList, "\(name) holds no secret: it is blank")
        }
        let problem = "\(fileName) names a file that holds no secret: \(path): "
        let bytes: [UInt8]
        do { bytes = try file(path) } catch {
            let reason = (error as? FileError).map { " (\(SystemError.text($0.errorNumber)))" } ?? ""
            throw ReadingError(description: problem + "it cannot be read\(reason)")
        }
        if bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF]) {
            throw ReadingError(description: problem + "it is UTF-16; save it as UTF-8")
        }
        guard let value = String(validating: bytes, as: UTF8.self), !value.utf8.contains(0) else {
            throw ReadingError(description: problem + "it is not text in UTF-8")
        }
        var secret = try SecretVariable(value, source: fileName, isList, problem + "it is blank")
        if filled(name) != nil { secret.doubts.append("\(name) is set too; \(fileName) beats it") }
        return secret
    }

    private init(_ value: String, source: String, _ isList: Bool, _ blank: String) throws(ReadingError) {
        self.source = source
        var value = Substring(value)
        if value.unicodeScalars.first == "\u{FEFF}" {
            value = Substring(value.unicodeScalars.dropFirst())
            doubts.append("\(source) begins with a byte order mark, which was taken off")
        }
        func trimmed(_ text: Substring) -> Substring {
            let front = text.drop { $0.isWhitespace }
            return front.prefix(front.count - front.reversed().prefix { $0.isWhitespace }.count)
        }
        text = String(trimmed(value))
        if !isList, let end = text.firstIndex(where: { $0.isNewline }) {
            text = String(trimmed(text[..<end]))
            doubts.append("\(source) has several lines; the first one is the secret")
        }
        guard !text.isEmpty else { throw ReadingError(description: blank) }
        if text.count > 1, let mark = text.first, "\"'“”‘’«»`".contains(mark), let last = text.last,
            "\"'“”‘’«»`".contains(last)
        {
            doubts.append("\(source) has quotation marks round its value; they are taken as a part of the secret")
        }
    }

    /// The bytes of a file of a secret.
    package static func contents(of path: String) throws(FileError) -> [UInt8] {
        try FileSystem.read(path, upTo: largestFile)
    }
}
