import ExactJSON
public import HTTPExchange
import SimulationAPI

extension SimulationClient {
    /// Creates a simulation, and waits for a slot while the organisation has none.
    ///
    /// If an answer gets lost, the same key is sent again, provided that the server honours keys. Otherwise the
    /// simulation is looked up by its tag. If nothing is found, the outcome stays unknown.
    ///
    /// - Parameters:
    ///   - request: what is sent.
    ///   - deadline: when to give up.
    ///   - onWaiting: called before each wait for a slot.
    /// - Throws: ``ClientError`` if no simulation was created.
    public func create(
        _ request: CreateRequest,
        until deadline: Timeline.Instant,
        onWaiting: (SlotWait) -> Void = { _ in }
    ) async throws(ClientError) -> CreateOutcome {
        var queue = SlotQueue()
        while true {
            switch try await createOnce(request, until: deadline) {
            case .over(let outcome): return outcome
            case .slotUnavailable(let error):
                let now = timeline.now
                let chance = world.chance()
                guard
                    let wait = queue.refused(retryAfter: error.retryAfter, now: now, deadline: deadline, chance: chance)
                else { throw error.withoutSlot(queue) }
                onWaiting(wait)
                try await timeline.pause(until: now.advanced(by: wait.delay))
            }
        }
    }

    /// Creates a simulation if there is a slot right now; see ``create(_:until:onWaiting:)``.
    ///
    /// - Throws: ``ClientError`` if no simulation was created for another reason than a missing slot.
    public func createOnce(
        _ request: CreateRequest,
        until deadline: Timeline.Instant
    ) async throws(ClientError) -> CreateAttempt {
        know(request.key.description)
        let call = APICall<String>(
            operation: .create(keyHonoured: capabilities.idempotencyKeys),
            method: .post,
            path: target.paths.simulations,
            headers: ["Content-Type": "application/json", "Idempotency-Key": request.key.fieldValue],
            body: request.body,
            timeout: timeouts.create,
            read: Self.readCreated
        )
        switch try await perform(call, until: deadline) {
        case .value(let id): return .over(.created(id: id))
        case .slotUnavailable(let error): return .slotUnavailable(error)
        case .unknown(let error):
            if let found = await reconcile(request, until: deadline) { return .over(.found(found)) }
            return .over(.unknown(error.outcomeUnknown(request)))
        }
    }

    /// Looks for a simulation that may have been created: three times within five seconds.
    ///
    /// Only a simulation of exactly this tag counts; a server that ignores the parameter lists others, too.
    private func reconcile(_ request: CreateRequest, until deadline: Timeline.Instant) async -> SimulationStatus? {
        guard capabilities.listByTag, let tag = request.tag else { return nil }
        let start = timeline.now
        let end = min(deadline, start.advanced(by: .seconds(5)))
        for pause in [Duration.zero, .seconds(1.5), .seconds(4)] {
            guard start.advanced(by: pause) < end else { return nil }
            do {
                try await timeline.pause(until: start.advanced(by: pause))
                let listed = try await list(tag: tag, until: end, policy: .once)
                if let found = listed.first(where: { $0.tag == tag }) { return found }
            } catch {
                if error.code == .notOffered || error.code == .cancelled { return nil }
            }
        }
        return nil
    }

    private static func readCreated(_ response: IncomingResponse) throws(AnswerRefusal) -> String {
        let answer = CreateAnswer(json: try response.json())
        if let error = answer.error { throw .refused(error) }
        guard isUsable(id: answer.id) else { throw .unreadable("it has no usable id") }
        return answer.id
    }
}

extension ClientError {
    /// The end of the queue for a slot.
    fileprivate func withoutSlot(_ queue: SlotQueue) -> ClientError {
        let times = queue.probes == 1 ? "once" : "\(queue.probes) times over \(queue.waited.text)"
        let error = adding("asked \(times)", code: .timedOut)
        return retryAfter == nil ? error : error.beyondDeadline()
    }

    /// The error of a create whose outcome is unknown.
    fileprivate func outcomeUnknown(_ request: CreateRequest) -> ClientError {
        var error = self
        error.code = .outcomeUnknown
        error.message = "the simulation may have been created: \(message)"
        error.remedy =
            "Look for \(request.tag.map { "the tag \($0) and " } ?? "")the key \(request.key) before you start it again."
        return error
    }
}
