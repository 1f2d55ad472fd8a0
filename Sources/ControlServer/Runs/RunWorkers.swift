import ExactJSON
import HTTPExchange
import Logging
import RingbackHome
import RunPipeline
import RunReport
import RunStore
import ScenarioFile
import SimulationAPI
import SimulationClient
import Synchronization
import Telemetry
import Tracing

/// Runs what waits in the queue, as many at once as there are workers.
///
/// One loop takes runs and looks for requests to cancel; each run has a task of its own. A run that a process has left is
/// resumed, or begins anew if it has sent nothing.
final class RunWorkers: Sendable {
    private struct State {
        /// The runs that go on, by the rows.
        var active: [Int64: Active] = [:]
        var isDraining = false
        /// Whether runs are left for the next service, also those that are only beginning.
        var isLeaving = false

        func leaves(_ row: Int64) -> Bool { isLeaving || active[row]?.isLeft == true }
    }

    /// What stops a run.
    struct Active: Sendable {
        var id: String
        /// Differs from that of earlier work on the same run, which may end later.
        var lease: WorkLease?
        /// What the work is stored in, under its lease.
        var store: RunStore?
        var cancel: @Sendable () -> Void = {}
        var leave: @Sendable () -> Void = {}
        var isCancelled = false
        /// Whether it is left as it is for another worker.
        var isLeft = false
    }

    /// The time between two looks at the queue, if nothing is submitted here meanwhile.
    static let interval = Duration.milliseconds(250)

    let store: RunStore
    let home: Home
    let settings: RunSettings
    let receiver: SharedReceiver
    let serviceRoutes: DeliveryRoutes?
    let metrics: ServiceMetrics
    let traces: SimulationTraces
    let logger: Logger
    private let state = Mutex(State())
    private let submitted = WakeSignal()

    init(
        store: RunStore,
        home: Home,
        settings: RunSettings,
        receiver: SharedReceiver,
        serviceRoutes: DeliveryRoutes?,
        metrics: ServiceMetrics,
        traces: SimulationTraces = SimulationTraces(),
        logger: Logger
    ) {
        (self.metrics, self.traces) = (metrics, traces)
        (self.store, self.home, self.settings) = (store, home, settings)
        (self.receiver, self.serviceRoutes, self.logger) = (receiver, serviceRoutes, logger)
    }

    /// The number of runs that go on.
    var activeCount: Int { state.withLock { $0.active.count } }

    /// Looks at the queue at once, where there is something new.
    func wake() { submitted.signal() }

    /// From now on no run is taken; ``run(webhookURL:drain:polled:)`` returns once those that go on have ended or were left.
    func drain() {
        state.withLock { $0.isDraining = true }
        wake()
    }

    /// Works until it is told to drain, or the task is cancelled.
    ///
    /// - Parameters:
    ///   - drain: how long runs that go on may take to end; then they are left for the next service.
    ///   - polled: called each time that the queue was looked at.
    func run(webhookURL: String, drain: Duration, polled: @escaping @Sendable () -> Void) async {
        await store.watchingQueue(wake: { self.wake() }) {
            await work(webhookURL: webhookURL, drain: drain, polled: polled)
        }
    }

