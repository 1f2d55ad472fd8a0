import Addresses
import ExactJSON
import HTTPService
import HTTPTypes
import SimulationAPI

/// Signing in and out of the dashboard: a token becomes a cookie.
extension ControlRoutes {
    static func session(_ access: AccessRules, _ cookie: SessionCookie) -> [Route] {
        [
            Route(.get, "/login", nil) { asked in
                .page(LoginPage(path: cookie.path, next: asked.request.queryValue("next"), problem: nil))
            },
            Route(.post, "/login", nil) { try await signIn($0.request, access, cookie) },
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
        _ cookie: SessionCookie
    ) async throws -> ServiceResponse {
        guard request.headers.isForm else {
            throw Problem(
                status: 415,
                code: "unsupported_media_type",
                title: "Unsupported media type",
                detail:
                    "send the form as application/x-www-form-urlencoded; programs send Authorization: Bearer instead"
            )
        }
        let bytes: [UInt8]
        do { bytes = try await request.body(upTo: 16 * 1024) } catch {
            throw error == .tooLarge ? .bodyTooLarge("the form may have 16384 bytes") : Problem.incompleteBody
        }
        let fields = FormEncoding.decode(String(decoding: bytes, as: UTF8.self)) ?? []
        func value(_ name: String) -> String? { fields.first { $0.name == name }?.value }
        let token = (value("token") ?? "").trimmingBlanks
        let next = value("next")
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
            let problem = "This token is not known. It may have been revoked; ask for another one."
            return .page(LoginPage(path: cookie.path, next: next, problem: problem), status: 401)
        case .unavailable:
            let problem = "The tokens cannot be read at the moment. Try again."
            return .page(LoginPage(path: cookie.path, next: next, problem: problem), status: 503)
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
struct LoginPage {
    var path: PublicPath
    /// The page that was asked for.
    var next: String?
    var problem: String?

    /// Where a signed-in browser goes: a path of this service, whatever the form says.
    static func destination(_ next: String?) -> String {
        guard let next, next.hasPrefix("/"), !next.hasPrefix("//"), !next.contains("\\"),
            next.utf8.allSatisfy({ (0x21...0x7E).contains($0) })
        else { return "/" }
        return next
    }

    var html: String {
        let note = problem.map { "<p role=\"alert\">\(Self.escaped($0))</p>" } ?? ""
        let hidden = next.map { "<input type=\"hidden\" name=\"next\" value=\"\(Self.escaped($0))\">" } ?? ""
        return """
            <!doctype html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="color-scheme" content="light dark">
            <title>Sign in to Ringback</title>
            </head>
            <body>
            <main>
            <h1>Sign in to Ringback</h1>
            \(note)
            <form method="post" action="\(Self.escaped(path("/login")))">
            \(hidden)
            <p><label for="token">Token</label><br>
            <input id="token" name="token" type="password" autocomplete="current-password" required autofocus></p>
            <p><button>Sign in</button></p>
            </form>
            <p>An administrator makes tokens with <code>ringback token create</code>.</p>
            </main>
            </body>
            </html>

            """
    }

    private static func escaped(_ text: String) -> String {
        text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
            .replacing("\"", with: "&quot;")
    }
}

extension ServiceResponse {
    /// A page of HTML without scripts.
    static func page(_ page: LoginPage, status: Int = 200) -> ServiceResponse {
        var response = ServiceResponse(status: status, type: "text/html; charset=utf-8", body: Array(page.html.utf8))
        response.headers[.contentSecurityPolicy] =
            "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
        return response
    }
}
