import HTTPService
import HTTPTypes
import RunStore
import Telemetry

extension ControlRoutes {
    /// `GET /openapi.yaml`: the description of the control API.
    static let description = [
        Route(.get, "/openapi.yaml", .viewer) { _ in
            ServiceResponse(status: 200, type: "application/yaml", body: PackageResources.openapi_yaml)
        }
    ]

    /// `GET /metrics`: the page that Prometheus reads.
    static func metrics(_ service: RunningService) -> [Route] {
        [
            Route(.get, "/metrics", .viewer) { _ in await page(of: service) }
        ]
    }

    private static func page(of service: RunningService) async -> ServiceResponse {
        let page = await service.metrics.page(of: service)
        return ServiceResponse(status: 200, type: PrometheusMetrics.mediaType, body: Array(page.utf8))
    }

    /// Answers on the listener of metrics alone, which asks for no token and for no host.
    func respondWithMetrics(to request: ServiceRequest) async -> ServiceResponse {
        let response: ServiceResponse
        switch (request.method, settings.publicPath.removed(from: request.path)) {
        case (.get, "/metrics"): response = await Self.page(of: service)
        case (_, "/metrics"): response = .methodNotAllowed([.get])
        default: response = .problem(.notFound("there is nothing here but GET /metrics"))
        }
        return response.keptPrivate
    }
}
