#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// A file of lines that is written in large pieces.
final class TraceFile {
    /// A file that cannot be written.
    struct WriteError: Error, CustomStringConvertible {
        var description: String
    }

    private static let pieceSize = 1 << 16
    private let path: String
    private let descriptor: Int32
    private var buffer: [UInt8] = []
    private var failure: WriteError?

    /// Opens a file; `-` is standard output.
    init(_ path: String) throws(WriteError) {
        self.path = path
        descriptor = path == "-" ? STDOUT_FILENO : open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else {
            throw WriteError(description: "the trace cannot be written to \(path): \(String(cString: strerror(errno)))")
        }
        buffer.reserveCapacity(2 * Self.pieceSize)
    }

    deinit { if descriptor != STDOUT_FILENO, descriptor >= 0 { close(descriptor) } }

    /// Writes a text, now or with the next piece; a failure is told by ``flush()``.
    func write(_ text: String) {
        buffer.append(contentsOf: text.utf8)
        if buffer.count >= Self.pieceSize { writeOut() }
    }

    /// Writes what is left.
    func flush() throws(WriteError) {
        writeOut()
        if let failure { throw failure }
    }

    private func writeOut() {
        defer { buffer.removeAll(keepingCapacity: true) }
        var rest = buffer[...]
        while failure == nil, !rest.isEmpty {
            let count = rest.withUnsafeBytes { bytes in
                #if canImport(Glibc)
                    Glibc.write(descriptor, bytes.baseAddress, bytes.count)
                #elseif canImport(Musl)
                    Musl.write(descriptor, bytes.baseAddress, bytes.count)
                #else
                    Darwin.write(descriptor, bytes.baseAddress, bytes.count)
                #endif
            }
            if count > 0 {
                rest = rest.dropFirst(count)
            } else if errno != EINTR {
                failure = WriteError(
                    description: "the trace cannot be written to \(path): \(String(cString: strerror(errno)))"
                )
            }
        }
    }
}

/// What the machine has.
enum Machine {
    /// Cores that are online, at least 1.
    static var cores: Int { max(1, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN)))) }
}
