import Addresses
import ExactJSON
import HTTPService
import HTTPTypes
import RunReport
import RunStore
import ScenarioFile
import SimulationAPI

/// The pages for people, and what their forms do.
///
/// A form does what the control API does, by the same functions, and leads back to a page.
extension ControlRoutes {
    static func pages(_ dashboard: Dashboard) -> [Route] {
        let (service, path) = (dashboard.service, dashboard.path)
        func page(
            _ address: String,
            _ role: Role = .viewer,
            _ make: @escaping @Sendable (Route.Asked, Caller) async throws -> DashboardPage
        ) -> Route {
            Route(.get, address, role, kind: .page) { asked in
                let caller = asked.caller ?? .owner
                return try dashboard.response(try await make(asked, caller), to: caller)
            }
        }
        return assets + [
            page("/") { _, _ in try await Overview(service, path).page },
            page("/runs") { asked, caller in try await RunsPage(asked, caller, service, path).page },
            page("/runs/prune", .admin) { asked, caller in
                try await PrunePage(asked, caller, service, path).page
            },
            page("/runs/new") { asked, caller in
                var new = NewRun(path: path, caller: caller)
                new.fields = try await begun(asked, service)
                return new.page
            },
            page("/runs/{id}") { asked, caller in
                try await RunDetail(try await found(asked, service), caller, service, path).page()
            },
            page("/deliveries") { asked, caller in try await DeliveriesPage(asked, caller, service, path).page },
            page("/deliveries/{id}") { asked, caller in
                let history = try await delivery(asked.parameters[0], of: service)
                return DeliveryDetail(now: service.store.time, path: path, caller: caller, history: history).page
            },
            page("/inbox") { asked, caller in try await InboxList(asked, caller, service, path).page },
            page("/inbox/entry") { asked, caller in
                let id = asked.request.queryValue("id") ?? ""
                let entries = try await service.store.inboxEntries(webhookID: id)
                guard !entries.isEmpty else {
                    throw Problem.notFound("no webhook \(PrintableText.excerpt(id)) was received")
                }
                return WebhookDetail(path: path, caller: caller, webhookID: id, entries: entries).page
            },
            page("/audit") { asked, _ in try await AuditPage(asked, service, path).page },
            page("/tokens", .admin) { _, _ in
                TokensPage(now: service.store.time, path: path, tokens: try await service.store.tokens()).page
            },
        ] + forms(dashboard)
    }

    /// The files of all pages; their addresses change with their content, so a browser keeps them.
    private static var assets: [Route] {
        [DashboardAsset.style, .script].map { asset in
            let name = asset.path.split(separator: "/").last ?? ""
            return Route(.get, "/assets/{digest}/\(name)", nil, kind: .page) { asked in
                guard asked.request.path == asset.path else {
                    throw Problem.notFound("this file is of another version")
                }
                return asset.response
            }
        }
    }

    private static func forms(_ dashboard: Dashboard) -> [Route] {
        let (service, path) = (dashboard.service, dashboard.path)
        func form(
            _ address: String,
            _ role: Role,
            _ act: @escaping @Sendable (Route.Asked, Caller) async throws -> ServiceResponse
        ) -> Route {
            Route(.post, address, role, kind: .page) { try await act($0, $0.caller ?? .owner) }
        }
        return [
            form("/runs/check", .viewer) { asked, caller in
                try await checked(asked, caller, dashboard)
            },
            form("/runs/new", .operator) { asked, caller in
                try await started(asked, caller, dashboard)
            },
            form("/runs/{id}/cancel", .operator) { asked, _ in
                _ = try await cancel(asked, service)
                return .to("/runs/\(asked.parameters[0])")
            },
            form("/deliveries/replay", .operator) { asked, _ in
                let form = try await SentForm(asked.request)
                for id in form.all("id").prefix(100) {
                    try await replayed(id, isForced: false, asked, service)
                }
                return .to(path.removed(from: LoginPage.destination(form["next"] ?? "/deliveries")))
            },
            form("/deliveries/{id}/replay", .operator) { asked, _ in
                let form = try await SentForm(asked.request)
                try await replayed(asked.parameters[0], isForced: form["force"] == "true", asked, service)
                return .to(path.removed(from: LoginPage.destination(form["next"] ?? "/deliveries")))
            },
            form("/runs/prune", .admin) { asked, caller in
                let age = try await SentForm(asked.request)["olderThan"] ?? ""
                guard try await PrunePage.prune(age, isDryRun: false, by: caller, in: service) != nil else {
                    throw QueryParameters.problem("olderThan", "give an age such as 30d")
                }
                return .to("/runs")
            },
            form("/inbox/replay", .operator) { asked, caller in
                let form = try await SentForm(asked.request)
                _ = try await service.readAgain(form["webhookId"], by: caller)
                return .to(path.removed(from: LoginPage.destination(form["next"] ?? "/inbox")))
            },
            form("/tokens", .admin) { asked, caller in
                try await tokenMade(asked, caller, dashboard)
            },
            form("/tokens/{name}/revoke", .admin) { asked, _ in
                _ = try await revokeToken(asked, service)
                return .to("/tokens")
            },
        ]
    }

