import Foundation
import HTTPTypes

/// The cookie of the dashboard: it carries the token of the person who has signed in.
///
/// Scripts cannot read it (`HttpOnly`), and other sites cannot send it with a form (`SameSite=Lax`); a link from another
/// site opens signed in.
struct SessionCookie: Hashable, Sendable {
    static let name = "ringback_session"
    /// Thirty days.
    private static let lifetime = 2_592_000

    var path: PublicPath
    /// Whether browsers send it over TLS only.
    var isSecure: Bool

    /// The field that sets it to a token.
    func setting(_ token: String) -> String { field(Self.encode(token), lifetime: Self.lifetime) }

    /// The field that removes it.
    var clearing: String { field("", lifetime: 0) }

    private func field(_ value: String, lifetime: Int) -> String {
        let place = path.text.isEmpty ? "/" : path.text
        let attributes = "; Path=\(place); Max-Age=\(lifetime); HttpOnly; SameSite=Lax"
        return "\(Self.name)=\(value)\(attributes)\(isSecure ? "; Secure" : "")"
    }

    /// The token that the cookies of a request carry.
    static func token(in headers: HTTPFields) -> String? {
        for field in headers[values: .cookie] {
            for pair in field.split(separator: ";") {
                let text = pair.drop { $0 == " " }
                guard text.hasPrefix("\(name)=") else { continue }
                return decode(String(text.dropFirst(name.count + 1)))
            }
        }
        return nil
    }

    /// A token may have characters that a cookie must not have.
    private static func encode(_ token: String) -> String {
        Data(token.utf8).base64EncodedString().replacing("+", with: "-").replacing("/", with: "_")
            .replacing("=", with: "")
    }

    private static func decode(_ value: String) -> String? {
        let text = value.replacing("-", with: "+").replacing("_", with: "/")
        let padding = String(repeating: "=", count: (4 - text.utf8.count % 4) % 4)
        return Data(base64Encoded: text + padding).flatMap { String(data: $0, encoding: .utf8) }
    }
}
