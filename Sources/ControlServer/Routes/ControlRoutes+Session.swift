import Addresses
import ExactJSON
import HTTPService
import HTTPTypes
import SimulationAPI

/// Signing in and out of the dashboard: a token becomes a cookie.
extension ControlRoutes {
    static func session(_ access: AccessRules, _ cookie: SessionCookie, _ dashboard: Dashboard) -> [Route] {
        [
            Route(.get, "/login", nil) { asked in
                let next = asked.request.queryValue("next")
                return try dashboard.response(.login(path: cookie.path, next: next, problem: nil), to: nil)
            },
            Route(.post, "/login", nil) { try await signIn($0.request, access, cookie, dashboard) },
            Route(.post, "/logout", nil) { _ in
                ServiceResponse(
                    status: 303,
                    headers: [.location: "/login", .setCookie: cookie.clearing],
                    body: []
                )
            },
        ]
    }

    /// `POST /login`: takes the token of a form, and leads to the page that was asked for.
    private static func signIn(
        _ request: ServiceRequest,
        _ access: AccessRules,
        _ cookie: SessionCookie,
        _ dashboard: Dashboard
    ) async throws -> ServiceResponse {
        let form = try await SentForm(request, upTo: 16 * 1024)
        let token = (form["token"] ?? "").trimmingBlanks
        let next = form["next"]
        func refused(_ status: Int, _ problem: String) throws -> ServiceResponse {
            var page = DashboardPage.login(path: cookie.path, next: next, problem: problem)
            page.status = status
            return try dashboard.response(page, to: nil)
        }
        switch token.isEmpty ? .unknown : await access.tokens.find(token) {
        case .known:
            return ServiceResponse(
                status: 303,
                headers: [
                    .location: cookie.path.removed(from: LoginPage.destination(next)),
                    .setCookie: cookie.setting(token),
                ]
            )
        case .unknown:
            return try refused(401, "This token is not known. It may have been revoked; ask for another one.")
        case .unavailable:
            return try refused(503, "The tokens cannot be read at the moment. Try again.")
        }
    }
}

extension String {
    /// Without blanks and line ends at either end, which come with copying.
    fileprivate var trimmingBlanks: String {
        let front = drop { $0.isWhitespace }
        return String(front.prefix(front.count - front.reversed().prefix { $0.isWhitespace }.count))
    }
}

/// The page that asks for a token.
enum LoginPage {
    /// Where a signed-in browser goes: a path of this service, whatever the form says.
    static func destination(_ next: String?) -> String {
        guard let next, next.hasPrefix("/"), !next.hasPrefix("//"), !next.contains("\\"),
            next.utf8.allSatisfy({ (0x21...0x7E).contains($0) })
        else { return "/" }
        return next
    }
}