    /// What a form for a new run begins with: a preset, the scenario of another run, or the starter.
    private static func begun(_ asked: Route.Asked, _ service: RunningService) async throws -> NewRun.Fields {
        let parameters = try QueryParameters(asked.request.withoutEmptyParameters, known: ["preset", "from"])
        var fields = NewRun.Fields()
        if let name = parameters.text("preset") {
            fields.preset = name
            if let preset = ScenarioPreset(rawValue: name) {
                // What presets show, the engine alone shows best.
                (fields.scenario, fields.kind) = (preset.text, StoredRun.Kind.simulate.rawValue)
            } else if name == "full" {
                fields.scenario = Scenario.full
            }
        }
        if let id = parameters.text("from") {
            guard let run = try await service.store.listedRun(id: id), let request = run.request else {
                throw Problem.notFound("there is no run \(PrintableText.excerpt(id)) whose scenario is kept")
            }
            (fields.scenario, fields.kind) = (request.source.prettyText, request.kind.rawValue)
            (fields.target, fields.seed) = (request.target.rawValue, "\(request.seed)")
            (fields.baseline, fields.gate) = (request.baseline ?? "", request.gate ?? "")
        }
        return fields
    }

    /// The longest form of a scenario: 1 MiB, each of whose bytes may be escaped.
    private static let longestForm = 3 * SourceText.maximumBytes + 64 * 1024

    /// What is wrong with the scenario of a form; starts nothing.
    private static func checked(
        _ asked: Route.Asked,
        _ caller: Caller,
        _ dashboard: Dashboard
    ) async throws -> ServiceResponse {
        let fields = NewRun.Fields(try await SentForm(asked.request, upTo: longestForm))
        var new = NewRun(path: dashboard.path, caller: caller, fields: fields)
        do {
            let read = try await RunRequestReader(request: fields.request).read()
            new.found = read.loaded.warnings
            try await dashboard.service.requireRunnable(read)
        } catch let refused as RefusedScenario {
            new.found = refused.diagnostics
        } catch let problem as Problem {
            new.problem = problem.sentence
        }
        // A check that finds something has done what it was asked for.
        var page = new.page
        page.status = 200
        return try dashboard.response(page, to: caller)
    }

    /// Starts the run of a form, or shows what is wrong with it.
    private static func started(
        _ asked: Route.Asked,
        _ caller: Caller,
        _ dashboard: Dashboard
    ) async throws -> ServiceResponse {
        let fields = NewRun.Fields(try await SentForm(asked.request, upTo: longestForm))
        var new = NewRun(path: dashboard.path, caller: caller, fields: fields)
        do {
            var asked = asked
            asked.request = fields.request
            let id = try await submitted(asked, dashboard.service).id
            return .to("/runs/\(id)")
        } catch let refused as RefusedScenario {
            new.found = refused.diagnostics
        } catch let problem as Problem where problem.status < 500 {
            new.problem = problem.sentence
        }
        return try dashboard.response(new.page, to: caller)
    }

    private static func replayed(
        _ id: String,
        isForced: Bool,
        _ asked: Route.Asked,
        _ service: RunningService
    ) async throws {
        var request = ServiceRequest(.post, "/v1/deliveries/\(id)/replay\(isForced ? "?force=true" : "")")
        request.address = asked.request.address
        let asked = Route.Asked(request: request, parameters: [id], caller: asked.caller, id: asked.id)
        _ = try await replay(asked, of: service)
    }

    /// Makes a token, and shows it this once.
    private static func tokenMade(
        _ asked: Route.Asked,
        _ caller: Caller,
        _ dashboard: Dashboard
    ) async throws -> ServiceResponse {
        let form = try await SentForm(asked.request)
        var page = TokensPage(now: dashboard.service.store.time, path: dashboard.path, tokens: [])
        (page.name, page.role) = (form["name"] ?? "", form["role"].flatMap { Role(rawValue: $0) } ?? .viewer)
        let document: JSONValue = ["name": .string(page.name), "role": .string(page.role.rawValue)]
        var asked = asked
        asked.request = ServiceRequest(
            .post,
            "/v1/tokens",
            headers: [.contentType: "application/json"],
            body: document.bytes
        )
        do {
            let made = try JSONReader.read(try await createToken(asked, dashboard.service).body)
            page.made = made["token"]?.string.map { (page.name, $0) }
            page.name = ""
        } catch let problem as Problem where problem.status < 500 {
            page.problem = problem.sentence
        }
        page.tokens = try await dashboard.service.store.tokens()
        return try dashboard.response(page.page, to: caller)
    }
}

extension ServiceResponse {
    /// Leads a browser to a page of the service.
    static func to(_ path: String) -> ServiceResponse { ServiceResponse(status: 303, headers: [.location: path]) }
}

extension Problem {
    /// What is wrong, as a sentence.
    var sentence: String { detail.sentence }
}
