import QueueingTheory
import Testing

@Suite("Single servers", .timeLimit(.minutes(5)))
struct SingleServerTests {
    @Test func exponentialService() {
        let queue = SingleServerQueue(arrivalRate: 0.8, serviceRate: 1)
        #expect(abs(queue.meanCalls - 4) < 1e-14 && abs(queue.meanQueueLength - 3.2) < 1e-14)
        #expect(abs(queue.meanTime - 5) < 1e-14 && abs(queue.meanWait - 4) < 1e-14)
        #expect(abs(queue.probabilityOfTime(longerThan: 5) - 0.367_879_441_171) < 1e-12)
        #expect(abs(queue.probabilityOfWait(longerThan: 0) - 0.8) < 1e-15)
    }

    /// The last three: the definition at 40 digits.
    static let rooms: [(load: Double, capacity: Int, blocking: Double, calls: Double)] = [
        (0.8, 5, 0.088_819_498_655_6, 1.868_332_032_27), (1.2, 10, 0.192_586_495_127, 6.710_708_678_37),
        (1, 7, 0.125, 3.5), (3, 400, 2.0 / 3, 399.5), (0.05, 3, 0.000_118_750_742_192_138_7, 0.052_606_578_791_117_45),
    ]

    @Test(arguments: rooms)
    func finiteRoom(load: Double, capacity: Int, blocking: Double, calls: Double) {
        let queue = FiniteSingleServerQueue(offeredLoad: load, capacity: capacity)
        #expect(abs(queue.blocking / blocking - 1) < 1e-11 && abs(queue.meanCalls / calls - 1) < 1e-11)
    }

    @Test func oneCallOfRoomIsErlangB() {
        let queue = FiniteSingleServerQueue(offeredLoad: 0.7, capacity: 1)
        let loss = ErlangB(servers: 1, offeredLoad: 0.7)
        #expect(abs(queue.blocking - loss.blocking) < 1e-15 && abs(queue.occupancy - loss.occupancy) < 1e-15)
    }

    /// Constant, exponential and lognormal (median 114, σ = 1) service.
    @Test(arguments: [
        (0.8, 1, 0, 2), (0.8, 1, 1, 4), (0.5, 187.954_224_859_81, 1.718_281_828_459, 255.456_277_009_27),
        (0.8, 187.954_224_859_81, 1.718_281_828_459, 1021.825_108_037_1),
    ])
    func pollaczekKhinchine(occupancy: Double, service: Double, squaredVariation: Double, wait: Double) {
        let queue = GeneralServiceQueue(
            arrivalRate: occupancy / service,
            meanService: service,
            squaredVariation: squaredVariation
        )
        #expect(abs(queue.meanWait / wait - 1) < 1e-12)
        #expect(abs(queue.meanTime - queue.meanWait - service) < 1e-12 * wait)
        #expect(abs(queue.meanCalls - queue.meanQueueLength - occupancy) < 1e-12 * queue.meanCalls)
    }
}
