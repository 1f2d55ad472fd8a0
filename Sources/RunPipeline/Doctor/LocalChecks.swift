import AuditLog
import Glibc
import RingbackHome
import RunStore

extension Finding {
    /// Judges the settings: their values, where each comes from, and what is wrong with them.
    static func configuration(_ setup: DoctorSetup) -> Finding {
        let name = "configuration"
        let notes = setup.settings.map { "\($0.name): \($0.value) (\($0.source))" } + setup.assumptions
        guard setup.problems.isEmpty else {
            return .failure(name, .configuration, setup.problems.joined(separator: "\n"))
                .advising(
                    "Set what is missing in the environment, or in a file for --profile; docs/TARGETS.md shows one."
                ).with(notes)
        }
        guard setup.oddities.isEmpty else {
            return .warning(name, setup.oddities.joined(separator: "\n"), "Check whether that is intended.").with(notes)
        }
        if case .embeddedSandbox? = setup.target {
            return .ok(name, "the embedded sandbox needs no variables; profile \(setup.profileName)").with(notes)
        }
        let sources = setup.settings.map { "\($0.name) from \($0.source)" }
        return .ok(name, sources.joined(separator: ", ")).with(notes)
    }
}

extension Finding {
    /// A run needs more free space than this, in bytes.
    static let leastSpace: UInt64 = 100 << 20
    /// The user should look if there is less free space than this, in bytes.
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
        guard facts.isFolder else { return .failure(name, .local, "\(path) is not a folder", choose) }
        guard !isReadOnly else {
            return .failure(name, .local, "\(path) is on a file system that is mounted read-only", choose)
        }
        guard facts.isWritable else {
            return .failure(name, .local, "this user may not write to \(path)")
                .advising("Give it the right, or choose another home.")
        }
        guard path == home else { return .ok(name, "\(home) will be made by the first run") }
        let mode = "0" + String(facts.mode, radix: 8)
        guard facts.isOwn else {
            return .warning(name, "\(home) belongs to another user (mode \(mode))", "Use a home of your own.")
        }
        guard facts.mode & 0o077 == 0 else {
            return .warning(name, "others may look into \(home) (mode \(mode)); it holds what webhooks said")
                .advising("chmod 700 \(home)")
        }
        return .ok(name, "\(home) is writable, and yours alone (mode \(mode))")
    }

    /// Judges the space that is left.
    static func space(_ freeBytes: UInt64) -> Finding {
        let name = "disk space"
        let free = ByteText.of(freeBytes)
        if freeBytes < leastSpace {
            return .failure(name, .local, "\(free) free; a run would fail")
                .advising("Free at least 1 GiB, or choose another home.")
        }
        return freeBytes < littleSpace
            ? .warning(name, "\(free) free; an event takes about 500 bytes", "Free at least 1 GiB.")
            : .ok(name, "\(free) free")
    }
}

enum ByteText {
    /// A number of bytes for people, such as `12.3 GiB`.
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

extension Finding {
    /// File systems of other machines, or that may be of other machines.
    private static let remoteFileSystems: Set<String> = [
        "nfs", "nfs4", "cifs", "smb3", "smbfs", "afs", "9p", "ceph", "glusterfs", "lustre", "ncpfs", "vboxsf",
    ]

    /// Judges the database.
    ///
    /// - Parameters:
    ///   - health: the state of the database; `nil` if it does not exist yet.
    ///   - fileSystem: the kind of its file system, if that is known.
    static func store(_ health: StoreHealth?, fileSystem: String?) -> Finding {
        let name = "store"
        let place = fileSystem.map { "on \($0)" } ?? "on a file system of unknown kind"
        if let health {
            guard health.isOwn else {
                let detail = "ringback.sqlite is not a database of Ringback"
                return .failure(name, .local, detail, "Move it out of the home.")
            }
            guard health.damages.isEmpty else {
                return .failure(name, .local, "the database is damaged: \(health.damages.joined(separator: "; "))")
                    .advising("Keep the home as evidence, and begin with a new one (--home).")
            }
            guard health.format == health.supportedFormat else {
                return .failure(
                    name,
                    .local,
                    "the database has format \(health.format), this version writes \(health.supportedFormat)"
                ).advising(
                    health.format > health.supportedFormat
                        ? "Use the newer program." : "Move the home away, or choose another with --home."
                )
            }
        }
        if let fileSystem, remoteFileSystems.contains(fileSystem) || fileSystem.hasPrefix("fuse.") {
            return .warning(name, "the home is on \(fileSystem), whose locks SQLite cannot rely on")
                .advising("Use a home on a disk of this machine.")
        }
        guard let health else { return .ok(name, "no database yet; the first run makes it, \(place)") }
        return .ok(name, "the database is sound, with \(health.runs) run\(health.runs == 1 ? "" : "s"), \(place)")
    }