    private func work(webhookURL: String, drain: Duration, polled: @escaping @Sendable () -> Void) async {
        await withDiscardingTaskGroup { group in
            var failure: String?
            func take(_ claimed: ClaimedRun, _ isResumed: Bool) {
                self.state.withLock { $0.active[claimed.run.rowID] = Active(id: claimed.run.id, lease: claimed.lease) }
                group.addTask {
                    await self.perform(claimed, isResumed, webhookURL)
                    self.state.withLock { state in
                        let row = claimed.run.rowID
                        if state.active[row]?.lease == claimed.lease { state.active[row] = nil }
                    }
                }
            }
            if !store.isShared { await recover { take($0, $1) } }
            while !Task.isCancelled, !state.withLock({ $0.isDraining }) {
                do {
                    // First what other machines have left, since that is older.
                    while store.isShared, activeCount < settings.workers,
                        let left = try await store.takeOver(origin: origin)
                    {
                        logger.info("run taken over", metadata: ["run": "\(left.run.id)"])
                        take(left, Run.mayHaveCreated(left.run))
                    }
                    while activeCount < settings.workers,
                        let claimed = try await store.claim(at: store.time, origin: origin)
                    { take(claimed, false) }
                    try await stopCancelled()
                    polled()
                    if failure != nil { logger.info("the queue can be read again") }
                    failure = nil
                } catch {
                    if failure != "\(error)" {
                        logger.error("the queue cannot be read", metadata: ["reason": "\(error)"])
                    }
                    failure = "\(error)"
                }
                let timeline = Timeline()
                let now = timeline.now
                try? await timeline.sleep(until: now.advanced(by: Self.interval), earliest: now, wakenBy: submitted)
            }
            let limit = ContinuousClock.now.advanced(by: drain)
            while activeCount > 0, ContinuousClock.now < limit {
                try? await stopCancelled()
                // A cancelled sleep returns at once, and the loop would not rest.
                do { try await Task.sleep(for: .milliseconds(20)) } catch { break }
            }
            let left = state.withLock { state in
                state.isLeaving = true
                return Array(state.active.values)
            }
            for active in left {
                // Others go on with what is not stored soon, also with the end of a run that was cancelled. A worker whose lease
                // has only lapsed keeps its patience: while the database is away, nobody else can take the run over.
                active.store?.hurry()
                active.leave()
            }
        }
    }

    /// The origin of the remote target of this service; `nil` without one.
    private var origin: String? { settings.remote?.target.origin }

    /// Takes the runs that the process before this one has left.
    private func recover(_ take: (ClaimedRun, _ isResumed: Bool) -> Void) async {
        do {
            var last: Int64 = 0
            while let claimed = try await store.takeOver(after: last) {
                last = claimed.run.rowID
                // One that has sent nothing begins anew, so that its events come to the address of this service.
                if Run.mayHaveCreated(claimed.run) {
                    take(claimed, true)
                } else {
                    try await store.requeue(claimed.run)
                }
            }
        } catch {
            logger.error("runs that were left cannot be taken up", metadata: ["reason": "\(error)"])
        }
    }

    private func stopCancelled() async throws {
        let waiting = state.withLock { state in Set(state.active.filter { !$0.value.isCancelled }.keys) }
        for row in try await store.cancelRequests(among: waiting) { stop(row) }
    }

    private func stop(_ row: Int64) {
        let cancel = state.withLock { state -> (@Sendable () -> Void)? in
            state.active[row]?.isCancelled = true
            return state.active[row]?.cancel
        }
        cancel?()
    }

    /// Says how a run that goes on is stopped; what was asked for before that acts at once.
    func stoppable(_ row: Int64, cancel: @escaping @Sendable () -> Void, leave: @escaping @Sendable () -> Void) {
        let (isCancelled, isLeaving) = state.withLock { state in
            state.active[row]?.cancel = cancel
            state.active[row]?.leave = leave
            return (state.active[row]?.isCancelled == true, state.leaves(row))
        }
        if isCancelled { cancel() } else if isLeaving { leave() }
    }

    /// Whether somebody has asked to cancel a run that goes on.
    func isCancelled(_ row: Int64) -> Bool { state.withLock { $0.active[row]?.isCancelled == true } }

    /// Whether a run is left for another worker.
    private func isLeft(_ row: Int64) -> Bool { state.withLock { $0.leaves(row) } }

    // MARK: One run

