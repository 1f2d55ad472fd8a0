import Glibc
import Synchronization

/// The system's words for its error numbers.
package enum SystemError {
    /// The text of an error number, such as "No space left on device".
    package static func text(_ number: Int32) -> String { String(cString: strerror(number)) }
}

/// The few operations on files that need exact modes and syncs.
package enum FileSystem {
    /// Makes a folder and its parents; does nothing if the folder exists.
    package static func makeDirectory(_ path: String, mode: UInt32 = 0o700) throws(FileError) {
        guard mkdir(path, mode) != 0 else { return }
        if errno == ENOENT, let slash = path.lastIndex(of: "/"), slash != path.startIndex {
            try makeDirectory(String(path[..<slash]), mode: mode)
            if mkdir(path, mode) == 0 { return }
        }
        var status = stat()
        guard errno == EEXIST || errno == EISDIR, stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR else {
            // A file of that name exists.
            throw FileError("make the folder", path, errno == EEXIST ? ENOTDIR : errno)
        }
    }

    /// Opens a file without following a symbolic link at its end; a new file has mode 0600.
    ///
    /// - Returns: the descriptor, which the caller closes.
    package static func open(_ path: String, _ flags: Int32, mode: UInt32 = 0o600) throws(FileError) -> Int32 {
        let descriptor = retrying { Glibc.open(path, flags | O_CLOEXEC | O_NOFOLLOW, mode) }
        guard descriptor >= 0 else { throw FileError("open", path, errno) }
        return descriptor
    }

    /// Opens a plain file and refuses links, pipes and devices, so that opening never blocks.
    ///
    /// - Returns: the descriptor, which the caller closes, and the file's size in bytes.
    package static func openPlain(_ path: String, _ flags: Int32) throws(FileError) -> (descriptor: Int32, size: Int) {
        let descriptor = try open(path, flags | O_NONBLOCK)
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            close(descriptor)
            throw FileError("use as a plain file", path, EINVAL)
        }
        return (descriptor, Int(status.st_size))
    }

    package static func close(_ descriptor: Int32) { _ = Glibc.close(descriptor) }

    /// Writes all bytes with as few calls as the system allows; a full pipe is waited for.
    package static func write(_ bytes: [UInt8], to descriptor: Int32, path: String) throws(FileError) {
        var written = 0
        while written < bytes.count {
            let count = bytes.withUnsafeBytes { buffer in
                retrying { Glibc.write(descriptor, buffer.baseAddress.map { $0 + written }, buffer.count - written) }
            }
            if count < 0, errno == EAGAIN {
                var room = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
                _ = poll(&room, 1, -1)
                continue
            }
            guard count > 0 else { throw FileError("write to", path, errno) }
            written += count
        }
    }

    /// Reads a whole file, which may be a link; a larger one fails with `EFBIG`.
    package static func read(_ path: String, upTo limit: Int) throws(FileError) -> [UInt8] {
        let descriptor = retrying { Glibc.open(path, O_RDONLY | O_CLOEXEC, 0) }
        guard descriptor >= 0 else { throw FileError("open", path, errno) }
        return try readAll(descriptor, path, upTo: limit)
    }

    /// Reads a whole plain file, see ``openPlain(_:_:)``; a larger one fails with `EFBIG`.
    package static func readPlain(_ path: String, upTo limit: Int) throws(FileError) -> [UInt8] {
        try readAll(try openPlain(path, O_RDONLY).descriptor, path, upTo: limit)
    }

    /// Reads to the end, and closes the descriptor.
    private static func readAll(_ descriptor: Int32, _ path: String, upTo limit: Int) throws(FileError) -> [UInt8] {
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 64 * 1024)
        while true {
            let count = try read(into: &chunk, from: descriptor, path: path)
            guard count > 0 else { return bytes }
            bytes += chunk[..<count]
            guard bytes.count <= limit else { throw FileError("read", path, EFBIG) }
        }
    }

    /// Reads as many bytes as there are and fit, from the position of the descriptor; returns 0 at the end.
    package static func read(
        into buffer: inout [UInt8],
        at offset: Int = 0,
        from descriptor: Int32,
        path: String
    ) throws(FileError) -> Int {
        let count = buffer.withUnsafeMutableBytes { bytes in
            retrying { Glibc.read(descriptor, bytes.baseAddress.map { $0 + offset }, bytes.count - offset) }
        }
        guard count >= 0 else { throw FileError("read", path, errno) }
        return count
    }

    /// Writes a draft beside a file, syncs it and renames it, so that a reader sees the old file or the whole new one.
    ///
    /// Each call has a draft of its own, so that two writers cannot mix their bytes; a failed call removes its draft.
    ///
    /// - Parameter keepsMode: whether the file gets `mode` as it is; otherwise the umask is taken off.
    package static func replace(
        _ path: String,
        with bytes: [UInt8],
        mode: UInt32 = 0o600,
        keepsMode: Bool = false
    ) throws(FileError) {
        let draft = "\(path).\(getpid())-\(String(UInt64.random(in: .min ... .max), radix: 16)).new"
        do throws(FileError) {
            let descriptor = try open(draft, O_WRONLY | O_CREAT | O_EXCL, mode: mode)
            defer { close(descriptor) }
            if keepsMode { _ = fchmod(descriptor, mode) }
            try write(bytes, to: descriptor, path: draft)
            guard fsync(descriptor) == 0 else { throw FileError(FileError.sync, draft, errno) }
            guard rename(draft, path) == 0 else { throw FileError("replace", path, errno) }
        } catch {
            unlink(draft)
            throw error
        }
    }

    /// Moves a file, and replaces the one at its new place.
    package static func move(_ path: String, to place: String) throws(FileError) {
        guard rename(path, place) == 0 else { throw FileError("move", path, errno) }
    }

    /// Removes a file; does nothing if it does not exist.
    package static func remove(_ path: String) throws(FileError) {
        guard unlink(path) == 0 || errno == ENOENT else { throw FileError("remove", path, errno) }
    }

    /// The folder that relative paths start at.
    package static var workingDirectory: String {
        guard let path = getcwd(nil, 0) else { return "." }
        defer { free(path) }
        return String(cString: path)
    }

    /// Syncs a folder, so that a file made in it survives a power cut.
    ///
    /// Some file systems of other machines (CIFS, some of FUSE) cannot sync a folder, which is warned of once.
    package static func syncDirectory(_ path: String) throws(FileError) {
        guard try !canSyncDirectory(path), unsynced.exchange(true, ordering: .relaxed) == false else { return }
        let text =
            "ringback: warning: the file system of \(path) cannot sync folders, so a power cut may undo new files\n"
        try? write(Array(text.utf8), to: STDERR_FILENO, path: "standard error")
    }

    /// Syncs a folder; `false` if its file system cannot do that.
    package static func canSyncDirectory(_ path: String) throws(FileError) -> Bool {
        let descriptor = try open(path, O_RDONLY | O_DIRECTORY)
        defer { close(descriptor) }
        if fsync(descriptor) == 0 { return true }
        guard [EINVAL, ENOTSUP, ENOSYS].contains(errno) else { throw FileError(FileError.sync, path, errno) }
        return false
    }

    /// Whether a folder could not be synced.
    private static let unsynced = Atomic(false)

    /// Copies a file.
    package static func copy(_ path: String, to place: String) throws(FileError) {
        let source = try open(path, O_RDONLY)
        defer { close(source) }
        let target = try open(place, O_WRONLY | O_CREAT | O_EXCL)
        defer { close(target) }
        var chunk = [UInt8](repeating: 0, count: 1 << 20)
        while true {
            let count = try read(into: &chunk, from: source, path: path)
            guard count > 0 else { return }
            try write(Array(chunk[..<count]), to: target, path: place)
        }
    }

    /// Gives a new folder to `body`, and removes it with the files in it.
    package static func withTemporaryFolder<Result>(_ body: (_ path: String) throws -> Result) throws -> Result {
        let base = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
        let path = "\(base)/ringback-\(getpid())-\(String(UInt64.random(in: .min ... .max), radix: 16))"
        try makeDirectory(path)
        defer {
            for name in (try? names(in: path)) ?? [] { unlink("\(path)/\(name)") }
            rmdir(path)
        }
        return try body(path)
    }

    /// The names in a folder, sorted.
    package static func names(in path: String) throws(FileError) -> [String] {
        guard let directory = opendir(path) else { throw FileError("read the folder", path, errno) }
        defer { closedir(directory) }
        var names: [String] = []
        while let entry = readdir(directory) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names.sorted()
    }

    /// Takes the lock of a file, and waits for it only if the operation says so; returns whether it is taken.
    static func lock(_ descriptor: Int32, _ operation: Int32 = LOCK_EX | LOCK_NB) -> Bool {
        retrying { flock(descriptor, operation) } == 0
    }

    /// Repeats a call that a signal interrupted.
    static func retrying<Result: SignedInteger>(_ call: () -> Result) -> Result {
        while true {
            let result = call()
            if result >= 0 || errno != EINTR { return result }
        }
    }
}

extension FileSystem {
    /// Open for reading and writing, made if it is missing.
    package static let readWriteCreate = O_RDWR | O_CREAT
    /// Open for writing from the start, made if it is missing.
    package static let writeCreateTruncate = O_WRONLY | O_CREAT | O_TRUNC
}

/// A file operation that the system refused.
package struct FileError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The operation, such as `open`.
    package var operation: String
    package var path: String
    /// The system's error number.
    package var errorNumber: Int32

    package init(_ operation: String, _ path: String, _ errorNumber: Int32) {
        self.operation = operation
        self.path = path
        self.errorNumber = errorNumber
    }

    /// Whether a sync failed, after which it is unknown what is on the disk.
    package var isFailedSync: Bool { operation == Self.sync }

    /// The operation of a failed sync.
    package static let sync = "sync"

    package var description: String { "cannot \(operation) \(path): \(SystemError.text(errorNumber))" }
}
