import Glibc
import Synchronization

/// Writes lines to a file in large pieces.
///
/// An error of the system is reported by ``flush()``; the lines after it are dropped.
package final class LineWriter: Sendable {
    private struct State {
        var buffer: [UInt8] = []
        var failure: FileError?
    }

    private static let pieceSize = 64 * 1024
    private let path: String
    private let descriptor: Int32
    private let state = Mutex(State())

    /// Opens a file that the user named, see ``FileSystem/openNamed(_:)``.
    package init(path: String) throws(FileError) {
        self.path = path
        descriptor = try FileSystem.openNamed(path)
    }

    /// Writes to standard output; when its reader goes away, the lines after that are dropped.
    package init() { (descriptor, path) = (STDOUT_FILENO, "-") }

    deinit { if descriptor != STDOUT_FILENO { FileSystem.close(descriptor) } }

    /// Appends a line, which must not contain a newline.
    package func append(_ line: some Collection<UInt8>) {
        state.withLock { state in
            state.buffer += line
            state.buffer.append(0x0A)
            if state.buffer.count >= Self.pieceSize { write(&state) }
        }
    }

    /// Writes what is left in the buffer.
    ///
    /// - Throws: the first error of any piece.
    package func flush() throws(FileError) {
        let failure = state.withLock { state in
            write(&state)
            return state.failure
        }
        if let failure { throw failure }
    }

    private func write(_ state: inout State) {
        defer { state.buffer.removeAll(keepingCapacity: true) }
        guard state.failure == nil else { return }
        do {
            if descriptor == STDOUT_FILENO {
                try StandardOutput.write(state.buffer)
            } else {
                try FileSystem.write(state.buffer, to: descriptor, path: path)
            }
        } catch {
            if descriptor != STDOUT_FILENO || error.errorNumber != EPIPE { state.failure = error }
        }
    }
}

extension FileSystem {
    /// Appends whole lines to a file and syncs it.
    ///
    /// If a process died while writing the last line, that line is ended first and otherwise left as it is. Pipes and
    /// devices are written to as well; they have no last line, and cannot be synced.
    package static func appendLines(_ lines: [UInt8], to path: String) throws(FileError) {
        let descriptor = try open(path, readWriteCreate | O_APPEND)
        defer { close(descriptor) }
        let end = lseek(descriptor, 0, SEEK_END)
        var last: UInt8 = 0x0A
        if end > 0, pread(descriptor, &last, 1, end - 1) != 1 { last = 0x0A }
        try write(last == 0x0A ? lines : [0x0A] + lines, to: descriptor, path: path)
        if fdatasync(descriptor) != 0, errno != EINVAL { throw FileError(FileError.sync, path, errno) }
    }
}
