import HTTPService
import RunStore
import SimulationAPI

extension ControlRoutes {
    private static let limits: ClosedRange<Int64> = 1...1000

    /// `GET /v1/webhooks`: what was received, newest first.
    func webhooks(_ request: ServiceRequest) async throws -> ServiceResponse {
        let parameters = try QueryParameters(
            request,
            known: ["state", "webhookId", "simulationId", "run", "limit", "after"]
        )
        var query = InboxQuery()
        query.state = try parameters.word("state", InboxState.self)
        query.webhookID = parameters.text("webhookId")
        query.simulationID = parameters.text("simulationId")
        query.runID = parameters.text("run")
        query.limit = Int(try parameters.integer("limit", in: Self.limits) ?? 100)
        query.after = try parameters.integer("after", in: 0...Int64.max)
        return .json(try await service.store.inboxPage(query).json)
    }

    /// `GET /v1/deliveries`: deliveries to monitors, oldest first.
    func deliveries(_ request: ServiceRequest) async throws -> ServiceResponse {
        let parameters = try QueryParameters(request, known: ["monitor", "state", "run", "limit", "after"])
        var query = DeliveryQuery()
        query.monitor = parameters.text("monitor")
        query.states = try parameters.word("state", DeliveryState.self).map { [$0] } ?? []
        query.runID = parameters.text("run")
        query.limit = Int(try parameters.integer("limit", in: Self.limits) ?? 100)
        query.after = try parameters.integer("after", in: 0...Int64.max) ?? 0
        return .json(try await service.store.deliveries(query).json)
    }

    /// `POST /v1/deliveries/{id}/replay`: sends one again, under the same identity.
    func replay(_ id: String, _ request: ServiceRequest) async throws -> ServiceResponse {
        let force = try QueryParameters(request, known: ["force"]).flag("force")
        guard let number = Int64(id), number > 0, let (delivery, _) = try await service.store.delivery(number) else {
            throw Problem.notFound("there is no delivery \(String(id.prefix(40))); GET /v1/deliveries lists them")
        }
        guard delivery.state != .delivered || force else {
            throw Problem(
                status: 409,
                code: "already_delivered",
                title: "Already delivered",
                detail: "the monitor has it; ?force=true sends it a second time"
            )
        }
        guard delivery.state != .disabled else {
            throw Problem(
                status: 409,
                code: "monitor_disabled",
                title: "Monitor disabled",
                detail: "the monitor said that it wants no more; stop the service, and use ringback deliveries replay"
            )
        }
        try await service.replay(number)
        let now = try await service.store.delivery(number)?.delivery ?? delivery
        return .json(now.json, status: 202)
    }
}
