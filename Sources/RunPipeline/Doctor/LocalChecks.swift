import AuditLog
import ExactJSON
import Glibc
import RingbackHome
import RunStore

extension Finding {
    /// Judges the settings: their values, where each comes from, and what is wrong with them.
    static func configuration(_ setup: DoctorSetup) -> Finding {
        let notes = setup.settings.map { "\($0.name): \($0.value) (\($0.source))" } + setup.assumptions
        guard setup.problems.isEmpty else {
            let advice =
                "Set what is missing in the environment, or in a file for --profile; docs/TARGETS.md shows one."
            return .failure(.configuration, setup.problems.joined(separator: "\n"), advice).with(notes)
        }
        guard setup.oddities.isEmpty else {
            return .warning(setup.oddities.joined(separator: "\n"), "Check whether that is intended.").with(notes)
        }
        if case .embeddedSandbox? = setup.target {
            return .ok("the embedded sandbox needs no variables; profile \(setup.profileName)").with(notes)
        }
        let sources = setup.settings.map { "\($0.name) from \($0.source)" }
        return .ok(sources.joined(separator: ", ")).with(notes)
    }

    static let chooseHome = "Choose another home with --home or RINGBACK_HOME."
    static let keepHome = "Keep the home as evidence, and begin with a new one (--home)."
    /// A run needs this much free space, in bytes.
    static let leastSpace = UInt64(InboxLimits().freeDisk)
    /// The user should look if there is less free space than this, in bytes.
    static let littleSpace: UInt64 = 1 << 30

    /// Judges the home, or the folder that it would be made in.
    ///
    /// - Parameters:
    ///   - home: the path of the home.
    ///   - nearest: the home, or the nearest folder above it that exists.
    static func home(_ home: String, nearest: (path: String, facts: PathFacts), isReadOnly: Bool) -> Finding {
        let (path, facts) = nearest
        guard facts.isFolder else { return .failure(.local, "\(path) is not a folder", chooseHome) }
        guard !isReadOnly else {
            return .failure(.local, "\(path) is on a file system that is mounted read-only", chooseHome)
        }
        guard facts.isWritable else {
            return .failure(.local, "this user may not write to \(path)", "Give it the right, or choose another home.")
        }
        guard path == home else { return .ok("\(home) will be made by the first run") }
        let mode = "0" + String(facts.mode, radix: 8)
        guard facts.isOwn else {
            return .warning("\(home) belongs to another user (mode \(mode))", "Use a home of your own.")
        }
        guard facts.mode & 0o077 == 0 else {
            return .warning("others may look into \(home) (mode \(mode)); it holds what webhooks said")
                .advising("chmod 700 \(home)")
        }
        return .ok("\(home) is writable, and yours alone (mode \(mode))")
    }

    static func space(_ freeBytes: UInt64) -> Finding {
        let free = ByteText.of(freeBytes)
        if freeBytes < leastSpace {
            return .failure(
                .local,
                "\(free) free on the disk of the home; no event is taken below \(ByteText.of(leastSpace))",
                "Free at least 1 GiB, or choose another home."
            )
        }
        return freeBytes < littleSpace
            ? .warning("\(free) free on the disk of the home; an event takes about 500 bytes", "Free at least 1 GiB.")
            : .ok("\(free) free")
    }

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
        let place = fileSystem.map { "on \($0)" } ?? "on a file system of unknown kind"
        if let health {
            guard health.isOwn else {
                return .failure(.local, "ringback.sqlite is not Ringback's database", "Move it out of the home.")
            }
            guard health.damages.isEmpty else {
                return .failure(.local, "the database is damaged: \(health.damages.joined(separator: "; "))", keepHome)
            }
            guard health.format == health.supportedFormat else {
                let (format, own) = (health.format, health.supportedFormat)
                let advice =
                    format > own ? "Use the newer program." : "Move the home away, or choose another with --home."
                return .failure(.local, "the database has format \(format), this version writes \(own)", advice)
            }
        }
        if let fileSystem, remoteFileSystems.contains(fileSystem) || fileSystem.hasPrefix("fuse.") {
            return .warning("the home is on \(fileSystem), whose locks SQLite cannot rely on")
                .advising("Use a home on a disk of this machine.")
        }
        guard let health else { return .ok("no database yet; the first run makes it, \(place)") }
        return .ok("the database is sound, with \(health.runs) run\(health.runs == 1 ? "" : "s"), \(place)")
    }

    /// Judges the end of the audit log; `nil` if the log does not exist yet.
    static func auditLog(_ inspection: AuditLog.Inspection?) -> Finding {
        guard let inspection, inspection.sequence > 0 else { return .ok("no entry yet") }
        let last = "\(inspection.sequence) entries, the last of \(inspection.timestamp ?? "an unknown time")"
        guard inspection.tornBytes == 0 else {
            return .warning("\(last); \(inspection.tornBytes) bytes behind it are not a whole line")
                .advising("Nothing is to be done: the next run cuts them off and records it.")
        }
        return .ok(last)
    }
}

/// Inspects the home and changes nothing in it.
struct HomeProbe: Sendable {
    let path: String
    private var home: Home { Home(inspecting: path) }

    func home() async -> Finding {
        await finding(orAdvising: Finding.chooseHome) {
            try await BlockingWork.run {
                try home.requireShortPath()
                let nearest = try FileSystem.nearestExisting(path)
                return .home(path, nearest: nearest, isReadOnly: try FileSystem.volume(of: nearest.path).isReadOnly)
            }
        }
    }

    func space() async -> Finding {
        await finding(orAdvising: Finding.chooseHome) {
            let finding = Finding.space(try await volume().freeBytes)
            guard finding.status == .ok, try await !canSyncFolders() else { return finding }
            return .warning(
                "the disk of the home cannot sync folders, so a power cut may undo new files",
                "Use a home on a disk of this machine."
            )
        }
    }

    private func canSyncFolders() async throws -> Bool {
        try await BlockingWork.run {
            let nearest = try FileSystem.nearestExisting(path)
            return try !nearest.facts.isFolder || FileSystem.canSyncDirectory(nearest.path)
        }
    }

    func store() async -> Finding {
        await finding("the database cannot be opened: ", orAdvising: Finding.keepHome) {
            .store(try await StoreHealth.inspect(home), fileSystem: try await volume().kind)
        }
    }

    func auditLog() async -> Finding {
        await finding(orAdvising: "No run can begin before the log is readable. \(Finding.keepHome)") {
            .auditLog(try await BlockingWork.run { try AuditLog.inspect(home) })
        }
    }

    /// What an inspection finds; an error becomes a failure with this advice.
    private func finding(
        _ prefix: String = "",
        orAdvising advice: String,
        _ inspect: () async throws -> Finding
    ) async -> Finding {
        do { return try await inspect() } catch { return .failure(.local, "\(prefix)\(error)", advice) }
    }

    private func volume() async throws -> VolumeFacts {
        try await BlockingWork.run { try FileSystem.volume(of: try FileSystem.nearestExisting(path).path) }
    }
}

/// The versions of program, compiler, SQLite and system.
enum Versions {
    static func finding() -> Finding {
        let sqlite = (try? StoreHealth.sqliteVersion()) ?? "unknown"
        return .ok("ringback \(Run.version), Swift \(swift), SQLite \(sqlite), \(system)")
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
