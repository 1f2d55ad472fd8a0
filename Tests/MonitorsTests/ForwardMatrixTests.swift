import ExactJSON
import HTTPExchange
import RingbackTestKit
import Testing

@testable import Monitors
@testable import RunStore

/// Forwarding to a monitor meets every fault once, twice and always: 37 × 3 cells, each with its exact attempts, waits
/// and end, on virtual time.
@Suite(.timeLimit(.minutes(5)))
struct ForwardMatrixTests {
    struct Cell: Sendable, CustomTestStringConvertible {
        var fault: ExchangeFault
        var placement: ExchangeFault.Placement
        var testDescription: String { "\(fault.name), \(placement)" }

        static let all = ExchangeFault.all.flatMap { fault in
            ExchangeFault.Placement.allCases.map { Cell(fault: fault, placement: $0) }
        }
    }

    /// What must be seen of a cell; written by hand from the rules.
    struct Expectation: Equatable {
        var attempts: Int
        var waits: [Duration]
        var end: DeliveryState
    }

    /// The pauses of the schedule `fast`; a twentieth comes on top, as every draw is one half.
    private static let pauses: [Double] = [1, 5, 15, 30]

    private static func expectation(_ cell: Cell) -> Expectation {
        // The status has come and decides; what becomes of the body afterwards changes nothing.
        if ExchangeFault.body.contains(cell.fault) { return Expectation(attempts: 1, waits: [], end: .delivered) }
        var asked = 0.0
        if case .status(_, .some(let seconds)) = cell.fault.kind { asked = min(Double(seconds), 60) }
        let waits = pauses.map { Duration.milliseconds(Int(max($0 * 1.05, asked * 1.05) * 1000 + 0.5)) }
        let failures = min(cell.placement.rawValue, 5)
        return Expectation(
            attempts: failures < 5 ? failures + 1 : 5,
            waits: Array(waits.prefix(failures)),
            end: failures < 5 ? .delivered : .dead
        )
    }

    @Test func theMatrixHas111Cells() { #expect(Cell.all.count == 111) }

    @Test(arguments: Cell.all)
    func cell(_ cell: Cell) throws {
        var rules = DeliveryQueue.Rules(schedule: .fast)
        rules.concurrency = 1
        var queue = DeliveryQueue(rules, monitor: 1)
        var now = Timestamp(milliseconds: 1_000_000)
        var stored = DueDelivery(rowID: 7, callKey: "call-1", webhookID: "msg-7", body: [1, 2, 3])
        var dueAt: Int64? = now.milliseconds
        var seen = Expectation(attempts: 0, waits: [], end: .pending)
        var sentAt: Timestamp?
        steps: for _ in 0..<100 {
            switch queue.next(at: now) {
            case .load:
                let isDue = dueAt.map { $0 <= now.milliseconds } == true
                queue.loaded(isDue ? [stored] : [], nextDueAt: isDue ? nil : dueAt, newest: 7)
            case .send(let batch):
                #expect(batch == [stored])
                if let sentAt { seen.waits.append(.milliseconds(now.milliseconds - sentAt.milliseconds)) }
                sentAt = now
                let isFault = seen.attempts < cell.placement.rawValue
                let exchange: Result<IncomingResponse, TransportError> =
                    isFault && !ExchangeFault.body.contains(cell.fault)
                    ? cell.fault.result : .success(IncomingResponse(status: 200))
                seen.attempts += 1
                let result = queue.finished(7, DeliveryResult(exchange), at: now, chance: 0.5)
                let ending = try #require(result)
                #expect(ending.attempts == seen.attempts)
                stored.attempts = ending.attempts
                dueAt = ending.dueAt
                queue.recorded(7)
                seen.end = ending.state
                if ending.state != .pending { break steps }
            case .wait(let until): now = Timestamp(milliseconds: try #require(until))
            case .disable, .stop: Issue.record("the queue ended")
            }
        }
        #expect(seen == Self.expectation(cell))
    }
}
