import RingbackTestKit
import Testing

@testable import RunStore

/// What a process knows of its leases without a look at the database.
@Suite(.timeLimit(.minutes(5)))
struct LeaseKeeperTests {
    /// After an outage all who live renew first, so that nobody takes living work over.
    @Test func whatHasLapsedIsTakenOnlyWhenTheDatabaseWasThereForARenewal() async throws {
        try await SharedStores.with(1) { machines in
            let keeper = try #require(machines.first.leases)
            let start = ContinuousClock.now
            let later = start + WorkLease.renewal + .seconds(1)
            keeper.noteRound(true, at: start)
            #expect(keeper.mayTakeLapsed(at: later))
            keeper.noteRound(false, at: later)
            #expect(!keeper.mayTakeLapsed(at: later + .seconds(3600)))
            let back = later + .seconds(60)
            keeper.noteRound(true, at: back)
            #expect(!keeper.mayTakeLapsed(at: back + WorkLease.renewal - .seconds(1)))
            #expect(keeper.mayTakeLapsed(at: back + WorkLease.renewal + .seconds(1)))
        }
    }

    /// A worker hears of the end of its lease by its own clock, once, also if the database is away.
    @Test func aLeaseThatCouldNotBeRenewedLapsesHere() async throws {
        try await SharedStores.with(1) { machines in
            let store = machines.first
            let keeper = try #require(store.leases)
            let lease = try #require(try await store.takeLease("run-1").lease)
            let (lapses, losses) = (Shared(0), Shared(0))
            let term = Duration.milliseconds(WorkLease.term)
            keeper.keep(
                lease,
                onLost: { losses.withLock { $0 += 1 } },
                onLapsed: { lapses.withLock { $0 += 1 } }
            )
            let start = ContinuousClock.now
            keeper.giveUpLapsed(at: start + term - .seconds(1))
            #expect(lapses.withLock { $0 } == 0)
            keeper.giveUpLapsed(at: start + term + .seconds(1))
            keeper.giveUpLapsed(at: start + term + .seconds(2))
            #expect(lapses.withLock { $0 } == 1 && losses.withLock { $0 } == 0)
            // Another lease of the same id ends the work under the first one.
            let next = WorkLease(id: "run-1", fence: lease.fence + 1)
            keeper.keep(next)
            #expect(losses.withLock { $0 } == 1 && keeper.isGoingOn("run-1"))
        }
    }
}
