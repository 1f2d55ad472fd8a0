import RingbackHome

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// A file of lines that is written in large pieces.
final class TraceFile {
    /// Says why a trace cannot be written.
    struct WriteError: Error, CustomStringConvertible {
        var description: String

        init(_ path: String, _ errorNumber: Int32) {
            description = "cannot write the trace to \(path): \(SystemError.text(errorNumber))"
        }
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
        guard descriptor >= 0 else { throw WriteError(path, errno) }
        buffer.reserveCapacity(2 * Self.pieceSize)
    }

    deinit { if descriptor != STDOUT_FILENO, descriptor >= 0 { close(descriptor) } }

    /// Writes a text, now or with the next piece; ``flush()`` reports a failure.
    func write(_ text: String) {
        buffer.append(contentsOf: text.utf8)
        if buffer.count >= Self.pieceSize { writeOut() }
    }

    /// Writes the rest.
    func flush() throws(WriteError) {
        writeOut()
        if let failure { throw failure }
    }

    private func writeOut() {
        defer { buffer.removeAll(keepingCapacity: true) }
        guard failure == nil else { return }
        do { try FileSystem.write(buffer, to: descriptor, path: path) } catch {
            failure = WriteError(path, error.errorNumber)
        }
    }
}
