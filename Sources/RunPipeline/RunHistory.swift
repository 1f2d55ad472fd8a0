package import AuditLog
package import ExactJSON
package import RingbackHome
package import RunReport
package import RunStore

/// The runs that a home has kept: removing old ones, and adding simulations of the engine alone.
package enum RunHistory {
    /// What a removal did, or would do.
    package struct Pruning: Hashable, Sendable {
        package var isDryRun: Bool
        package var runs: [String] = []
        package var counts = HistoryCounts()
        /// The files and folders under the home that were removed.
        package var folders = 0
        /// Runs that stay because a delivery to a monitor is pending.
        package var pending: [String] = []
        /// Runs that stay because another process works on them.
        package var busy: [String] = []

        package var json: JSONValue {
            func names(_ ids: [String]) -> JSONValue { .array(ids.map { .string($0) }) }
            return [
                "version": 1, "dryRun": .bool(isDryRun), "runs": .integer(runs.count),
                "events": .integer(counts.events), "deliveries": .integer(counts.deliveries),
                "folders": .integer(folders), "removed": names(runs), "keptForPendingDeliveries": names(pending),
                "keptForTheirProcess": names(busy),
            ]
        }
    }

    /// Removes ended runs with their events, deliveries and files; never the audit log, which gets an entry.
    ///
    /// Files that `--out` put elsewhere belong to the user and stay.
    package static func prune(
        _ rule: PruneRule,
        in home: Home,
        _ store: RunStore,
        isDryRun: Bool,
        actor: AuditActor
    ) async throws -> Pruning {
        var pruning = Pruning(isDryRun: isDryRun)
        let removal = await Result {
            try await remove(rule, in: home, store, &pruning)
            try await removeLeftFolders(in: home, store, &pruning)
        }
        var failure: (any Error)?
        if case .failure(let error) = removal { failure = error }
        // What was removed gets its entry, also if a later removal failed.
        let entry = await Result {
            guard !isDryRun, pruning.hasRemoved else { return }
            let trail = try await AuditTrail.begin(home, runID: nil, by: actor)
            let payload: JSONValue = [
                "runs": .integer(pruning.runs.count), "events": .integer(pruning.counts.events),
                "deliveries": .integer(pruning.counts.deliveries), "folders": .integer(pruning.folders),
            ]
            let result = failure == nil ? "success" : "failed"
            try await trail.write(.pruned, result, payload: payload, error: failure.map { "\($0)" })
            _ = try await trail.checkpoint()
        }
        try removal.get()
        try entry.get()
        return pruning
    }

    /// Removes the ended runs that a rule selects, or counts what they have.
    private static func remove(
        _ rule: PruneRule,
        in home: Home,
        _ store: RunStore,
        _ pruning: inout Pruning
    ) async throws {
        for run in try await store.prunable(rule) {
            let counts = try await store.counts(of: run)
            if counts.pendingDeliveries > 0 {
                pruning.pending.append(run.id)
                continue
            }
            let folder = "\(home.runsPath)/\(run.id)"
            let hasFolder = try FileSystem.inspect(folder) != nil
            if pruning.isDryRun {
                pruning.runs.append(run.id)
                pruning.counts.events += counts.events
                pruning.counts.deliveries += counts.deliveries
                if hasFolder { pruning.folders += 1 }
                continue
            }
            // Held meanwhile, so that no other process goes on with the run.
            let isRemoved = try await store.working(on: run.id) {
                try await $0.removeRun(run, counting: &pruning.counts)
            }
            guard let isRemoved else {
                pruning.busy.append(run.id)
                continue
            }
            guard isRemoved else {
                pruning.pending.append(run.id)
                continue
            }
            pruning.runs.append(run.id)
            guard hasFolder else { continue }
            try await BlockingWork.run { try FileSystem.removeFolder(folder) }
            pruning.folders += 1
        }
    }

    /// How long the names of removed runs are kept for machines that are off.
    private static let longestAbsence: Int64 = 400 * 86_400_000

    /// Removes what this home has of runs that other machines have removed from the store.
    private static func removeLeftFolders(
        in home: Home,
        _ store: RunStore,
        _ pruning: inout Pruning
    ) async throws {
        guard store.isShared, try FileSystem.inspect(home.runsPath) != nil else { return }
        let left = try await store.pruned(among: try FileSystem.names(in: home.runsPath))
        guard !pruning.isDryRun else {
            pruning.folders += left.count
            return
        }
        // One that cannot be removed, such as a folder of another user, is tried again with the next removal.
        pruning.folders += try await BlockingWork.run {
            left.count { id in
                let path = "\(home.runsPath)/\(id)"
                return (try? FileSystem.removeFolder(path)) != nil && (try? FileSystem.inspect(path)) == .some(nil)
            }
        }
        try await store.forgetPruned(before: store.time.adding(milliseconds: -longestAbsence))
    }

    /// Adds a simulation of the engine alone, which has ended.
    ///
    /// - Returns: its id.
    package static func add(
        _ kind: StoredRun.Kind,
        scenario: String,
        verdict: Verdict,
        exitCode: ExitCode,
        folder: String,
        startedAt: Timestamp,
        document: [UInt8],
        home path: String
    ) async throws -> String {
        let home = try Home(path: path)
        let id = RunID.make(at: startedAt)
        try await RunStore.with(home) { store in
            try await store.insertEnded(
                kind,
                id: id,
                scenario: scenario,
                ended: (StoredRun.State(exitCode), verdict.rawValue, exitCode.rawValue),
                folder: FileSystem.absolute(folder),
                startedAt: startedAt,
                finishedAt: WallClock.now,
                document: document
            )
        }
        return id
    }
}

extension RunHistory.Pruning {
    /// Whether anything was removed, if only a part of a run.
    fileprivate var hasRemoved: Bool { !runs.isEmpty || folders > 0 || counts != HistoryCounts() }
}

extension StoredRun.State {
    /// The state of a run that ended with this exit code.
    package init(_ code: ExitCode) {
        self =
            switch code {
            case .pass: .passed
            case .inconclusive: .inconclusive
            case .timedOut: .cancelled
            case .outcomeUnknown: .unknown
            case .refused, .usage: .errored
            case .assertionFailed: .failed
            }
    }
}
