#!/usr/bin/env bash
# Turns one guarantee off at a time, in a copy of the tree, and expects a test to notice.
# usage: mutations.sh [--list | --check] [NAME…]     (all of them without a name)
#        --check tells which mutations have no place any more, and runs nothing
#
# A mutation is a line of the table: its name, the file, what sed does to it, and the tests that must turn red. Each
# must change the file and still build; the tests must be green without it.
set -euo pipefail
cd "$(dirname "$0")/.."

table() {
    sed -e '/^#/d' -e '/^$/d' <<'TABLE'
# name :: file :: sed expression :: test filter
idempotency-key :: Sources/SimulationClient/Client/SimulationClient+Call.swift :: s/headers: call.headers,/headers: progress.retries.failures == 0 ? call.headers : [:],/ :: SimulationClientTests.AmbiguousCreateTests
jitter :: Sources/SimulationClient/Retry/RetryPolicy.swift :: s/ceiling \/ 2 \* (1 + chance) : ceiling \* chance/ceiling : ceiling/ :: SimulationClientTests.FaultMatrixTests
deadline :: Sources/SimulationClient/Retry/RetryPolicy.swift :: /< deadline else { return .beyondDeadline }/d :: SimulationClientTests.FaultMatrixTests
retry-after :: Sources/SimulationClient/Retry/RetryPolicy.swift :: s/var delay = (retryAfter ?? .zero) + backoff/var delay = backoff/ :: SimulationClientTests.FaultMatrixTests
doubt-after-create :: Sources/SimulationClient/Client/SimulationClient+Call.swift :: s/if isDoubtful { progress.doubt = error }/if isDoubtful { progress.doubt = nil }/ :: SimulationClientTests.FaultMatrixTests
no-blind-create :: Sources/SimulationClient/Retry/Operation.swift :: s/var isUnsafeToRepeat: Bool { .* }/var isUnsafeToRepeat: Bool { false }/ :: SimulationClientTests.AmbiguousCreateTests
token-single-flight :: Sources/SimulationClient/Tokens/TokenState.swift :: /if fetch != nil { return .wait }/d :: SimulationClientTests.TokenSourceTests
token-memory :: Sources/SimulationClient/Tokens/TokenState.swift :: /if let refusal, now < refusal.until/d :: SimulationClientTests.TokenFailureTests
refresh-on-401 :: Sources/SimulationClient/Client/CallProgress.swift :: s/var hasNewToken = false/var hasNewToken = true/ :: SimulationClientTests.FaultMatrixTests
new-token-on-401 :: Sources/SimulationClient/Client/SimulationClient+Call.swift :: /if disposition == .tokenRejected { tokens.invalidate/d :: SimulationClientTests.FaultMatrixTests
retry-quota :: Sources/SimulationClient/Traffic/TrafficRules.swift :: /guard Self.cost(kind) <= available else/d :: SimulationClientTests.TrafficTests
circuit-breaker :: Sources/SimulationClient/Traffic/TrafficControl.swift :: s/if operation != .token {/if operation == .token {/ :: SimulationClientTests.TrafficTests
rate-limit :: Sources/SimulationClient/Traffic/TrafficControl.swift :: s/wait > .zero {/wait < .zero {/ :: SimulationClientTests.TrafficTests
secrets-in-base64 :: Sources/SimulationClient/Secrets/SecretForms.swift :: /texts.formUnion(Self.base64Cores/d :: SimulationClientTests.RemoteTextTests
intent-record :: Sources/RunPipeline/RunExecution+Creating.swift :: s/try await keepIntent(of: facts, at: now)/try await keepIntent(of: facts, at: nil)/ :: EndToEndTests.ResumeTests
resume-of-the-living :: Sources/RunPipeline/Run+Resuming.swift :: s/if try await store.isAlive(id) {/if try await store.isAlive(id + "x") {/ :: EndToEndTests.ResumeTests
resume-unknown :: Sources/RunPipeline/RunExecution+Stopping.swift :: s/else if situation.mayHaveCreated, !situation.hasSimulation/else if situation.mayHaveCreated, situation.hasSimulation/ :: EndToEndTests.ResumeTests
slot-turns :: Sources/RunStore/RunStore+Slots.swift :: s/return (place < free ? /return (place < free + 9 ? / :: RunStoreTests.SlotTests
slot-of-the-dead :: Sources/RunStore/RunStore+Slots.swift :: s/let others = tickets.filter { !\$0.held && /let others = tickets.filter { / :: RunStoreTests.SlotTests
slot-hold :: Sources/RunPipeline/RunSlot.swift :: s/guard age(of: ticket, at: now) > hold else/guard age(of: ticket, at: now) > hold * 1000 else/ :: EndToEndTests.SlotSharingTests
fence :: Sources/RunStore/Leases/WorkLease.swift :: s/as Int64? != nil else { throw LeaseLostError/as Int64? != nil || fence > 0 else { throw LeaseLostError/ :: RunStoreTests.LeaseTests
lease-expiry :: Sources/RunStore/Leases/WorkLease.swift :: s/WHERE leaseTerms.expiresAt <= ?3/WHERE leaseTerms.expiresAt - 3600000 <= ?3/ :: RunStoreTests.LeaseTests
lapsed-after-outage :: Sources/RunStore/Leases/LeaseKeeper.swift :: s/isDone ? \$0.reachableSince ?? now : nil/now/ :: RunStoreTests.LeaseKeeperTests
claim-of-others :: Sources/RunStore/Queue/RunStore+Queue.swift :: s/self.leavesRemote(origin) ? Self.nextWithoutTarget : Self.nextInQueue/Self.nextInQueue/ :: RunStoreTests.SharedQueueTests
takeover-expiry :: Sources/RunStore/Queue/RunStore+Queue.swift :: s/WHERE leaseTerms.id = runs.id AND expiresAt > ?2/WHERE leaseTerms.id = runs.id AND expiresAt < 0 AND ?2 > 0/ :: RunStoreTests.LeaseTests
store-clock :: Sources/RunStore/Leases/StoreClock.swift :: s/guard let seen = seen.withLock({ \$0 }) else/guard let seen = seen.withLock({ $0 }), seen.time.milliseconds < 0 else/ :: RunStoreTests.LeaseTests
lease-renewal :: Sources/RunStore/Leases/LeaseKeeper.swift :: s/WHERE id = ?1 FOR UPDATE/WHERE id = ?1/ :: RunStoreTests.LeaseTests
lease-of-what-hangs :: Sources/RunStore/Leases/LeaseKeeper.swift :: s/guard isGoingOn else { return try lease.isHeld(in: transaction) }/guard isGoingOn else { return true }/ :: RunStoreTests.LeaseTests
quarantine-lock :: Sources/RunStore/RunStore+Replay.swift :: s/try transaction.lock("quarantine")// :: RunStoreTests.SharedInboxTests
copies-elsewhere :: Sources/RunStore/Inbox+Commit.swift :: s/store.isShared, owner != InboxOwner.service, serviceRoutes/store.isShared, owner == InboxOwner.service, serviceRoutes/ :: RunStoreTests.SharedInboxTests
read-again :: Sources/RunStore/RunStore.swift :: s/guard rows > 0, self.database/guard rows < 0, self.database/ :: RunStoreTests.RunStoreTests
long-work :: Sources/PostgreSQL/PostgresPool.swift :: s/changed.statement = max(statement, .seconds(600))// :: PostgreSQLTests.PostgresPoolTests
lock-of-another-database :: Sources/RunStore/Postgres/SharedStore.swift :: s/AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())// :: EndToEndTests.SharedStoreUpgradeTests
folders-of-pruned-runs :: Sources/RunPipeline/RunHistory.swift :: s/left.count { id in/left.filter { $0.isEmpty }.count { id in/ :: EndToEndTests.SharedStoreTests
stop-without-database :: Sources/ControlServer/Runs/RunWorkers.swift :: s/active.store?.hurry()// :: EndToEndTests.SharedStoreOutageTests
lapse-is-no-hurry :: Sources/ControlServer/Runs/RunWorkers.swift :: s/return state.active\[row\]?.leave$/state.active[row]?.store?.hurry(); return state.active[row]?.leave/ :: EndToEndTests.SharedStoreOutageTests
settle-leaves :: Sources/RunPipeline/RunExecution+Closing.swift :: s/^        try requireStayingToTheEnd()// :: EndToEndTests.ServiceRestartTests
settle-judges :: Sources/RunPipeline/RunExecution.swift :: s/if row.target != .sandbox { try requireStaying() }/try requireStaying()/ :: EndToEndTests.ServiceRestartTests
plans-apart :: Sources/ControlServer/Runs/RunRequest.swift :: s/try await BlockingWork.run {\(.*\)}$/try await { () async throws in\1}()/ :: EndToEndTests.DashboardWalkTests
failures-between-looks :: Sources/Statistics/Decision/FailureDistribution.swift :: s/min(failures, chances.count - 1)/min(failures, 1)/ :: StatisticsTests.SequentialPlanTests
required-monitor-unknown :: Sources/RunPipeline/RunExecution+Closing.swift :: s/^        facts.monitors = try await monitors.totals()// :: EndToEndTests.SharedStoreOutageTests
removed-verdicts-of-runs :: Sources/RunStore/History/RunStore+Pruning.swift :: s/ AND kind = 'run' AND verdict IS NOT NULL// :: RingbackCommandsTests.GatheredLogTests
one-long-turn :: Sources/PostgreSQL/PostgresPool.swift :: s/longTurns = PoolTurns(1,/longTurns = PoolTurns(3,/ :: PostgreSQLTests.PostgresPoolTests
long-work-idles :: Sources/PostgreSQL/PostgresPool.swift :: s/max(idle, .seconds(10))/max(idle, .seconds(60))/ :: PostgreSQLTests.PostgresPoolTests
answer-after-failure :: Sources/RunStore/Inbox+Commit.swift :: s/? .longAnswer : .answer/? .work : .answer/ :: RunStoreTests.SharedInboxTests
queue-start :: Sources/RunStore/Queue/QueueStart.swift :: s/state.row = min(first ?? newest, state.newest)/state.row = min(first ?? newest, 0)/ :: RunStoreTests.OpenSnapshotTests
queue-watch :: Sources/RunStore/RunStore.swift :: s/await leases.queueStart.keep(in: database)/_ = (leases, database)/ :: RunStoreTests.SharedQueueTests
late-runs :: Sources/RunStore/Queue/QueueStart.swift :: s/state.row = min(first ?? newest, state.newest)/state.row = first ?? newest/ :: RunStoreTests.SharedQueueTests
long-work-turns :: Sources/PostgreSQL/PostgresPool.swift :: s/case .long: \[longTurns, turns\]/case .long: [turns]/ :: PostgreSQLTests.PostgresPoolTests
batch-size :: Sources/RunStore/Inbox.swift :: s/sharedBatch = 500/sharedBatch = 50000/ :: RunStoreTests.SharedInboxTests
batch-after-a-refusal :: Sources/RunStore/Inbox.swift :: s/refusedBy: refusal)/refusedBy: refusal.flatMap { _ in nil })/ :: RunStoreTests.SharedInboxTests
events-that-stay :: Sources/RunStore/Inbox+Adoption.swift :: s/AND (own.digest <> webhooks.digest OR/AND (own.digest IS NULL OR/ :: RunStoreTests.SharedInboxTests
patience-from-failure :: Sources/RunStore/StorePatience.swift :: s/private var start: ContinuousClock.Instant?/private var start: ContinuousClock.Instant? = .now/ :: RunStoreTests.RunStoreTests
left-without-database :: Sources/ControlServer/Runs/RunWorkers.swift :: s/if isLeft(row.rowID), RunError/if row.rowID < 0, RunError/ :: EndToEndTests.SharedStoreOutageTests
forwarder-without-database :: Sources/Monitors/Forwarder.swift :: s/forwarder.recorder.stopWaiting()// :: MonitorsTests.ForwarderTests
entry-of-failed-removal :: Sources/RunPipeline/RunHistory.swift :: s/guard !isDryRun, pruning.hasRemoved else/guard !isDryRun, failure == nil, pruning.hasRemoved else/ :: EndToEndTests.SharedStoreTests
skip-locked :: Sources/RunStore/Postgres/PostgresTransaction.swift :: s/FOR UPDATE OF \\(table) SKIP LOCKED/FOR UPDATE OF \\(table)/ :: RunStoreTests.SharedQueueTests
queue-lock :: Sources/RunStore/Database/StoreTransaction.swift :: s/in Set(monitors).sorted() { try lock/in Set(monitors).sorted() where monitor < 0 { try lock/ :: RunStoreTests.SharedInboxTests
slot-of-the-returned :: Sources/RunStore/RunStore+Slots.swift :: s/AND coalesce(intendedAt, 0) = ?4/AND coalesce(intendedAt, 0) <> ?4 - 1/ :: RunStoreTests.SlotTests
takeover-resumes :: Sources/ControlServer/Runs/RunWorkers.swift :: s/take(left, Run.mayHaveCreated(left.run))/take(left, left.run.rowID < 0)/ :: EndToEndTests.TakeoverTests
queue-turns :: Sources/RunStore/Queue/RunStore+Queue.swift :: s/ORDER BY coalesce(busy, 0), runs.rowID LIMIT 1/ORDER BY coalesce(busy, 0) * 0, runs.rowID LIMIT 1/ :: RunStoreTests.QueueTests
queue-key :: Sources/RunStore/Queue/RunStore+Queue.swift :: s/guard earlier.digest == new.digest else/guard earlier.digest == new.digest || !new.digest.isEmpty else/ :: RunStoreTests.QueueTests
queue-prune :: Sources/RunStore/History/RunStore+ServicePruning.swift :: s/min(young ?? .max, pending ?? .max)/young ?? (pending == nil ? .max : .max)/ :: RunStoreTests.ServicePruningTests
attempts-kept :: Sources/RunStore/Deliveries/RunStore+Deliveries.swift :: s/if let attempt = change.attempt { statements.append/if let attempt = change.attempt, statements.isEmpty { statements.append/ :: RunStoreTests.DeliveryTests
attempts-of-refusals :: Sources/Monitors/Queue/DeliveryQueue.swift :: s/if !result.isRefusal {/if true {/ :: MonitorsTests.DeliveryQueueTests
slot-fairness :: Sources/RunStore/RunStore+Slots.swift :: s/(turns\[queue.key\] ?? 0, queue.value/(0, queue.value/ :: RunStoreTests.SlotFairnessTests
early-events :: Sources/RunPipeline/RunHost.swift :: s/try await destination.inbox.adopt(simulationID, since: row)/_ = row/ :: RunPipelineTests.SharedReceiverTests
early-events-in-order :: Sources/RunPipeline/RunHost.swift :: s/ways.withLock { \$0\[simulationID\] = .gathering(\[\]) }/ways.withLock { $0[simulationID] = .open(destination) }/ :: RunPipelineTests.SharedReceiverTests
early-copies :: Sources/RunStore/Inbox+Adoption.swift :: s/guard changed > 0 else {/guard changed >= 0 else {/ :: RunStoreTests.InboxAdoptionTests
service-leaves :: Sources/RunPipeline/RunExecution.swift :: s/if run.interruption.isLeaving { return }/if false { return }/ :: EndToEndTests.ServiceRestartTests
service-lost-answer :: Sources/RingbackCommands/Server/ServerRun.swift :: s/("Idempotency-Key", key)\]/("Idempotency-Key", RunID.make(at: WallClock.now))]/ :: EndToEndTests.ServerOptionTests
baseline-passed :: Sources/RunStore/History/RunStore+History.swift :: s/ AND exitCode = 0 ORDER/ ORDER/ :: RunStoreTests.HistoryTests
baseline-pairs :: Sources/RunReport/Comparison/BaselineComparison.swift :: s/old.replications == new.replications \&\& new.streams != nil \&\& old.streams == new.streams/old.replications == new.replications/ :: RunReportTests.BaselineComparisonTests
baseline-level :: Sources/RunReport/Comparison/BaselineComparison.swift :: s/gate == nil ? 0.95 : 1 - 0.05/gate == nil ? 0.95 : 1 - 0.5/ :: RunReportTests.BaselineComparisonTests
baseline-tolerance :: Sources/RunReport/Comparison/BaselineComparison.swift :: s/interval.lower > tolerance : interval.upper < -tolerance/interval.lower > 0 * tolerance : interval.upper < 0/ :: RunReportTests.BaselineComparisonTests
prune-pending :: Sources/RunStore/History/RunStore+Pruning.swift :: s/if try transaction.value(sql, \[monitor\]) ?? false { return nil }/if try transaction.value(sql, [-monitor]) ?? false { return nil }/ :: RunStoreTests.HistoryTests
forward-in-the-transaction :: Sources/RunStore/Inbox+Commit.swift :: /try routes?.enqueue(event/d :: RunStoreTests.DeliveryTests
forward-before-done :: Sources/Monitors/MonitorLane.swift :: s/DeliveryPoint.beforeSend.reach()/for due in batch { var change = DeliveryChange(due, of: monitor, batch: self.batch); change.state = .delivered; recorder.record(change) {} }; DeliveryPoint.beforeSend.reach()/ :: EndToEndTests.ForwardingKillTests
forward-order :: Sources/RunStore/Deliveries/DeliveryRoutes.swift :: s/earlier.callKey = ?3$/earlier.callKey = '' AND ?3 = ?3/ :: RunStoreTests.DeliveryTests
forward-claim :: Sources/RunStore/Deliveries/StoredMonitor.swift :: s/guard let holder, holder != forwarder else { continue }/guard let holder, holder == "" else { continue }/ :: RunStoreTests.DeliveryTests
forward-success :: Sources/Monitors/Queue/DeliveryResult.swift :: s/case 200..<300: self/case 200..<400: self/ :: MonitorsTests.DeliveryQueueTests
forward-retry-after :: Sources/Monitors/Queue/DeliveryQueue.swift :: s/let delay = max(pause, asked \* (1 + chance \/ 10))/let delay = pause/ :: MonitorsTests.ForwardMatrixTests
forward-breaker :: Sources/Monitors/Queue/DeliveryQueue.swift :: s/breaker.finished(result.ending/breaker.finished(.answered/ :: MonitorsTests.DeliveryQueueTests
forward-probe-counts :: Sources/Monitors/Queue/DeliveryQueue.swift :: s/countsAt: isFailedProbe ? now.milliseconds : nil/countsAt: nil/ :: MonitorsTests.OutageTests
forward-open-way :: Sources/Monitors/Queue/DeliveryQueue.swift :: s/(openThrough, failed) = (newest, \[\])/failed = []/ :: MonitorsTests.OutageTests
forward-gone :: Sources/Monitors/Queue/DeliveryQueue.swift :: /isGone = true/d :: MonitorsTests.DeliveryQueueTests
guard-vetting :: Sources/Monitors/Guard/AddressGuard.swift :: s/for address in addresses {/for address in addresses.prefix(1) {/ :: MonitorsTests.AddressGuardTests
guard-metadata :: Sources/Addresses/AddressRange.swift :: /if isMetadataService { return .metadata }/d :: MonitorsTests.AddressGuardTests
guard-dialling :: Sources/Monitors/Sending/VettedTransport.swift :: /at: addresses\[attempt % addresses.count\],$/d :: MonitorsTests.AddressGuardTests
bound-address :: Sources/HTTPService/BoundHost.swift :: s/IPAddress(address)?.isLoopback == true/HTTPURL.isLoopback(host: name)/ :: HTTPServiceTests.BoundHostTests
never-left :: Sources/SimulationClient/Client/CallProgress.swift :: s/!error.mayHaveBeenHandled { return }/error.code == .cancelled { return }/ :: SimulationClientTests.RequestTests
clear-text :: Sources/HTTPExchange/HTTPConnections.swift :: /{ return .local }$/d :: HTTPExchangeTests.ClearTextTests
guard-redirects :: Sources/HTTPExchange/HTTPConnections.swift :: s/redirectConfiguration: .disallow/redirectConfiguration: .follow(max: 5, allowCycles: false)/ :: HTTPExchangeTests.LiveTransportTests
post-clear-text :: Sources/HTTPExchange/PostChannel.swift :: s/!exchange.mayLeave, let beyond/exchange.mayLeave, let beyond/ :: HTTPExchangeTests.ClearTextTests
post-line-end :: Sources/HTTPExchange/PostConnections.swift :: s/throw TransportError(.notSent, "the value/_ = TransportError(.notSent, "the value/ :: HTTPExchangeTests.PostConnectionsTests
post-whole :: Sources/HTTPExchange/PostChannel.swift :: s/guard isKeptAlive, isWhole else/guard isKeptAlive else/ :: HTTPExchangeTests.PostConnectionsTests
post-limit :: Sources/HTTPExchange/PostPool.swift :: s/open < limit {/open < limit * 99 {/ :: HTTPExchangeTests.PostConnectionsTests
sandbox-cap :: Sources/Sandbox/SimulationRequest.swift :: /experiment.callLimit = payload.maxCalls/d :: SandboxTests.ContactCenterTests
schedule-of-the-day :: Sources/RunPipeline/ScheduleClock.swift :: s/if let day, time > 0/if let day, time < 0/ :: RunPipelineTests.CallFoldTests
clock-after-midnight :: Sources/ScenarioFile/Reading/ShiftClock.swift :: s/clockTime + 86_400 - start/clockTime/ :: ScenarioFileTests.CampaignTests
attempts-need-a-list :: Sources/ScenarioFile/Reading/FormField+Compliance.swift :: s/profile.attemptLimit != nil, !hasList/profile.attemptLimit != nil, hasList, false/ :: ScenarioFileTests.CampaignTests
run-over-midnight :: Sources/RunReport/Judgement/ComplianceJudgement.swift :: s/guard sendsExtensions, scenario.contactCenter != nil else/guard sendsExtensions, scenario.contactCenter == nil else/ :: RunReportTests.ComplianceTests
sandbox-order :: Sources/Sandbox/WebhookSender.swift :: s/lanes\[delivery.lane % lanes.count\]/lanes[.random(in: lanes.indices)]/ :: SandboxTests.WebhookSenderTests
wal-sync :: Sources/RunStore/SQLite/SQLiteDatabase.swift :: s/PRAGMA synchronous = FULL/PRAGMA synchronous = NORMAL/ :: EndToEndTests.DurabilityTests
never-200-and-drop :: Sources/RunStore/Inbox.swift :: s/let answer = result.map { _ in () }/let answer = Result<Void, InboxRefusal>.success(())/ :: EndToEndTests.DurabilityTests
stop-after-failed-sync :: Sources/RunStore/SQLite/SQLiteDatabase.swift :: s/case .SQLITE_IOERR, .SQLITE_CORRUPT/case .SQLITE_CORRUPT/ :: RunStoreTests.InboxLimitTests
webhook-identity :: Sources/RunStore/SQLite/Schema.swift :: s/        CREATE UNIQUE INDEX webhookIdentity$/        CREATE INDEX webhookIdentity/ :: RunStoreTests.InboxTests
webhook-identity-bytes :: Sources/Webhooks/Receiving/WebhookRules.swift :: /if secrets.isEmpty, headers.webhookID.isGarbled/d :: WebhooksTests.WebhookReceiverTests
webhook-identity-reused :: Sources/RunStore/Inbox+Commit.swift :: s/return digest == received.digest/return digest != nil/ :: RunStoreTests.InboxTests
ready-means-taken :: Sources/RunStore/Inbox.swift :: s/if let shortage { return/if let shortage, shortage < 0 { return/ :: EndToEndTests.DurabilityTests
other-formats :: Sources/RunStore/SQLite/Schema.swift :: s/guard found == 0 || readable.contains(found) else/guard found >= 0 else/ :: RunStoreTests.RunStoreTests
look-after-a-crash :: Sources/RunStore/SQLite/SQLiteDatabase.swift :: s/guard !left.isEmpty else/guard left.count > 99 else/ :: RunStoreTests.OpeningTests
one-way-of-signing :: Sources/Webhooks/Signatures/WebhookSignature.swift :: s/default: throw .ambiguous/default: return try verifyGitHub(headers, body, secrets.gitHub)/ :: WebhooksTests.AdapterTests
signature-age :: Sources/Webhooks/Signatures/WebhookSignature.swift :: s/static let tolerance: Int64 = 300/static let tolerance: Int64 = 301/ :: WebhooksTests.SignatureTests
scanner-agrees :: Sources/SimulationAPI/Wire/SimulationEvent+Scanning.swift :: s/digits == 1 || bytes\[start\] != 0x30, // :: SimulationAPITests.EventScanningTests
bound-bytes-apart :: Sources/RunStore/SQLite/SQLiteInsert.swift :: /used += value.count/d :: RunStoreTests.InboxTests
bound-bytes-room :: Sources/RunStore/SQLite/SQLiteInsert.swift :: s/guard value.count <= bytes.count - used else/guard value.count <= bytes.count else/ :: RunStoreTests.InboxTests
answer-date :: Sources/Webhooks/Receiving/EncodedAnswer.swift :: s/(date, last) = (DateField(at: now), nil)/date = DateField(at: now)/ :: WebhooksTests.AnswerBytesTests
answer-of-its-own :: Sources/Webhooks/Receiving/EncodedAnswer.swift :: s/if let last, last.answer === answer {/if let last {/ :: WebhooksTests.AnswerBytesTests
requests-in-turn :: Sources/Webhooks/Receiving/EventConnection.swift :: s/if requests.isServing || !held.isEmpty { held.append/if !held.isEmpty { held.append/ :: WebhooksTests.EventConnectionTests
run-index :: Sources/RunStore/RunStore+Events.swift :: s/WHERE owner = ?1 AND owner <> 0 AND simulationId = ?2 ORDER BY callId/WHERE owner = ?1 AND simulationId = ?2 ORDER BY callId/ :: RunStoreTests.QueryPlanTests
audit-doubtful-run :: Sources/AuditLog/Log/AbandonmentRecords.swift :: /case .recovered: if let run/d :: AuditLogTests.RotationTests
audit-torn-line :: Sources/AuditLog/Log/AuditWriter.swift :: s/guard let torn = cursor.torn else { return }/guard let torn = cursor.torn, torn.isEmpty else { return }/ :: AuditLogTests.RecoveryTests
audit-own-checkpoint :: Sources/AuditLog/Log/AuditWriter.swift :: s/guard root == newest.root else/guard root == newest.root || newest.size > 0 else/ :: AuditLogTests.RotationTests
audit-signed-last :: Sources/AuditLog/Checkpoints/AuditKeyring.swift :: s/else { return try read(lastPath) }/else { return nil }/ :: AuditLogTests.RotationTests
audit-failed-sync :: Sources/AuditLog/Log/AuditWriter.swift :: s/guard fdatasync(descriptor) == 0 else/guard fdatasync(descriptor) <= 0 else/ :: EndToEndTests.DurabilityTests
audit-stop-after-sync :: Sources/AuditLog/Log/AuditError.swift :: s/guard reasons\[directory\] == nil else { return }/guard reasons[directory] != nil else { return }/ :: EndToEndTests.DurabilityTests
audit-replaced-key :: Sources/AuditLog/Checkpoints/KeyHistory.swift :: s/map { size <= \$0 } ?? true/map { size >= 0 \&\& $0 > 0 } ?? true/ :: AuditLogTests.KeyRotationTests
audit-predecessor :: Sources/AuditLog/Checkpoints/KeyHistory.swift :: s/where handover.sequence <= covered {/where handover.sequence <= covered || size > 0 {/ :: AuditLogTests.KeyRotationTests
audit-begun-rotation :: Sources/AuditLog/Log/AuditWriter.swift :: s/if history.introduces(succession.new.verifier) {/if !history.hasHandovers {/ :: AuditLogTests.KeyRotationTests
audit-cut-under-writer :: Sources/AuditLog/Log/AuditReader.swift :: s/guard size >= start else/guard size >= 0 else/ :: AuditLogTests.RotationTests
audit-plain-files :: Sources/RingbackHome/FileSystem.swift :: s/let descriptor = try open(path, flags | O_NONBLOCK)/let descriptor = try open(path, flags)/ :: AuditLogTests.RotationTests
audit-proof-root :: Sources/AuditLog/Verification/AuditProver.swift :: s/guard let signed, signed != root else/guard let signed, signed != root, signed == root else/ :: AuditLogTests.RotationTests
audit-chain :: Sources/AuditLog/Verification/ChainCheck.swift :: s/guard !follows else { return }/guard !follows, last == nil else { return }/ :: AuditLogTests.TamperTests
audit-root :: Sources/AuditLog/Verification/AuditVerifier.swift :: s/else if scan.roots\[checkpoint.size\] != checkpoint.root, altered == nil/else if scan.roots[checkpoint.size] == nil, altered == nil/ :: AuditLogTests.TamperTests
audit-signature :: Sources/AuditLog/Checkpoints/NoteKey.swift :: s/return key.isValidSignature(signature, for: bytes)/return key.rawRepresentation.count == 32/ :: AuditLogTests.NoteTests
audit-key-succession :: Sources/AuditLog/Checkpoints/KeyHistory.swift :: s/previous.verifies(signature, over: statement(of: next))/signature.count == 0/ :: AuditLogTests.KeyRotationTests
audit-leaf-prefix :: Sources/AuditLog/Tree/MerkleTree.swift :: s/buffer\[0\] = 0x00/buffer[0] = 0x02/ :: AuditLogTests.MerkleTests
audit-one-block :: Sources/AuditLog/Log/AbandonmentRecords.swift :: s/private static let span: Int64 = 30 \*/private static let span: Int64 = 31 */ :: AuditLogTests.RotationTests
midnight :: Sources/DialerEngine/Engine/Dialer+Days.swift :: s/dayStart = max(now, Double(day) \* experiment.dayLength)/dayStart = Double(day) * experiment.dayLength/ :: DialerEngineTests.AccountingTests
longest-idle :: Sources/DialerEngine/Engine/IdleAgents.swift :: s/var place = first \&+ count$/first = first == 0 ? ring.count \&- 1 : first \&- 1; var place = first/ :: DialerEngineTests.DayTheoryTests
past-duty :: Sources/DialerEngine/Engine/Dialer.swift :: /if hasRoster, agentGoes(agent) { return }/d :: DialerEngineTests.RandomCenterTests
overtime :: Sources/DialerEngine/Engine/Dialer+Duty.swift :: s/guard inFlight \&+ waiting.count == 0 else/guard waiting.count == 0 else/ :: DialerEngineTests.DayTheoryTests
whole-break :: Sources/DialerEngine/Engine/Attendance.swift :: s/min(now + group.entry.breaks\[next\].length, end)/min(now + group.entry.breaks[next].length \/ 2, end)/ :: DialerEngineTests.RandomCenterTests
same-customers :: Sources/DialerEngine/Engine/Dialer+Days.swift :: s/firstAttempt: UInt64(nextAttempt),/firstAttempt: UInt64(nextAttempt + 1),/ :: DialerEngineTests.RandomCenterTests
lowest-contact :: Sources/DialerEngine/Engine/ContactQueue.swift :: s/ || (due == other.due \&\& contact < other.contact)// :: DialerEngineTests.ContactQueueTests
early-retry :: Sources/DialerEngine/Engine/ContactQueue.swift :: s/retry.due <= now {/retry.due <= now + 1 {/ :: DialerEngineTests.RandomCenterTests
machine-after-talk :: Sources/DialerEngine/Engine/Dialer.swift :: /if hasList, !calls\[id\].isPerson { contactNotReached(id) }/d :: DialerEngineTests.RandomCenterTests
clock-of-the-rule :: Sources/DialerEngine/Compliance/ComplianceRecorder.swift :: s/case .greetingStart: call.answeredAt + call.screening.greetingStart/case .greetingStart: call.answeredAt/ :: DialerStudyTests.RecountTests
errors-off-the-gauge :: Sources/DialerEngine/Compliance/Gauge.swift :: s/falsePositives: .leftOut$/falsePositives: .live/ :: DialerStudyTests.RecountTests
midnight-of-the-clock :: Sources/DialerEngine/Model/CampaignCalendar.swift :: s/{ -(startOfShift ?? 0) }/{ 0 }/ :: DialerStudyTests.RecountTests
attempts-of-the-instant :: Sources/DialerEngine/Compliance/RollingWindow.swift :: s/if !countsAttempts { judge(before: .infinity) }/judge(before: .infinity)/ :: DialerStudyTests.RecountTests
zero-is-not-proof :: Sources/DialerStudy/ComplianceFinding.swift :: s/let upperBound, upperBound > limit.doubleValue else/let upperBound, upperBound > 2 else/ :: DialerStudyTests.StudyResultTests
windows-count-too :: Sources/DialerStudy/ComplianceFinding.swift :: s/if failsByWindows { return .fail }// :: DialerStudyTests.StudyResultTests
common-customers :: Sources/DialerStudy/StudyPlan.swift :: s/plan.experiment.pacing = pacing$/plan.experiment.pacing = pacing; plan.experiment.seed \&+= 1/ :: DialerStudyTests.PolicyComparisonTests
output-failure :: Sources/RingbackCommands/RingbackTool.swift :: s/guard let failure = Console.outputFailure else/guard let failure = Console.outputFailure, code == .usage else/ :: EndToEndTests.NamedOutputTests
disk-ends-the-run :: Sources/RunPipeline/RunExecution.swift :: /^            requireInbox(&facts)$/d :: EndToEndTests.DurabilityTests
full-pipe :: Sources/RingbackHome/FileSystem.swift :: s/if count < 0, errno == EAGAIN {/if count < 0, errno == EAGAIN, path.isEmpty {/ :: EndToEndTests.NamedOutputTests
hang-up :: Sources/RingbackCommands/SignalWatch.swift :: s/\[SIGINT, SIGTERM, SIGHUP\] where number != SIGHUP || !Self.ignoresHangUp/[SIGINT, SIGTERM]/ :: EndToEndTests.StoppingTests
written-through :: Sources/RingbackHome/FileSystem+Named.swift :: s/return status.st_mode & S_IFMT == S_IFREG/return status.st_mode > 0/ :: EndToEndTests.NamedOutputTests
identifiers-as-sent :: Sources/SimulationClient/Secrets/RemoteText.swift :: s/guard secrets.masksNumbers, isWordStart(position) else/guard secrets.masksNumbers else/ :: SimulationClientTests.RemoteTextTests
audit-verify-first :: Sources/RingbackCommands/Audit/AuditCommand.swift :: s/if let warning = finding.warning { throw/if let warning = finding.warning, warning.isEmpty { throw/ :: EndToEndTests.AuditCommandTests
answer-bomb :: Sources/HTTPExchange/HTTPConnections.swift :: s/largestDecompressed = 1 << 20/largestDecompressed = 8 << 20/ :: HTTPExchangeTests.LiveTransportTests
drain-reserve :: Sources/RunPipeline/RunExecution+Draining.swift :: s/static let reserve = Duration.seconds(2)/static let reserve = Duration.zero/ :: EndToEndTests.WrongSecretTests
report-hostile-cell :: Sources/RunReport/HTML/ReportTable.swift :: s/<bdi>\\(MarkupText.escaped(text))<\/bdi>"$/<bdi>\\(text)<\/bdi>"/ :: RunReportTests.HTMLReportTests
report-in-grey :: Sources/RunReport/Charts/Paint.swift :: s/case .voicemail: "M.*"$/case .voicemail: nil/ :: RunReportTests.HTMLReportTests
report-without-style :: Sources/RunReport/Charts/Paint.swift :: s/default: "fill=.*"$/default: ""/ :: RunReportTests.HTMLReportTests
calibrate-search-ends :: Sources/DialerStudy/Calibration/Calibration.swift :: s/hasEnded = result.verdict != .certified/hasEnded = false/ :: DialerStudyTests.CalibrationTests
calibrate-empty-window :: Sources/DialerStudy/Calibration/Calibration.swift :: s/guard !outcomes.contains(where: \\.isEmpty) else { break }/_ = 0/ :: DialerStudyTests.CalibrationTests
calibrate-part-kept :: Sources/RingbackCommands/CalibrateMergeCommand.swift :: s/            if let difference {/            if let difference, difference.isEmpty {/ :: RingbackCommandsTests.CalibrateCommandTests
role-of-a-route :: Sources/ControlServer/Access/AccessRules.swift :: s/case .known(let caller) where caller.role >= needed/case .known(let caller) where caller.role <= .admin/ :: ControlServerTests.TokenTests
token-age :: Sources/ControlServer/Access/TokenDirectory.swift :: s/static let refreshAge = Duration.seconds(5)/static let refreshAge = Duration.seconds(11)/ :: ControlServerTests.TokenDirectoryTests
token-without-store :: Sources/ControlServer/Access/TokenDirectory.swift :: s/guard let age, age < Self.maximumAge else { return .unavailable }/guard age != nil else { return .unavailable }/ :: ControlServerTests.TokenDirectoryTests
cross-site-form :: Sources/ControlServer/Access/AccessRules.swift :: s/if !sites.isEmpty, !isSafe {/if sites.count > 9, !isSafe {/ :: ControlServerTests.SessionTests
next-page :: Sources/ControlServer/Routes/ControlRoutes+Session.swift :: s/!next.hasPrefix("\/\/"), // :: ControlServerTests.SessionTests
forwarded-by-anybody :: Sources/ControlServer/Access/TrustedProxies.swift :: s/guard contains(peer) else { return peer }/guard contains(peer) || peer != "" else { return peer }/ :: ControlServerTests.PublicPathTests
page-escaping :: Sources/ControlServer/Dashboard/DashboardMarkup.swift :: s/<bdi>\\(MarkupText.escaped(text))<\/bdi><\/a>/<bdi>\\(text)<\/bdi><\/a>/ :: ControlServerTests.DashboardTests
page-policy :: Sources/ControlServer/Dashboard/Dashboard.swift :: s/script-src 'nonce-\\(nonce)'/script-src 'unsafe-inline'/ :: ControlServerTests.DashboardTests
page-below-public-path :: Sources/ControlServer/Dashboard/RunsPage.swift :: s/to: path("\/runs\/\\(run.id)")/to: "\/runs\/\\(run.id)"/ :: ControlServerTests.DashboardTests
form-role :: Sources/ControlServer/Routes/ControlRoutes+Dashboard.swift :: s/form("\/runs\/new", .operator)/form("\/runs\/new", .viewer)/ :: ControlServerTests.DashboardFormTests
form-once :: Sources/ControlServer/Dashboard/NewRun.swift :: s/, .idempotencyKey: key\]/]/ :: ControlServerTests.DashboardFormTests
engine-holds-nobody-up :: Sources/ControlServer/Runs/RunWork+Study.swift :: s/Task(executorPreference: EngineThreads.shared)/Task/ :: EndToEndTests.DashboardWalkTests
store-patience :: Sources/ControlServer/Readiness.swift :: s/static let storePatience = Duration.seconds(10)/static let storePatience = Duration.seconds(600)/ :: ControlServerTests.ReadinessTests
metrics-at-zero :: Sources/Telemetry/Metrics/PrometheusMetrics.swift :: s/for labels in family.initial {/for labels in family.initial.prefix(0) {/ :: ControlServerTests.MetricsTests
metrics-unknown :: Sources/Telemetry/Metrics/MetricFamily.swift :: s/return known.contains(given) ? given : Self.other/return known.isEmpty ? Self.other : given/ :: TelemetryTests
metrics-free-labels :: Sources/Telemetry/Metrics/MetricFamily.swift :: s/static let mostFreeValues = 100/static let mostFreeValues = 1000/ :: TelemetryTests
metrics-token :: Sources/ControlServer/Metrics/ControlRoutes+Metrics.swift :: s/Route(.get, "\/metrics", .viewer)/Route(.get, "\/metrics", nil)/ :: ControlServerTests.MetricsTests
trace-through-the-queue :: Sources/ControlServer/Routes/ControlRoutes+Runs.swift :: s/(ServiceContext.current)?.text/(nil)?.text/ :: EndToEndTests.TraceTests
traces-bounded :: Sources/Telemetry/Traces/OTLPTracer.swift :: s/guard state.waiting.count < Self.capacity else/guard state.waiting.count < Self.capacity * 9 else/ :: TelemetryTests.OTLPTests
path-of-its-own :: Sources/ControlServer/Routes/Route.swift :: s/ where parameters.count == fewest {/ where parameters.count >= fewest ?? 0 {/ :: ControlServerTests.ControlRoutesTests
records-decimal-comma :: Sources/CallRecords/Reading/CellValue.swift :: s/(found == UInt8(ascii: ",") \&\& hasDecimalCommas)/found == UInt8(ascii: ",")/ :: CallRecordsTests.ReportedSituationTests
records-one-mark :: Sources/CallRecords/Reading/CellValue.swift :: s/guard mark == 0 || mark == found else/guard mark == 0 || mark > 0 else/ :: CallRecordsTests.DialectTests
records-no-guess :: Sources/CallRecords/Reading/TimeReader.swift :: s/return Self.isDate(cell) \&\& !isNoInstant(cell) ? .otherForm : .unreadable/return .unreadable/ :: CallRecordsTests.ReportedSituationTests
records-lost-hour :: Sources/CallRecords/Summary/ClockZone.swift :: s/if !begins { return nil }/if !begins { return instant }/ :: CallRecordsTests.ClockTests
records-copies :: Sources/CallRecords/Summary/AttemptJoin.swift :: s/if isCopy { return try result(.skipped(row, .duplicate)) }/_ = isCopy/ :: CallRecordsTests.ReportedSituationTests
records-legs :: Sources/CallRecords/Summary/RecordSummarizer.swift :: /^            try addSpan(row)/d :: CallRecordsTests.ReportedSituationTests
records-second-header :: Sources/CallRecords/Reading/FileReading.swift :: s/if isHeader(timeCell, layout\[timeField\]) {/if false {/ :: CallRecordsTests.ReportedSituationTests
records-open-quote :: Sources/CallRecords/Reading/RowReader.swift :: /if lines > linesBefore { return .openQuote }/d :: CallRecordsTests.DialectTests
records-masked :: Sources/CallRecords/Reading/OutcomeWords.swift :: s/digits.count >= 4 ?/digits.count >= 40 ?/ :: CallRecordsTests.PrivacyTests
records-no-header :: Sources/CallRecords/Reading/HeaderSearch.swift :: s/guard isHeader else {/guard isHeader || true else {/ :: CallRecordsTests.PrivacyTests
records-midnight :: Sources/CallRecords/Summary/RecordSummarizer.swift :: s/return (longest.from + (longest.length + 1) \/ 2) % 86_400/return 0 * longest.length/ :: CallRecordsTests.ReportedSituationTests
records-agents-united :: Sources/CallRecords/Summary/RecordedAgents.swift :: s/if let time = busy, span.start > time.to { endBusy() }/endBusy()/ :: CallRecordsTests.VicidialTests
records-merge :: Sources/CallRecords/Reading/RecordSorter.swift :: s/guard isBefore(least, parent) else { return }/guard false else { return }/ :: CallRecordsTests.RecordSorterTests
records-any-order :: Sources/CallRecords/Summary/RecordedAgents.swift :: s/return agents.sorted { left, right in/return agents.sorted { left, right in false \&\&/ :: CallRecordsTests.ReportedSituationTests
records-strange :: Sources/CallRecords/Summary/AttemptJoin.swift :: s/if hasIdentities, row.identity/if !hasIdentities, row.identity/ :: CallRecordsTests.VicidialTests
records-years :: Sources/CallRecords/Reading/TimeReader.swift :: /!Self.readable.contains(instant) { return .unreadable }/d :: CallRecordsTests.ClockTests
records-not-utf8 :: Sources/CallRecords/Reading/FileReading.swift :: /guard cell.isUTF8 else { throw .notUTF8/d :: CallRecordsTests.EncodingTests
records-late-fields :: Sources/CallRecords/Reading/JSONFields.swift :: s/if let uses = known\[name\] {/if let uses = known[name] ?? (known.count > 2 ? [] : nil) {/ :: CallRecordsTests.JSONLineTests
records-first-in-time :: Sources/CallRecords/Reading/RecordRow.swift :: /if left.time != right.time {/d :: CallRecordsTests.ReportedSituationTests
records-absolute-time :: Sources/CallRecords/Summary/RecordedAgents.swift :: s/Double(piece.from - before.to) \/ 1000/piece.begins - before.ends/ :: CallRecordsTests.AgentTimeTests
records-overlap-with-log :: Sources/CallRecords/Summary/RecordSummarizer.swift :: s/ || row.talk.milliseconds != nil else/ else/ :: CallRecordsTests.AgentTimeTests
fit-last-minutes :: Sources/CallRecords/Fitting/FittedShift.swift :: s/entry.from = min(entry.from + seconds, end - FittedShift.shortest)/entry.from += seconds/ :: CallRecordsTests.AgentTimeTests
import-no-entities :: Sources/CallRecords/Configuration/XMLTree.swift :: s/body.range(of: "<!DOCTYPE"/body.range(of: "<!DOCTYPES"/ :: CallRecordsTests.RefusedConfigurationTests
import-depth :: Sources/CallRecords/Configuration/XMLTree.swift :: s/static let maximumDepth = 64/static let maximumDepth = 66/ :: CallRecordsTests.RefusedConfigurationTests
import-every-leaf :: Sources/CallRecords/Configuration/SettingsSheet.swift :: s/case .array(let elements) where !elements.isEmpty:/case .array(let elements) where elements.count > 1:/ :: CallRecordsTests.ImportedScenarioTests
import-drops-watched :: Sources/CallRecords/Configuration/CampaignDraft+Skill.swift :: s/guard sheet.flag(monitor) == true else/guard sheet.flag(monitor) != nil else/ :: CallRecordsTests.SkillMappingTests
import-measured-stays :: Sources/CallRecords/Configuration/ImportedCampaign+Scenario.swift :: s/guard settings.contains(path) || isOpen/guard !path.isEmpty || isOpen/ :: CallRecordsTests.MergedSettingsTests
import-attribute-text :: Sources/CallRecords/Configuration/SettingsSheet.swift :: s/if words.last == "#text"/if words.last == "#texts"/ :: CallRecordsTests.SettingPlaceTests
import-null-is-missing :: Sources/CallRecords/Configuration/SettingsSheet.swift :: s/leaves\[index\].value != .null/index >= 0/ :: CallRecordsTests.SettingPlaceTests
import-nearest :: Sources/CallRecords/Configuration/SettingsSheet.swift :: s/found.min(by: { leaves\[$0\].words.count < leaves\[$1\].words.count })/found.first/ :: CallRecordsTests.SettingPlaceTests
import-business-unit :: Sources/CallRecords/Configuration/ImportedCampaign+Scenario.swift :: s/if draft.assumed.contains("compliance") { assumed.append/if draft.rule.isEmpty { assumed.append/ :: CallRecordsTests.SettingPlaceTests
import-open-quote :: Sources/CallRecords/Configuration/CampaignTable.swift :: s/guard !isQuoted else/guard !isQuoted || line > 0 else/ :: CallRecordsTests.RefusedConfigurationTests
import-shift-and-start :: Sources/CallRecords/Configuration/ImportedCampaign+Scenario.swift :: s/open.isSuperset(of: \["run.start", "run.shift"\])/!open.isDisjoint(with: ["run.start", "run.shift"])/ :: CallRecordsTests.MergedSettingsTests
assumed-position :: Sources/ScenarioFile/Reading/FormField+Assumed.swift :: s/, String(position) == step// :: ScenarioFileTests.AssumedTests
assumed-places :: Sources/ScenarioFile/Reading/FormField+Assumed.swift :: s/isWritten || scenario.mayHold(path) else/isWritten || !path.isEmpty else/ :: ScenarioFileTests.AssumedTests
comment-no-value :: Sources/ScenarioFile/Text/YAMLText.swift :: s/0x7F..<0xA0, 0x2028/0x7F..<0x80, 0x2028/ :: CallRecordsTests.CommentedScenarioTests
fit-shift-limit :: Sources/Statistics/Fitting/CellCounts.swift :: s/shiftLimit = sample.smallest + half/shiftLimit = sample.smallest + 3 * half/ :: StatisticsTests.RoundedSampleTests
fit-cells :: Sources/Statistics/Fitting/CellCounts.swift :: s/func above(_ ticks: Int) -> Double { Double(2 \* ticks + 1)/func above(_ ticks: Int) -> Double { Double(2 * ticks + 2)/ :: StatisticsTests.RoundedSampleTests
fit-censored :: Sources/Statistics/Fitting/CellCounts+Likelihood.swift :: s/for time in censored { point.add(time.count/for time in censored { point.add(0 * time.count/ :: StatisticsTests.HardSampleTests
fit-hours-confirmed :: Sources/Statistics/Fitting/HomogeneityTest.swift :: s/var pValue: Double { max(limitPValue, drawnPValue ?? limitPValue) }/var pValue: Double { limitPValue }/ :: StatisticsTests.FitTestsTests
fit-roster-half :: Sources/CallRecords/Fitting/FittedShift.swift :: s/2 \* Set(\$0.days.map(\\.day)).count >= summary.days.count/Set($0.days.map(\\.day)).count >= 1/ :: CallRecordsTests.FittedPartsTests
fit-dialer-limit :: Sources/CallRecords/Fitting/FittedTime.swift :: s/value(ofMoreThan: 0.5), limit >= 1/value(ofMoreThan: 2), limit >= 1/ :: CallRecordsTests.FittedPartsTests
fit-decimals :: Sources/CallRecords/Fitting/FittedOutcomes.swift :: s/for index in order.prefix(million - units.reduce(0, +)) { units\[index\] += 1 }/for index in order.prefix(million - units.reduce(0, +)) { units[index] += 0 }/ :: CallRecordsTests.FittedPartsTests
backtest-rank :: Sources/CallRecords/Backtest/PredictionInterval.swift :: s/let rank = (values.count + 1) \/ 40/let rank = (values.count + 1) \/ 20/ :: CallRecordsTests.BacktestRuleTests
backtest-partial :: Sources/CallRecords/Backtest/BacktestResult.swift :: s/days.filter { !$0.isPartial }/days/ :: CallRecordsTests.BacktestRuleTests
backtest-one-in-ten :: Sources/CallRecords/Backtest/BacktestResult.swift :: s/10 \* outside <= days/9 * outside <= days/ :: CallRecordsTests.BacktestRuleTests
backtest-five-days :: Sources/CallRecords/Backtest/BacktestResult.swift :: s/static let fewestDays = 5/static let fewestDays = 4/ :: CallRecordsTests.BacktestRuleTests
backtest-days-of-a-quantity :: Sources/CallRecords/Backtest/BacktestResult.swift :: /guard isDecided else/d :: CallRecordsTests.BacktestRuleTests
backtest-scenario-first :: Sources/RingbackCommands/Records/BacktestCommand.swift :: /_ = try plan(loaded, days: 1)/d :: RingbackCommandsTests.BacktestCommandTests
backtest-tail :: Sources/Statistics/Decision/RareCount.swift :: s/for index in 0..<count {/for index in 0...count {/ :: StatisticsTests.RareCountTests
backtest-calendar :: Sources/CallRecords/Backtest/BacktestPlan.swift :: s/ where calendar.isWorkday(day)//  :: CallRecordsTests.BacktestTests
fit-page-escaping :: Sources/RunReport/HTML/ReportPage.swift :: s/"scenario": .text(scenario)/"scenario": .markup(scenario)/ :: CallRecordsTests.FitReportTests
TABLE
}

if [ "${1:-}" = --list ]; then
    table | awk -F ' :: ' '{ printf "%-22s %s\n", $1, $2 }'
    exit 0
fi
if [ "${1:-}" = --check ]; then
    stale=0
    while read -r line; do
        file=$(awk -F ' :: ' '{ print $2 }' <<<"$line")
        change=$(awk -F ' :: ' '{ print $3 }' <<<"$line")
        if [ -f "$file" ] && ! sed -e "$change" "$file" | cmp -s - "$file"; then continue; fi
        echo "mutations.sh: this changes nothing in $file any more: $line" >&2
        stale=1
    done < <(table)
    exit "$stale"
fi
for name in "$@"; do
    table | awk -F ' :: ' -v name="$name" '$1 == name { found = 1 } END { exit !found }' || {
        echo "mutations.sh: there is no mutation \"$name\"; see --list" >&2
        exit 2
    }
done

root=$PWD
copy=$(mktemp -d)
logs=$(mktemp -d)
trap 'rm -rf "$copy" "$logs"' EXIT
# Times of files are kept to the nanosecond, or everything would be built anew.
for entry in .build *; do
    [ ! -e "$entry" ] || cp -a "$entry" "$copy/"
done

# The build knows absolute paths. Where mounting is allowed, the copy stands in the place of the tree, so that what is
# built already is of use; elsewhere the copy is built from the start. It has devices of its own there: a mutant that
# root runs could replace those of the machine by files.
devices="$logs/dev"
in_copy() {
    if unshare -m true 2>/dev/null; then
        mkdir -p "$devices"
        unshare -m bash -c '
            mount --bind "$1" "$2" && mount -t tmpfs -o mode=755 devices "$3" &&
                cp -a /dev/{null,zero,full,random,urandom,tty,fd,stdin,stdout,stderr} "$3" && mkdir -m 1777 "$3/shm" &&
                mount --bind "$3" /dev && cd "$2" && shift 3 && exec "$@"' _ "$copy" "$root" "$devices" "$@"
    else
        (cd "$copy" && "$@")
    fi
}
flags=(-Xcc -g0 -Xcxx -g0)
build() { in_copy swift build "${flags[@]}" --build-tests >"$logs/build" 2>&1; }
tests() { in_copy timeout 300 swift test "${flags[@]}" --skip-build --filter "$1" >"$logs/test" 2>&1; }

chosen=$(table | awk -F ' :: ' -v names=" $* " 'names == "  " || index(names, " " $1 " ")')
build || { tail -n 30 "$logs/build"; echo "mutations.sh: the tree does not build" >&2; exit 1; }
while read -r filter; do
    tests "$filter" && grep -qE 'Test run with [1-9]' "$logs/test" || {
        grep -E '✘|error:|Test run' "$logs/test" | head -n 20
        echo "mutations.sh: $filter is not green without any mutation" >&2
        exit 1
    }
done < <(awk -F ' :: ' '{ print $4 }' <<<"$chosen" | sort -u)

failed=0
printf '%-22s %-11s %s\n' mutation result "first test that noticed"
while read -r line; do
    name=$(awk -F ' :: ' '{ print $1 }' <<<"$line")
    file=$(awk -F ' :: ' '{ print $2 }' <<<"$line")
    change=$(awk -F ' :: ' '{ print $3 }' <<<"$line")
    filter=$(awk -F ' :: ' '{ print $4 }' <<<"$line")
    note=
    sed -i -e "$change" "$copy/$file"
    if cmp -s "$root/$file" "$copy/$file"; then
        result=STALE note="the expression changes nothing"
    elif ! build </dev/null; then
        result=BROKEN note=$(grep -m1 -oE 'error: .*' "$logs/build" || true)
    elif tests "$filter" </dev/null; then
        result=SURVIVED
    else
        result=killed note=$(grep -m1 -oE '✘ Test [^ ]+\(.*recorded an issue' "$logs/test" | sed -e 's/^✘ Test //' -e 's/ recorded an issue$//' || true)
        note=${note:-"the tests ended before their end"}
    fi
    [ "$result" = killed ] || failed=1
    printf '%-22s %-11s %s\n' "$name" "$result" "$note"
    cp "$root/$file" "$copy/$file"
done <<<"$chosen"
exit "$failed"
