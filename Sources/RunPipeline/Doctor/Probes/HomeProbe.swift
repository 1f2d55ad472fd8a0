import AuditLog
import RingbackHome
import RunStore

/// Looks at the home without making or changing anything in it.
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
            return .storeUnreadable(error)
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
