import Glibc

/// Outputs that a user named: they follow the umask, and only plain files are replaced.
extension FileSystem {
    /// Makes a folder and its parents with the mode that the umask gives.
    package static func makeNamedDirectory(_ path: String) throws(FileError) { try makeDirectory(path, mode: 0o777) }

    /// Writes a whole file.
    ///
    /// A plain file is replaced in one step and keeps its mode; a new one follows the umask. A link, a pipe or a
    /// device is written through, and stays what it is.
    ///
    /// - Throws: ``FileError``; `ENXIO` if nothing reads from the pipe within 5 s.
    package static func writeNamed(_ path: String, _ bytes: [UInt8]) throws(FileError) {
        switch try place(path) {
        case .missing: try replace(path, with: bytes, mode: 0o666)
        case .plain(let mode): try replace(path, with: bytes, mode: mode, keepsMode: true)
        case .other:
            let descriptor = try openNamed(path)
            defer { close(descriptor) }
            try write(bytes, to: descriptor, path: path)
        }
    }

    /// Opens a file for writing from the start, through a link too; a new one follows the umask.
    ///
    /// - Returns: the descriptor, which the caller closes.
    /// - Throws: ``FileError``; `ENXIO` if nothing reads from the pipe within 5 s.
    package static func openNamed(_ path: String) throws(FileError) -> Int32 {
        let flags = O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NONBLOCK
        var descriptor = retrying { Glibc.open(path, flags, 0o666) }
        // A shell starts `cat pipe` at the same time as the program, in any order.
        var looks = 0
        while descriptor < 0, errno == ENXIO, looks < 100 {
            usleep(50_000)
            looks += 1
            descriptor = retrying { Glibc.open(path, flags, 0o666) }
        }
        guard descriptor >= 0 else { throw FileError("open", path, errno) }
        return descriptor
    }

    /// Whether a path is free or a plain file, which writing would replace.
    package static func isPlainOrMissing(_ path: String) throws(FileError) -> Bool {
        if case .other = try place(path) { false } else { true }
    }

    private enum Place { case missing, plain(mode: mode_t), other }

    private static func place(_ path: String) throws(FileError) -> Place {
        var status = stat()
        guard lstat(path, &status) == 0 else {
            if errno == ENOENT { return .missing }
            throw FileError("look at", path, errno)
        }
        return status.st_mode & S_IFMT == S_IFREG ? .plain(mode: status.st_mode & 0o777) : .other
    }
}
