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

    /// Fails if a file could not be written there: a folder is in its place, or it has no folder to be in.
    package static func checkNamed(_ path: String) throws(FileError) {
        var status = stat()
        let folder = path.lastIndex(of: "/").map { path[..<$0] } ?? "."
        if stat(path, &status) == 0 {
            if status.st_mode & S_IFMT == S_IFDIR { throw FileError("write to", path, EISDIR) }
        } else if !folder.isEmpty, stat(String(folder), &status) != 0 {
            throw FileError("write to", path, errno)
        }
    }

    /// Opens a file for writing from the start, through a link too; a new one follows the umask.
    ///
    /// - Returns: the descriptor, which the caller closes.
    /// - Throws: ``FileError``; `ENXIO` if nothing reads from the pipe within 5 s.
    package static func openNamed(_ path: String) throws(FileError) -> Int32 {
        // What is open already goes on where it is; opening it anew would cut a file off, such as the log of a shell.
        let open = ["/dev/stdout": 1, "/dev/stderr": 2][path] ?? descriptor(named: path)
        if let open {
            let copy = fcntl(open, F_DUPFD_CLOEXEC, 3)
            guard copy >= 0 else { throw FileError("open", path, errno) }
            return copy
        }
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

    /// Whether a plain file has this name, or a link that leads to one.
    package static func isPlain(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
    }

    /// Adds bytes to the end of a file, which is made if it is missing.
    package static func append(_ bytes: [UInt8], to path: String) throws(FileError) {
        let descriptor = try open(path, O_WRONLY | O_CREAT | O_APPEND, mode: 0o666)
        defer { close(descriptor) }
        try write(bytes, to: descriptor, path: path)
    }

    /// The path from the root, as other processes with another working folder find it.
    package static func absolute(_ path: String) -> String {
        path.hasPrefix("/") ? path : "\(workingDirectory)/\(path)"
    }

    /// Removes a folder with the files in it.
    ///
    /// Folders in it stay, and with them the folder. A link is removed itself.
    package static func removeFolder(_ path: String) throws(FileError) {
        if try isLink(path) { return try remove(path) }
        for name in try names(in: path) {
            let entry = "\(path)/\(name)"
            var isFolder = false
            if try !isLink(entry), let facts = try inspect(entry) { isFolder = facts.isFolder }
            if !isFolder { try remove(entry) }
        }
        guard rmdir(path) == 0 || [ENOENT, ENOTEMPTY, EEXIST].contains(errno) else {
            throw FileError("remove", path, errno)
        }
    }

    /// Whether a path is free or a plain file, which writing would replace.
    package static func isPlainOrMissing(_ path: String) throws(FileError) -> Bool {
        if case .other = try place(path) { false } else { true }
    }

    /// The descriptor that `/dev/fd/N` or `/proc/self/fd/N` stands for.
    private static func descriptor(named path: String) -> Int32? {
        for folder in ["/dev/fd/", "/proc/self/fd/"] where path.hasPrefix(folder) {
            return Int32(path.dropFirst(folder.count))
        }
        return nil
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
