import HTTPExchange
import Testing

@testable import SimulationClient

/// The table of decisions, a row a test.
@Suite(.timeLimit(.minutes(5)))
struct DispositionTests {
    private static let keyed = Operation.create(keyHonoured: true)
    private static let keyless = Operation.create(keyHonoured: false)
    private static let reads: [Operation] = [.status, .list, .aggregate, .cancel, .token]
    private static let transient = Disposition.retry(.transient, retryAfter: nil, limit: nil)
    private static let throttled = Disposition.retry(.throttling, retryAfter: nil, limit: nil)

    private func disposition(_ operation: Operation, _ status: Int, _ code: String? = nil, after: String? = nil)
        -> Disposition
    {
        let headers: HeaderFields = after.map { ["Retry-After": $0] } ?? [:]
        return operation.disposition(of: IncomingResponse(status: status, headers: headers), code: code)
    }

    @Test(arguments: reads + [keyed, keyless])
    func whatWasNotSentIsSentAgain(operation: Operation) {
        #expect(operation.disposition(of: TransportError(.notSent, "")) == Self.transient)
    }

    @Test(arguments: [TransportError.Code.unknown, .responseTooLarge])
    func whatMayHaveArrived(code: TransportError.Code) {
        #expect(Self.keyless.disposition(of: TransportError(code, "")) == .unknown)
        for operation in Self.reads + [Self.keyed] {
            #expect(operation.disposition(of: TransportError(code, "")) == Self.transient)
        }
    }

    @Test func whatWasCancelled() {
        #expect(Self.keyed.disposition(of: TransportError(.cancelled, "")) == .unknown)
        #expect(Operation.status.disposition(of: TransportError(.cancelled, "")) == .fatal)
    }

    @Test(arguments: [408, 500, 502, 503, 504, 599])
    func serverFailures(status: Int) {
        for operation in Self.reads { #expect(disposition(operation, status) == Self.transient) }
        #expect(
            disposition(Self.keyed, status)
                == (status == 500 ? .retry(.transient, retryAfter: nil, limit: 2) : Self.transient)
        )
        #expect(disposition(Self.keyless, status) == .unknown)
    }

    @Test func throttling() {
        for operation in Self.reads + [Self.keyed, Self.keyless] {
            #expect(disposition(operation, 429) == Self.throttled)
            #expect(
                disposition(operation, 503, after: "1") == .retry(.transient, retryAfter: .seconds(1), limit: nil)
            )
        }
    }

    @Test(arguments: [300, 301, 302, 307, 308, 304, 400, 402, 403, 404, 405, 410, 413, 415, 422, 501, 505])
    func whatWillNotGetBetter(status: Int) {
        for operation in Self.reads + [Self.keyed, Self.keyless] { #expect(disposition(operation, status) == .fatal) }
    }

    @Test func unauthorized() {
        for operation in Self.reads + [Self.keyed, Self.keyless] where operation != .token {
            #expect(disposition(operation, 401) == .tokenRejected)
        }
        #expect(disposition(.token, 401) == .fatal)
    }

    @Test func conflicts() {
        for create in [Self.keyed, Self.keyless] {
            #expect(disposition(create, 409, "active_simulation_limit") == .slotUnavailable(retryAfter: nil))
            #expect(disposition(create, 409, after: "3") == .slotUnavailable(retryAfter: .seconds(3)))
            #expect(disposition(create, 409, "idempotency_key_in_flight") == .keyInFlight(retryAfter: nil))
            #expect(disposition(create, 409, "campaign_closed") == .fatal)
        }
        for operation in Self.reads { #expect(disposition(operation, 409) == .fatal) }
    }

    @Test func successOfAnotherOperation() {
        for operation in [Self.keyed, Self.keyless] { #expect(disposition(operation, 204) == .unknown) }
        for operation in Self.reads { #expect(disposition(operation, 203) == Self.transient) }
    }
}