    /// Judges the end of the audit log; `nil` if the log does not exist yet.
    static func auditLog(_ inspection: AuditLog.Inspection?) -> Finding {
        let name = "audit log"
        guard let inspection, inspection.sequence > 0 else { return .ok(name, "no entry yet") }
        let last = "\(inspection.sequence) entries, the last of \(inspection.timestamp ?? "an unknown time")"
        guard inspection.tornBytes == 0 else {
            return .warning(name, "\(last); \(inspection.tornBytes) bytes behind it are not a whole line")
                .advising("Nothing is to be done: the next run cuts them off and records it.")
        }
        return .ok(name, last)
    }

    /// Judges an audit log that could not be read.
    static func auditLogUnreadable(_ error: any Error) -> Finding {
        .failure("audit log", .local, "\(error)")
            .advising(
                "No run begins before the log can be continued; keep the home as evidence and begin with a new one (--home), or make it readable."
            )
    }
}

/// Inspects the home and changes nothing in it.
struct HomeProbe: Sendable {
    let path: String
    private var home: Home { Home(inspecting: path) }

    func home() async -> Finding {
        do {
            return try await BlockingWork.run {
                let nearest = try FileSystem.nearestExisting(path)
                let volume = try FileSystem.volume(of: nearest.path)
                return .home(path, nearest: nearest, isReadOnly: volume.isReadOnly)
            }
        } catch {
            return .failure("home", .local, "\(error)", "Choose another with --home or RINGBACK_HOME.")
        }
    }

    func space() async -> Finding {
        do {
            return .space(try await volume().freeBytes)
        } catch {
            return .failure("disk space", .local, "\(error)", "Choose another home with --home or RINGBACK_HOME.")
        }
    }

    func store() async -> Finding {
        do {
            let health = try await StoreHealth.inspect(home)
            return .store(health, fileSystem: try await volume().kind)
        } catch {
            return .failure("store", .local, "the database cannot be opened: \(error)")
                .advising("Keep the home as evidence, and begin with a new one (--home).")
        }
    }

    func auditLog() async -> Finding {
        do {
            return .auditLog(try await BlockingWork.run { try AuditLog.inspect(home) })
        } catch {
            return .auditLogUnreadable(error)
        }
    }

    private func volume() async throws -> VolumeFacts {
        try await BlockingWork.run { try FileSystem.volume(of: try FileSystem.nearestExisting(path).path) }
    }
}

/// The versions of program, compiler, SQLite and system.
enum Versions {
    static func finding() -> Finding {
        let sqlite = (try? StoreHealth.sqliteVersion()) ?? "unknown"
        return .ok("versions", "ringback \(Run.version), Swift \(swift), SQLite \(sqlite), \(system)")
    }

    /// The release of Swift that compiled this program, as far as a program can tell.
    private static var swift: String {
        #if compiler(>=6.5)
            "6.5 or later"
        #elseif compiler(>=6.4)
            "6.4"
        #elseif compiler(>=6.3)
            "6.3"
        #else
            "6.2"
        #endif
    }

    private static var system: String {
        var name = utsname()
        guard uname(&name) == 0 else { return "an unknown system" }
        return "\(text(&name.sysname)) \(text(&name.release)) \(text(&name.machine))"
    }

    private static func text<Characters>(_ characters: inout Characters) -> String {
        withUnsafeBytes(of: &characters) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
    }
}
