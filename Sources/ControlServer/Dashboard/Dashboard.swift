import Addresses
import Crypto
import ExactJSON
import Foundation
import HTTPService
import HTTPTypes
import Mustache
import RunReport
import RunStore
import SimulationAPI

/// Turns pages into answers: the frame round them, and the policy under which a browser shows them.
///
/// Pages are read without a script. ``DashboardScript`` only asks for the same page again when something has changed, and
/// puts in what differs.
struct Dashboard: Sendable {
    let service: RunningService
    /// What every address of a page begins with.
    let path: PublicPath

    /// The answer that shows a page.
    ///
    /// - Parameter caller: who reads it; `nil` before signing in.
    func response(_ page: DashboardPage, to caller: Caller?) throws -> ServiceResponse {
        let nonce = Self.nonce()
        var values: [String: TemplateValue] = [
            "title": .text(page.title), "heading": .text(page.heading ?? page.title), "nonce": .text(nonce),
            "style": .text(path(DashboardAsset.style.path)), "script": .text(path(DashboardAsset.script.path)),
            "home": .text(path("/")), "logout": .text(path("/logout")), "isSignedIn": .flag(caller != nil),
            "isNarrow": .flag(page.isNarrow), "lead": page.lead, "say": .text(page.say),
            "sections": .markup(try ReportSection.markup(of: page.sections.compactMap { $0 })),
            "live": .markup(live(page)),
        ]
        if let caller {
            values["who"] = .text(caller.name)
            values["role"] = .text(caller.role.rawValue)
            values["places"] = .list(
                DashboardPage.Tab.allCases.filter { caller.role >= $0.role }.map { place in
                    [
                        "path": .text(path(place.path)), "name": .text(place.name),
                        "current": .markup(place == page.place ? " aria-current=\"page\"" : ""),
                    ]
                }
            )
        }
        let html = TemplateValue.render(values, try DashboardTemplate.library(), "frame")
        var response = ServiceResponse(status: page.status, type: "text/html; charset=utf-8", body: Array(html.utf8))
        response.headers[.contentSecurityPolicy] =
            "default-src 'none'; script-src 'nonce-\(nonce)'; style-src 'nonce-\(nonce)'; img-src data:; "
            + "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
        return response
    }

    /// What tells the script when to ask again.
    private func live(_ page: DashboardPage) -> String {
        let stream = page.stream.map { " data-stream=\"\(MarkupText.escaped(path($0)))\"" } ?? ""
        return stream + (page.seconds.map { " data-every=\"\($0)\"" } ?? "")
    }

    /// A number that only this answer's own style sheet and script name.
    private static func nonce() -> String {
        SymmetricKey(size: .bits128).withUnsafeBytes { Data($0) }.base64EncodedString()
    }

    /// Whether an answer is shown to a person: a browser asks for pages by their type.
    static func isForPerson(_ request: ServiceRequest) -> Bool {
        request.headers[values: .accept].contains { $0.lowercased().contains("text/html") }
    }

    /// The page that explains a refusal; one for a missing token asks for it.
    func page(of response: ServiceResponse, to request: ServiceRequest, caller: Caller?) -> ServiceResponse {
        let json = try? JSONReader.read(response.body)
        let detail = json?["detail"]?.string ?? "The service cannot answer this."
        let page: DashboardPage =
            response.status == 401
            ? .login(path: path, next: request.method == .get ? Self.address(request) : nil, problem: nil)
            : .problem(response.status, title: json?["title"]?.string ?? "Problem", detail, path: path, caller: caller)
        guard var shown = try? self.response(page, to: response.status == 401 ? nil : caller) else { return response }
        shown.status = response.status
        for field in response.headers where [.retryAfter, .wwwAuthenticate, .allow].contains(field.name) {
            shown.headers.append(field)
        }
        return shown
    }

    /// Path and query of a request, as they are written in an address.
    private static func address(_ request: ServiceRequest) -> String {
        guard !request.query.isEmpty else { return request.path }
        return request.path + "?" + String(decoding: FormEncoding.body(request.query), as: UTF8.self)
    }
}

/// A file that every page uses; its name changes with its content.
struct DashboardAsset: Sendable {
    let path: String
    let type: String
    let content: [UInt8]

    private init(_ text: String, _ name: String, _ type: String) {
        content = Array(text.utf8)
        path = "/assets/\(Hexadecimal.text(SHA256.hash(data: Data(content)).prefix(8)))/\(name)"
        self.type = type
    }

    static let style = DashboardAsset(
        ReportStyle.text + "\n" + DashboardStyle.text,
        "dashboard.css",
        "text/css; charset=utf-8"
    )
    static let script = DashboardAsset(DashboardScript.text, "dashboard.js", "text/javascript; charset=utf-8")

    var response: ServiceResponse {
        ServiceResponse(
            status: 200,
            type: type,
            headers: [.cacheControl: "public, max-age=31536000, immutable"],
            body: content
        )
    }
}
