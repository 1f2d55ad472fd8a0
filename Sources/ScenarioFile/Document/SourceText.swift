import Glibc

/// Reads a text file with plain system calls, so that `validate` starts fast.
package enum SourceText {
    /// The largest file.
    package static let maximumBytes = 1 << 20

    /// The name that standard input goes by in diagnostics.
    static let standardInputName = "<stdin>"

    /// The text of a file; `-` is standard input.
    package static func read(path: String) throws(ScenarioError) -> (text: String, file: String) {
        let (bytes, file) = try bytes(path: path)
        return (try text(of: bytes, file: file), file)
    }

    /// The content of a file of at most 1 MiB, before it is known to be text; `-` is standard input.
    package static func bytes(path: String) throws(ScenarioError) -> (bytes: [UInt8], file: String) {
        let isStandardInput = path == "-"
        let file = isStandardInput ? standardInputName : path.isEmpty ? "\"\"" : path
        guard !path.isEmpty, !path.utf8.contains(0) else { throw unreadable(file, "this is not a file name") }
        let descriptor = isStandardInput ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw unreadable(file, reason(errno)) }
        defer { if !isStandardInput { _ = close(descriptor) } }
        let bytes = try contents(descriptor, file)
        guard bytes.count <= maximumBytes else { throw ScenarioError([tooLarge(file)]) }
        return (bytes, file)
    }

    /// The text that bytes are.
    ///
    /// - Parameter file: what diagnostics call it.
    package static func text(of bytes: [UInt8], file: String) throws(ScenarioError) -> String {
        guard bytes.count <= maximumBytes else { throw ScenarioError([tooLarge(file)]) }
        if isUTF16(bytes) { throw unreadable(file, "it is in UTF-16; save it as UTF-8") }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw unreadable(file, "it is not UTF-8; save it as UTF-8")
        }
        return text
    }

    /// Whether the text has the byte order mark of UTF-16, or every other byte of its beginning is zero.
    package static func isUTF16(_ bytes: [UInt8]) -> Bool {
        guard bytes.count >= 2 else { return false }
        let (first, second) = (bytes[0], bytes[1])
        return (first, second) == (0xFF, 0xFE) || (first, second) == (0xFE, 0xFF) || (first == 0) != (second == 0)
    }

    /// Everything up to one byte more than is allowed.
    private static func contents(_ descriptor: Int32, _ file: String) throws(ScenarioError) -> [UInt8] {
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 1 << 16)
        while bytes.count <= maximumBytes {
            let count = chunk.withUnsafeMutableBytes { Self.read(descriptor, $0) }
            if count < 0 {
                if errno == EINTR { continue }
                throw unreadable(file, reason(errno))
            }
            if count == 0 { break }
            bytes.append(contentsOf: chunk.prefix(count))
        }
        return bytes
    }

    private static func read(_ descriptor: Int32, _ buffer: UnsafeMutableRawBufferPointer) -> Int {
        Glibc.read(descriptor, buffer.baseAddress, buffer.count)
    }

    static func tooLarge(_ file: String) -> Diagnostic {
        Diagnostic(
            .error,
            .fileTooLarge,
            "the file is larger than 1 MiB",
            at: SourcePlace(file: file, line: 1, column: 1)
        )
    }

    private static func unreadable(_ file: String, _ reason: String) -> ScenarioError {
        let message = "the file cannot be read: \(reason)"
        return ScenarioError([
            Diagnostic(.error, .fileUnreadable, message, at: SourcePlace(file: file, line: 1, column: 1))
        ])
    }

    private static func reason(_ number: Int32) -> String {
        switch number {
        case ENOENT: "there is no such file"
        case ENOTDIR: "a part of the path is not a directory"
        case EISDIR: "it is a directory"
        case EACCES, EPERM: "permission denied"
        case ENAMETOOLONG: "the path is too long"
        case ELOOP: "the path has too many symbolic links"
        default: "system error \(number)"
        }
    }
}