    private func perform(_ claimed: ClaimedRun, _ isResumed: Bool, _ webhookURL: String) async {
        var claimed = claimed
        // Files are written where this machine has its home.
        if store.isShared { claimed.run.folder = "\(home.runsPath)/\(claimed.run.id)" }
        let row = claimed.run
        var logger = logger
        logger[metadataKey: "run"] = "\(row.id)"
        let isLost = Mutex(false)
        let liveness = RunLiveness(timeout: row.kind == .run ? settings.timeout : nil)
        let store = store.under(
            claimed.lease,
            while: { liveness.isGoingOn },
            onLost: {
                isLost.withLock { $0 = true }
                self.leave(row.rowID)
            },
            // Nothing is sent to a remote side that another worker may already work with. An embedded sandbox goes on: it ends
            // with its process, and is given up only if somebody has taken the run over.
            onLapsed: { if row.kind == .run, row.target != .sandbox { self.leave(row.rowID) } }
        )
        let isStopping = state.withLock { state in
            state.active[row.rowID]?.store = store
            return state.isLeaving
        }
        if isStopping { store.hurry() }
        do {
            try await perform(claimed, store, isResumed, webhookURL, liveness, logger)
        } catch  where isLost.withLock({ $0 }) || error.isLostLease {
            logger.warning("lease lost: another worker has taken the run over")
        } catch let error as RunError where error.code == .left {
            logger.info("run left for the next service")
        } catch is CancellationError {
            logger.info("run left for the next service")
        } catch {
            if isLeft(row.rowID), RunError.isOfStoreThatPasses(error) {
                // The next worker goes on from what the store has.
                logger.info("run left for the next service", metadata: ["reason": "\(error)"])
            } else {
                logger.error("run failed", metadata: ["reason": "\(error)"])
                do { try await end(row, as: .usage, "\(error)", in: store) } catch {
                    logger.error("the end of the run cannot be stored", metadata: ["reason": "\(error)"])
                }
            }
        }
        // Without this, others wait until the lease lapses.
        try? await store.release(claimed.lease)
    }

    private func perform(
        _ claimed: ClaimedRun,
        _ store: RunStore,
        _ isResumed: Bool,
        _ webhookURL: String,
        _ liveness: RunLiveness,
        _ logger: Logger
    ) async throws {
        let (row, submission) = (claimed.run, claimed.submission)
        guard submission.cancelledAt == nil || isResumed else {
            return try await end(row, as: .timedOut, nil, in: store)
        }
        guard let request = RunRequest(submission.request) else {
            throw RunError(.configuration, "what was stored of the request cannot be read")
        }
        var logger = logger
        logger[metadataKey: "request"] = request.requestID.map { "\($0)" }
        let work = RunWork(
            workers: self,
            store: store,
            row: row,
            submission: submission,
            request: request,
            logger: logger,
            liveness: liveness
        )
        let context = request.trace.flatMap { TraceContext($0) }?.context() ?? .topLevel
        let code = try await withSpan("\(row.kind.rawValue)", context: context, ofKind: .consumer) { span in
            span.attributes["ringback.run.id"] = row.id
            span.attributes["ringback.scenario"] = row.scenario
            let code =
                switch row.kind {
                case .run: try await work.run(isResumed: isResumed, webhookURL: webhookURL)
                case .simulate, .calibrate: try await work.study()
                }
            span.attributes["ringback.exit_code"] = Int(code.rawValue)
            return code
        }
        metrics.runFinished(row, code, at: store.time)
        logger.info("run ended", metadata: ["exitCode": "\(code.rawValue)", "token": "\(submission.token)"])
    }

    /// Leaves one run as it is.
    private func leave(_ row: Int64) {
        let leave = state.withLock { state -> (@Sendable () -> Void)? in
            state.active[row]?.isLeft = true
            return state.active[row]?.leave
        }
        leave?()
    }

    /// Ends a run that has no result.
    private func end(
        _ row: StoredRun,
        as code: RunReport.ExitCode,
        _ reason: String?,
        in store: RunStore
    ) async throws {
        // What failed after the verdict leaves the run as it ended.
        guard try await store.run(rowID: row.rowID)?.finishedAt == nil else { return }
        var row = row
        row.state = StoredRun.State(code)
        row.exitCode = code.rawValue
        row.verdict = code == .timedOut ? nil : Verdict.fail.rawValue
        row.finishedAt = store.time.milliseconds
        let unfinished = UnfinishedRun(
            kind: row.kind.rawValue,
            runID: row.id,
            scenario: row.scenario,
            reason: reason ?? "it was cancelled before it began",
            exitCode: code
        )
        if let folder = row.folder { try? Run.leaveFiles(of: unfinished, in: folder) }
        try await store.finish(row, document: unfinished.json.bytes)
        metrics.runFinished(row, code, at: store.time)
    }
}
