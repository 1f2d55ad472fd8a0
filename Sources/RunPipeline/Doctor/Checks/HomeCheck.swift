import RingbackHome

extension Finding {
    /// Less free space than this is too little, in bytes.
    static let leastSpace: UInt64 = 100 << 20
    /// Less free space than this is little, in bytes.
    static let littleSpace: UInt64 = 1 << 30

    /// Judges the home, or the folder that it would be made in.
    ///
    /// - Parameters:
    ///   - home: the path of the home.
    ///   - nearest: the home, or the nearest folder above it that exists.
    static func home(_ home: String, nearest: (path: String, facts: PathFacts), isReadOnly: Bool) -> Finding {
        let name = "home"
        let choose = "Choose another with --home or RINGBACK_HOME."
        let (path, facts) = nearest
        guard facts.isFolder else { return .failure(name, .local, "\(path) is no folder", choose) }
        guard !isReadOnly else {
            return .failure(name, .local, "\(path) is on a file system that is mounted read-only", choose)
        }
        guard facts.isWritable else {
            return .failure(
                name,
                .local,
                "this user may not write to \(path)",
                "Give it the right, or choose another home."
            )
        }
        guard path == home else { return .ok(name, "\(home) will be made by the first run") }
        let mode = "0" + String(facts.mode, radix: 8)
        guard facts.isOwn else {
            return .warning(name, "\(home) belongs to another user (mode \(mode))", "Use a home of your own.")
        }
        guard facts.mode & 0o077 == 0 else {
            return .warning(
                name,
                "others may look into \(home) (mode \(mode)); it holds what webhooks said",
                "chmod 700 \(home)"
            )
        }
        return .ok(name, "\(home) is writable, and yours alone (mode \(mode))")
    }

    /// Judges the space that is left.
    static func space(_ freeBytes: UInt64) -> Finding {
        let name = "disk space"
        let free = ByteText.of(freeBytes)
        if freeBytes < leastSpace {
            return .failure(
                name,
                .local,
                "\(free) free; a run would fail",
                "Free at least 1 GiB, or choose another home."
            )
        }
        return freeBytes < littleSpace
            ? .warning(name, "\(free) free; an event takes about 500 bytes", "Free at least 1 GiB.")
            : .ok(name, "\(free) free")
    }
}

/// A number of bytes for people.
enum ByteText {
    /// Such as `12.3 GiB`.
    static func of(_ bytes: UInt64) -> String {
        let units = ["B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"]
        var (value, unit) = (bytes, 0)
        var tenths: UInt64 = 0
        while value >= 1024, unit + 1 < units.count {
            tenths = value % 1024 * 10 / 1024
            value /= 1024
            unit += 1
        }
        return unit == 0 ? "\(value) B" : "\(value).\(tenths) \(units[unit])"
    }
}
