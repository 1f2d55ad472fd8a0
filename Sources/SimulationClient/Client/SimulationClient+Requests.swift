import Addresses
import ExactJSON
public import HTTPExchange
public import SimulationAPI

/// How the server answered a request to cancel.
public enum CancelOutcome: Hashable, Sendable {
    /// The simulation is being cancelled.
    case accepted
    /// It had ended before.
    case alreadyEnded
}

extension SimulationClient {
    /// Reads a simulation.
    ///
    /// - Parameters:
    ///   - id: the simulation.
    ///   - deadline: when to give up.
    ///   - policy: when failed attempts are made again, if it differs from the client's own policy.
    public func status(
        of id: String,
        until deadline: Timeline.Instant,
        policy: RetryPolicy? = nil
    ) async throws(ClientError) -> SimulationStatus {
        let call = APICall(operation: .status, method: .get, path: try path(of: id), timeout: timeouts.read) {
            (response) throws(AnswerRefusal) in
            let json = try response.json()
            let status: SimulationStatus
            do { status = try SimulationStatus(json: json) } catch { throw .unreadable("\(error)") }
            guard status.id == id else { throw .unreadable("it is of another simulation") }
            return status
        }
        return legible(try await perform(call, until: deadline, policy: policy).get())
    }

    /// Lists the simulations of a tag, newest first; those that cannot be read are left out.
    ///
    /// - Parameters:
    ///   - tag: the tag.
    ///   - deadline: when to give up.
    ///   - policy: when failed attempts are made again, if it differs from the client's own policy.
    /// - Throws: ``ClientError`` with ``ClientError/Code/notOffered`` if the server has no such list.
    public func list(
        tag: String,
        until deadline: Timeline.Instant,
        policy: RetryPolicy? = nil
    ) async throws(ClientError) -> [SimulationStatus] {
        let path = target.paths.simulations + "?tag=" + PercentEncoding.encode(tag)
        let call = APICall(operation: .list, method: .get, path: path, timeout: timeouts.read) {
            (response) throws(AnswerRefusal) in
            guard let elements = try response.json()["simulations"]?.elements else {
                throw .unreadable("it has no list of simulations")
            }
            return elements.compactMap { try? SimulationStatus(json: $0) }
        }
        return try await perform(call, until: deadline, policy: policy).get().map(legible)
    }

    /// Asks for a simulation to be cancelled.
    public func cancel(id: String, until deadline: Timeline.Instant) async throws(ClientError) -> CancelOutcome {
        guard capabilities.cancel else {
            throw ClientError(.notOffered, "cancelling the simulation: not offered there")
        }
        let call = APICall<Void>(
            operation: .cancel,
            method: .post,
            path: try path(of: id) + "/cancel",
            timeout: timeouts.cancel,
            read: { _ in }
        )
        do { try await perform(call, until: deadline).get() } catch {
            guard error.status == 409 else { throw error }
            return .alreadyEnded
        }
        return .accepted
    }

    /// Stores the metrics of a finished run; the same metrics may be stored again.
    public func aggregate(_ metrics: MetricsAggregation, until deadline: Timeline.Instant) async throws(ClientError) {
        let call = APICall<Void>(
            operation: .aggregate,
            method: .post,
            path: target.paths.aggregations,
            headers: ["Content-Type": "application/json"],
            body: metrics.json.bytes,
            timeout: timeouts.aggregate,
            read: { _ in }
        )
        try await perform(call, until: deadline).get()
    }

    /// A status whose texts may be shown, logged and kept: bounded, and masked of this client's secrets.
    private func legible(_ status: SimulationStatus) -> SimulationStatus {
        var status = status
        if status.state == nil { status.stateWord = remoteText(status.stateWord).description }
        status.errors = status.errors.prefix(Self.maximumErrors).map { error in
            SimulationStatus.RemoteError(
                code: remoteText(error.code).description,
                message: remoteText(error.message).description
            )
        }
        return status
    }

    /// How many errors of a simulation are kept.
    private static var maximumErrors: Int { 100 }

    /// Whether an id can be part of a path; `.` and `..` have a meaning of their own there.
    static func isUsable(id: String) -> Bool {
        (1...256).contains(id.utf8.count) && id != "." && id != ".."
            && id.unicodeScalars.allSatisfy { $0.properties.generalCategory != .control }
    }

    private func path(of id: String) throws(ClientError) -> String {
        guard Self.isUsable(id: id) else {
            throw ClientError(.notFound, "\"\(remoteText(id, limit: 60))\" cannot be the id of a simulation")
        }
        know(id)
        return target.paths.simulations + "/" + PercentEncoding.encode(id)
    }
}
