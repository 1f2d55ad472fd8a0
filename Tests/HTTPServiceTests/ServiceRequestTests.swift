import ExactJSON
import HTTPService
import HTTPTypes
import SimulationAPI
import Testing

@Suite("ServiceRequest", .timeLimit(.minutes(5)))
struct ServiceRequestTests {
    @Test(arguments: [
        ("/", "/", []), ("/a/b", "/a/b", []), ("/a?", "/a", []), ("/a?x=1", "/a", ["x=1"]),
        ("/a?x=1&x=2&y", "/a", ["x=1", "x=2", "y="]), ("/a?x=%3F%26+b", "/a", ["x=?& b"]),
        ("/a%3Fb?c=d?e", "/a%3Fb", ["c=d?e"]), ("/a?x=%zz&y", "/a", ["x=%zz", "y="]), ("/a?=v", "/a", ["=v"]),
        ("*", "*", []),
    ])
    func pathAndQueryAreTakenApart(_ target: String, _ path: String, _ query: [String]) {
        let request = ServiceRequest(.get, target)
        #expect(request.path == path)
        #expect(request.query.map { "\($0.name)=\($0.value)" } == query)
    }

    @Test func theFirstQueryValueCounts() {
        let request = ServiceRequest(.get, "/a?x=1&x=2&y=")
        #expect(request.queryValue("x") == "1")
        #expect(request.queryValue("y") == "")
        #expect(request.queryValue("z") == nil)
    }

    @Test(arguments: [(0, 0, true), (10, 10, true), (11, 10, false), (1, 0, false)])
    func aBodyHasALimit(_ size: Int, _ limit: Int, _ fits: Bool) async {
        let request = ServiceRequest(.post, "/", body: [UInt8](repeating: 1, count: size))
        if fits {
            await #expect(throws: Never.self) { try await #expect(request.body(upTo: limit).count == size) }
        } else {
            await #expect(throws: ServiceRequest.BodyError.tooLarge) { try await request.body(upTo: limit) }
        }
    }

    @Test func anAnnouncedLengthCountsToo() async {
        let request = ServiceRequest(.post, "/", headers: [.contentLength: "11"], body: [1])
        await #expect(throws: ServiceRequest.BodyError.tooLarge) { try await request.body(upTo: 10) }
    }
}

@Suite("Media types", .timeLimit(.minutes(5)))
struct MediaTypeTests {
    @Test(arguments: [
        ("application/json", true), ("Application/JSON", true), ("application/json; charset=utf-8", true),
        ("application/json;charset=\"UTF-8\"", true), ("application/json ; charset=utf8", true),
        ("application/problem+json", true), ("application/json;", true), ("application/json; profile=x", true),
        ("application/json; charset=iso-8859-1", false), ("text/json", false), ("text/plain", false),
        ("application/jsonp", false), ("application/x-www-form-urlencoded", false), ("text/x+json", false), ("", false),
        (";", false), ("application/json, text/plain", false),
    ])
    func whatIsJSON(_ value: String, _ isJSON: Bool) {
        #expect(HTTPFields([HTTPField(name: .contentType, value: value)]).isJSON == isJSON)
    }

    @Test func aTextWithoutATypeIsNotAMediaType() {
        #expect(!HTTPFields().isJSON)
        #expect(!HTTPFields().isForm)
        #expect(HTTPFields().isIdentityEncoded)
    }

    @Test(arguments: [
        ("application/x-www-form-urlencoded", true), ("Application/X-WWW-Form-Urlencoded; charset=utf-8", true),
        ("application/json", false), ("multipart/form-data", false),
    ])
    func whatIsAForm(_ value: String, _ isForm: Bool) {
        #expect(HTTPFields([HTTPField(name: .contentType, value: value)]).isForm == isForm)
    }

    @Test(arguments: [
        (["identity"], true), (["Identity"], true), ([""], true), (["gzip"], false), (["identity", "br"], false),
        (["deflate, identity"], false),
    ])
    func whatIsUncompressed(_ values: [String], _ isIdentity: Bool) {
        let fields = HTTPFields(values.map { HTTPField(name: .contentEncoding, value: $0) })
        #expect(fields.isIdentityEncoded == isIdentity)
    }
}

@Suite("ServiceResponse", .timeLimit(.minutes(5)))
struct ServiceResponseTests {
    @Test func answersHaveTheirTypes() throws {
        let json = ServiceResponse.json(["a": 1], status: 202, headers: [.location: "/x"])
        #expect(json.status == 202 && json.headers[.contentType] == "application/json")
        #expect(json.headers[.location] == "/x" && json.body == Array(#"{"a":1}"#.utf8))
        let allowed = ServiceResponse.methodNotAllowed([.get, .post])
        #expect(allowed.status == 405 && allowed.headers[.allow] == "GET, HEAD, POST")
        #expect(allowed.headers[.contentType] == "application/problem+json")
        let missing = ServiceResponse.problem(.notFound(path: "/" + String(repeating: "x", count: 5000), list: "y"))
        #expect(missing.status == 404 && missing.body.count < 1000)
        #expect(try JSONReader.read(missing.body)["code"]?.string == "not_found")
    }
}
