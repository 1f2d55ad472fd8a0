import ExactJSON
import SimulationAPI
import Testing

@Suite("SimulationStatus", .timeLimit(.minutes(5)))
struct SimulationStatusTests {
    static let required =
        #"{"id":"s","state":"running","callsAttempted":3,"callsCompleted":2,"complianceBypassed":true}"#

    private func status(_ name: String, _ json: String?) throws -> SimulationStatus {
        guard case .object(var members) = try JSONReader.read(Self.required) else { throw Refusal() }
        members.removeAll { $0.name == name }
        if let json { members.append(.init(name, try JSONReader.read(json))) }
        return try SimulationStatus(json: .object(members))
    }

    private struct Refusal: Error {}

    @Test func fullStatusIsWrittenAndRead() throws {
        var status = SimulationStatus(
            id: "sim-1",
            state: .failed,
            callsAttempted: 10,
            callsCompleted: 9,
            complianceBypassed: true
        )
        status.errors = [.init(code: "TRUNK", message: "no line")]
        (status.tag, status.createdAt) = ("t:1", Timestamp(milliseconds: 250))
        (status.outcomes, status.peakConcurrency) = ([.answered: 4, .busy: 5], 5)
        status.webhooks = .init(delivered: 20, pending: 1, givenUp: 2)
        #expect(
            status.json.text == """
                {"id":"sim-1","state":"failed","callsAttempted":10,"callsCompleted":9,"complianceBypassed":true,\
                "errors":[{"code":"TRUNK","message":"no line"}],"tag":"t:1","createdAt":"1970-01-01T00:00:00.250Z",\
                "outcomes":{"dial-tone":0,"busy":5,"no-answer":0,"answered":4,"voicemail":0},"peakConcurrency":5,\
                "webhooks":{"delivered":20,"pending":1,"givenUp":2}}
                """
        )
        let read = try SimulationStatus(json: JSONReader.read(status.json.bytes))
        #expect(read.json == status.json)
        #expect(read.outcomes?[.answered] == 4)
        #expect(read.state == .failed)
    }

    @Test func shortStatusHasNoExtras() throws {
        let status = try SimulationStatus(json: JSONReader.read(Self.required))
        #expect(status.state == .running)
        #expect(status.errors.isEmpty)
        #expect(status.tag == nil && status.createdAt == nil && status.outcomes == nil)
        #expect(status.peakConcurrency == nil && status.webhooks == nil)
        #expect(
            status.json.text == """
                {"id":"s","state":"running","callsAttempted":3,"callsCompleted":2,"complianceBypassed":true,"errors":[]}
                """
        )
    }

    @Test func unknownStateWordIsKept() throws {
        let status = try status("state", #""paused""#)
        #expect(status.stateWord == "paused")
        #expect(status.state == nil)
    }

    @Test(
        "extras of another type or beyond reason are left out",
        arguments: [
            ("tag", "5"), ("createdAt", #""yesterday""#), ("createdAt", "0"), ("outcomes", "[]"),
            ("peakConcurrency", "-1"),
            ("peakConcurrency", #""5""#), ("peakConcurrency", "9223372036854775807"), ("webhooks", "true"),
            ("webhooks", #"{"delivered":1}"#), ("webhooks", #"{"delivered":9223372036854775807,"pending":1}"#),
            ("errors", "null"), ("errors", "{}"), ("surprise", "{}"),
        ]
    )
    func wrongExtraIsIgnored(name: String, json: String) throws {
        #expect(try status(name, json) == SimulationStatus(json: JSONReader.read(Self.required)))
    }

    @Test func partOfTheExtrasIsRead() throws {
        let outcomes = try status("outcomes", #"{"busy":1,"fax":2,"answered":"x","voicemail":-1}"#).outcomes
        #expect(outcomes == [.busy: 1])
        #expect(try status("webhooks", #"{"delivered":1,"pending":0}"#).webhooks?.givenUp == 0)
        #expect(
            try status("errors", #"[{"code":"A"},{"message":"m"},"x"]"#).errors == [
                .init(code: "A", message: ""), .init(code: "unknown", message: "m"),
                .init(code: "unknown", message: ""),
            ]
        )
    }

    @Test(
        arguments: [
            ("id", nil, "id is missing"), ("id", #""""#, "id is empty, too long or has control characters"),
            ("id", "5", "id must be a string, not the number 5"), ("state", nil, "state is missing"),
            ("state", "1", "state must be a string, not the number 1"),
            ("callsAttempted", nil, "callsAttempted is missing"),
            ("callsAttempted", #""3""#, #"callsAttempted must be an integer, not "3""#),
            ("callsAttempted", "2.5", "callsAttempted must be an integer, not the number 2.5"),
            ("callsCompleted", "-1", "callsCompleted is -1; it must be in 0…2147483647"),
            ("callsCompleted", "2147483648", "callsCompleted is 2147483648; it must be in 0…2147483647"),
            ("complianceBypassed", nil, "complianceBypassed is missing"),
            ("complianceBypassed", "1", "complianceBypassed must be true or false, not the number 1"),
        ] as [(String, String?, String)]
    )
    func wrongRequiredMemberIsRefused(name: String, json: String?, message: String) {
        let error = #expect(throws: WireError.self) { try status(name, json) }
        #expect(error?.description == message)
    }

    @Test func documentThatIsNoObjectIsRefused() {
        let error = #expect(throws: WireError.self) { try SimulationStatus(json: [1]) }
        #expect(error?.description == "the document must be an object, not a list")
    }
}

@Suite("Short answers", .timeLimit(.minutes(5)))
struct ShortAnswerTests {
    @Test func createAnswerIsWritten() {
        #expect(CreateAnswer(id: "sim-1").json.text == #"{"id":"sim-1","state":"queued"}"#)
    }

    @Test(
        arguments: [
            (#"{"id":"a","state":"queued"}"#, "a", "queued", nil), ("{}", "", "", nil), ("[]", "", "", nil),
            (#"{"id":7,"state":null}"#, "", "", nil), (#"{"id":"a","error":""}"#, "a", "", nil),
            (#"{"id":"a","error":null}"#, "a", "", nil), (#"{"id":"a","error":false}"#, "a", "", nil),
            (#"{"id":"a","error":"no line"}"#, "a", "", "no line"),
            (#"{"id":"a","error":{"code":1}}"#, "a", "", #"{"code":1}"#),
        ] as [(String, String, String, String?)]
    )
    func createAnswerIsRead(json: String, id: String, state: String, error: String?) throws {
        let answer = CreateAnswer(json: try JSONReader.read(json))
        #expect(answer.id == id)
        #expect(answer.stateWord == state)
        #expect(answer.error == error)
    }

    @Test(
        arguments: [
            (#"{"access_token":"t","token_type":"Bearer","expires_in":3600,"scope":"a b"}"#, "Bearer", 3600, "a b"),
            (#"{"access_token":"t"}"#, "", nil, nil),
            (#"{"access_token":"t","token_type":"bearer","expires_in":"3600"}"#, "bearer", 3600, nil),
            (#"{"access_token":"t","expires_in":3.6e3}"#, "", 3600, nil),
            (#"{"access_token":"t","expires_in":"3599.5"}"#, "", 3599, nil),
            (#"{"access_token":"t","expires_in":-5}"#, "", nil, nil),
            (#"{"access_token":"t","expires_in":0}"#, "", nil, nil),
            (#"{"access_token":"t","expires_in":"-1"}"#, "", nil, nil),
            (#"{"access_token":"t","expires_in":null,"scope":null}"#, "", nil, nil),
            (#"{"access_token":"t","token_type":null,"expires_in":true}"#, "", nil, nil),
            (#"{"access_token":"t","token_type":"BearerToken","scope":"","expires_in":"60"}"#, "BearerToken", 60, nil),
            (#"{"access_token":"t","scope":" "}"#, "", nil, nil),
            (#"{"access_token":"t","scope":"a,b"}"#, "", nil, "a b"),
            (#"{"access_token":"t","scope":"a, b  c"}"#, "", nil, "a b c"),
            (#"{"access_token":"t","scope":["a","b c"]}"#, "", nil, "a b c"),
            (#"{"access_token":"t","expires_in":9223372036854775807}"#, "", 2_147_483_647, nil),
            (#"{"access_token":"t","expires_in":"soon","scope":[]}"#, "", nil, nil),
        ] as [(String, String, Int?, String?)]
    )
    func tokenAnswerIsRead(json: String, type: String, seconds: Int?, scope: String?) throws {
        let answer = try #require(TokenAnswer(json: try JSONReader.read(json)))
        #expect(answer.accessToken == "t")
        #expect(answer.tokenType == type)
        #expect(answer.expiresIn == seconds)
        #expect(answer.scope == scope)
        #expect(TokenAnswer(json: answer.json) == answer)
    }

    @Test(arguments: ["{}", #"{"access_token":""}"#, #"{"access_token":5}"#, "[]", #"{"error":"invalid_client"}"#])
    func answerWithoutTokenIsNone(json: String) throws {
        #expect(TokenAnswer(json: try JSONReader.read(json)) == nil)
    }
}
