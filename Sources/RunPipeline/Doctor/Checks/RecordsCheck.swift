import AuditLog
import RunStore

extension Finding {
    /// File systems of other machines, and those of which one cannot tell.
    private static let remoteFileSystems: Set<String> = [
        "nfs", "nfs4", "cifs", "smb3", "smbfs", "afs", "9p", "ceph", "glusterfs", "lustre", "ncpfs", "vboxsf",
    ]

    /// Judges the database.
    ///
    /// - Parameters:
    ///   - health: what was found; `nil` where there is no database yet.
    ///   - fileSystem: the kind of file system that it is on, where that is known.
    static func store(_ health: StoreHealth?, fileSystem: String?) -> Finding {
        let name = "store"
        let place = fileSystem.map { "on \($0)" } ?? "on a file system of unknown kind"
        if let health {
            guard health.isOwn else {
                return .failure(
                    name,
                    .local,
                    "ringback.sqlite is not a database of Ringback",
                    "Move it out of the home."
                )
            }
            guard health.damages.isEmpty else {
                return .failure(
                    name,
                    .local,
                    "the database is damaged: \(health.damages.joined(separator: "; "))",
                    "Keep the home as evidence, and begin with a new one (--home)."
                )
            }
            guard health.format == health.supportedFormat else {
                return .failure(
                    name,
                    .local,
                    "the database has format \(health.format), this version writes \(health.supportedFormat)",
                    health.format > health.supportedFormat
                        ? "Use the newer program." : "Move the home away, or choose another with --home."
                )
            }
        }
        if let fileSystem, remoteFileSystems.contains(fileSystem) || fileSystem.hasPrefix("fuse.") {
            return .warning(
                name,
                "the home is on \(fileSystem), whose locks SQLite cannot rely on",
                "Use a home on a disk of this machine."
            )
        }
        guard let health else { return .ok(name, "no database yet; the first run makes it, \(place)") }
        return .ok(name, "the database is sound, with \(health.runs) run\(health.runs == 1 ? "" : "s"), \(place)")
    }

    /// Judges a database that could not be looked at.
    static func storeUnreadable(_ error: any Error) -> Finding {
        .failure(
            "store",
            .local,
            "the database cannot be opened: \(error)",
            "Keep the home as evidence, and begin with a new one (--home)."
        )
    }

    /// Judges the end of the audit log; `nil` where there is none yet.
    static func auditLog(_ inspection: AuditLog.Inspection?) -> Finding {
        let name = "audit log"
        guard let inspection, inspection.sequence > 0 else { return .ok(name, "no entry yet") }
        let last = "\(inspection.sequence) entries, the last of \(inspection.timestamp ?? "an unknown time")"
        guard inspection.tornBytes == 0 else {
            return .warning(
                name,
                "\(last); \(inspection.tornBytes) bytes behind it are no whole line",
                "Nothing is to be done: the next run cuts them off and records it."
            )
        }
        return .ok(name, last)
    }

    /// Judges an audit log that could not be read.
    static func auditLogUnreadable(_ error: any Error) -> Finding {
        .failure(
            "audit log",
            .local,
            "\(error)",
            "No run begins before the log can be continued; keep the home as evidence and begin with a new one (--home), or make it readable."
        )
    }
}
