import HTTPExchange
import Monitors
import RingbackHome
import RunStore
import ScenarioFile
import SimulationClient

/// Forwards what runs have left behind: deliveries that are pending while nobody forwards to their monitor any more.
///
/// A run that has ended is adopted at once; one whose process died may be resumed and gets a minute.
struct Adoption: Sendable {
    let store: RunStore
    let home: Home
    /// The monitors that the service forwards to anyway.
    let own: Set<Int64>
    let variables: @Sendable (String) -> String?
    let warn: @Sendable (String) -> Void

    /// The time between two looks at what is left.
    private static let interval = Duration.seconds(1)
    /// How long a dead run may be resumed before its deliveries are adopted.
    private static let grace = Duration.seconds(60)

    /// Adopts until the task is cancelled.
    func run() async {
        await withTaskGroup(of: Int64?.self) { group in
            let clock = ContinuousClock()
            var active: Set<Int64> = []
            var hopeless: Set<Int64> = []
            var seen: [Int64: ContinuousClock.Instant] = [:]
            while !Task.isCancelled {
                for row in await orphans() {
                    guard !active.contains(row.rowID), !hopeless.contains(row.rowID) else { continue }
                    let first = seen[row.rowID, default: clock.now]
                    seen[row.rowID] = first
                    guard await hasEnded(row) || clock.now - first >= Self.grace else { continue }
                    guard let monitor = prepared(row) else {
                        hopeless.insert(row.rowID)
                        continue
                    }
                    active.insert(row.rowID)
                    group.addTask {
                        await forward(monitor)
                        return monitor.rowID
                    }
                }
                group.addTask {
                    try? await Task.sleep(for: Self.interval)
                    return nil
                }
                // Whoever is through makes room, and the next look comes after the pause.
                while let ended = await group.next() {
                    guard let ended else { break }
                    active.remove(ended)
                }
            }
            group.cancelAll()
        }
    }

    /// Monitors with something pending to which no living process forwards.
    private func orphans() async -> [StoredMonitor] {
        var query = DeliveryQuery()
        query.states = [.pending]
        do {
            return try await store.monitors(with: query).filter { row in
                guard !own.contains(row.rowID) else { return false }
                // Another process must not print what a run would have printed.
                if let definition = try? MonitorDefinition(row), definition.monitor.kind == .stdout { return false }
                guard let holder = row.forwarder, holder != ServiceLock.id else { return true }
                return !RunLock.isHeld(home, runID: holder)
            }
        } catch {
            warn("what runs have left cannot be read: \(error)")
            return []
        }
    }

    private func hasEnded(_ row: StoredMonitor) async -> Bool {
        guard row.owner != InboxOwner.service else { return true }
        guard let run = try? await store.run(rowID: row.owner) else { return true }
        return run.finishedAt != nil
    }

    private func prepared(_ row: StoredMonitor) -> ForwardedMonitor? {
        do {
            return try ForwardedMonitor(row, environment: variables)
        } catch {
            warn("what is left for the monitor \(row.name) is not forwarded: \(error)")
            return nil
        }
    }

    /// Forwards until nothing is left.
    private func forward(_ monitor: ForwardedMonitor) async {
        let timeline = Timeline()
        do {
            try await Forwarder.with([monitor], store: store, home: home, lockID: ServiceLock.id) { forwarder in
                while !Task.isCancelled {
                    let limit = timeline.after(.seconds(1))
                    if try await forwarder.settle([monitor], until: limit, on: timeline) { return }
                }
            }
        } catch is CancellationError {
            // What is left stays pending.
        } catch is Forwarder.BusyError {
            // Somebody else was faster.
        } catch {
            warn("what is left for the monitor \(monitor.name) cannot be forwarded: \(error)")
        }
    }
}
