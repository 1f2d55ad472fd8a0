import Glibc

/// What the system says about a path.
package struct PathFacts: Hashable, Sendable {
    package var isFolder: Bool
    /// The permission bits, such as 0o700.
    package var mode: UInt32
    /// Whether the process's user owns it.
    package var isOwn: Bool
    /// Whether the process may write to it; for a folder, make files in it.
    package var isWritable: Bool
}

/// What the system says about the file system of a path.
package struct VolumeFacts: Hashable, Sendable {
    /// The bytes that a user without privileges may still write.
    package var freeBytes: UInt64
    /// Whether it is mounted for reading only.
    package var isReadOnly: Bool
    /// The system's name for its kind, such as `ext4`; `nil` if it is unknown.
    package var kind: String?
}

extension FileSystem {
    /// What is at a path; `nil` if nothing is there.
    package static func inspect(_ path: String) throws(FileError) -> PathFacts? {
        var status = stat()
        guard stat(path, &status) == 0 else {
            if errno == ENOENT { return nil }
            throw FileError("look at", path, errno)
        }
        return PathFacts(
            isFolder: status.st_mode & S_IFMT == S_IFDIR,
            mode: UInt32(status.st_mode) & 0o7777,
            isOwn: status.st_uid == geteuid(),
            isWritable: access(path, W_OK) == 0
        )
    }

    /// Whether a path itself is a symbolic link; `false` if nothing is there.
    package static func isLink(_ path: String) throws(FileError) -> Bool {
        var status = stat()
        guard lstat(path, &status) == 0 else {
            if errno == ENOENT { return false }
            throw FileError("look at", path, errno)
        }
        return status.st_mode & S_IFMT == S_IFLNK
    }

    /// The file system of a path that exists.
    package static func volume(of path: String) throws(FileError) -> VolumeFacts {
        var status = statvfs()
        guard statvfs(path, &status) == 0 else { throw FileError("look at the file system of", path, errno) }
        return VolumeFacts(
            freeBytes: freeBytes(status),
            isReadOnly: UInt64(status.f_flag) & UInt64(ST_RDONLY) != 0,
            kind: kind(of: path)
        )
    }

    /// The bytes that this user may still write to the file system of a path; nil if the system does not say it.
    package static func freeBytes(at path: String) -> Int? {
        var status = statvfs()
        return statvfs(path, &status) == 0 ? Int(clamping: freeBytes(status)) : nil
    }

    private static func freeBytes(_ status: statvfs) -> UInt64 {
        let (free, overflows) = UInt64(status.f_bavail).multipliedReportingOverflow(by: UInt64(status.f_frsize))
        return overflows ? .max : free
    }

    /// The longest part of a path that exists: the path itself, or the folder in which it would be made.
    package static func nearestExisting(_ path: String) throws(FileError) -> (path: String, facts: PathFacts) {
        var part = path
        while true {
            if let facts = try inspect(part) { return (part, facts) }
            guard part != ".", part != "/" else { throw FileError("find", path, ENOENT) }
            guard let slash = part.dropLast().lastIndex(of: "/") else {
                part = part.hasPrefix("/") ? "/" : "."
                continue
            }
            part = slash == part.startIndex ? "/" : String(part[..<slash])
        }
    }

    private static func kind(of path: String) -> String? {
        var status = stat()
        guard stat(path, &status) == 0, let table = try? read("/proc/self/mountinfo", upTo: 1 << 22) else { return nil }
        let device = UInt64(status.st_dev)
        let major = (device >> 8 & 0xFFF) | (device >> 32 & ~0xFFF)
        let minor = (device & 0xFF) | (device >> 12 & ~0xFF)
        return MountTable.kind(ofDevice: "\(major):\(minor)", in: String(decoding: table, as: UTF8.self))
    }
}

/// Linux's table of mounts (`proc_pid_mountinfo(5)`).
enum MountTable {
    /// The kind of file system of a device, `major:minor`.
    static func kind(ofDevice device: String, in table: String) -> String? {
        for line in table.split(separator: "\n") {
            let words = line.split(separator: " ")
            guard words.count > 2, words[2] == device, let dash = words.firstIndex(of: "-"), dash + 1 < words.count
            else { continue }
            return String(words[dash + 1])
        }
        return nil
    }
}
