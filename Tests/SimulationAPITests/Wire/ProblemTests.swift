import ExactJSON
import SimulationAPI
import Testing

@Suite("Problem", .timeLimit(.minutes(5)))
struct ProblemTests {
    @Test func problemIsWrittenAndRead() throws {
        let place = JSONPointer.root.appending("outcomeInjection").appending("a/b~c")
        let problem = Problem(
            status: 422,
            code: "validation_failed",
            title: "The payload is not valid",
            detail: "2 problems",
            violations: [
                Violation(place, .fieldUnknown, #"unknown field "a/b~c""#),
                Violation(.root, .fieldType, "the document must be an object, not null"),
            ]
        )
        #expect(
            problem.json.prettyText == """
                {
                  "type": "urn:ringback:problem:validation_failed",
                  "title": "The payload is not valid",
                  "status": 422,
                  "detail": "2 problems",
                  "code": "validation_failed",
                  "errors": [
                    {
                      "pointer": "/outcomeInjection/a~1b~0c",
                      "code": "field.unknown",
                      "message": "unknown field \\"a/b~c\\""
                    },
                    {
                      "pointer": "",
                      "code": "field.type",
                      "message": "the document must be an object, not null"
                    }
                  ]
                }
                """
        )
        #expect(Problem(status: 422, json: try JSONReader.read(problem.json.bytes)) == problem)
    }

    @Test func problemWithoutViolationsHasNoErrors() {
        let problem = Problem(status: 404, code: "not_found", title: "Not found", detail: "No simulation x")
        #expect(
            problem.json.text == """
                {"type":"urn:ringback:problem:not_found","title":"Not found","status":404,\
                "detail":"No simulation x","code":"not_found"}
                """
        )
        #expect(Problem(status: 404, json: problem.json) == problem)
        #expect(Problem.mediaType == "application/problem+json")
    }

    @Test("pointers are unescaped; what is none is kept as it is")
    func pointersAreRead() throws {
        let json = try JSONReader.read(
            """
            {"code": "validation_failed", "errors": [
              {"pointer": "/a~1b/m~0n//0", "code": "x", "message": "1"},
              {"pointer": "", "code": "x", "message": "2"},
              {"pointer": "#/age", "detail": "3"},
              {"pointer": "age", "message": "4"},
              {"pointer": "/~2", "message": "5"},
              {"message": "6"}, {"pointer": "/x"}, "text", null]}
            """
        )
        let problem = try #require(Problem(status: 422, json: json))
        #expect(
            problem.violations.map(\.pointer.tokens) == [
                ["a/b", "m~n", "", "0"], [], ["age"], ["age"], ["/~2"], [],
            ]
        )
        #expect(problem.violations.map(\.message) == ["1", "2", "3", "4", "5", "6"])
        #expect(problem.violations.map(\.code.rawValue) == ["x", "x", "", "", "", ""])
    }

    @Test(
        arguments: [
            (
                #"{"error":"invalid_client","error_description":"unknown client"}"#, "invalid_client", "invalid_client",
                "unknown client"
            ),
            (#"{"error":"invalid_scope"}"#, "invalid_scope", "invalid_scope", ""),
            (#"{"title":"Gateway Timeout","status":504}"#, "Gateway Timeout", "Gateway Timeout", ""),
            (#"{"code":"c","title":"t","detail":"d","error":"e","errors":{}}"#, "c", "t", "d"),
            (#"{"code":5,"error":"e","detail":5}"#, "e", "e", ""),
        ]
    )
    func otherShapesAreRead(json: String, code: String, title: String, detail: String) throws {
        let problem = try #require(Problem(status: 400, json: try JSONReader.read(json)))
        #expect(problem == Problem(status: 400, code: code, title: title, detail: detail))
    }

    @Test(arguments: ["{}", "[]", "null", #""invalid_client""#, #"{"code":5}"#, #"{"message":"no"}"#])
    func otherBodyIsNoProblem(json: String) throws {
        #expect(Problem(status: 500, json: try JSONReader.read(json)) == nil)
    }
}

@Suite("MetricsAggregation", .timeLimit(.minutes(5)))
struct MetricsAggregationTests {
    static let metrics = #""totalCalls":50,"completedCalls":48,"averageLatencyMs":8412.5,"accuracyRate":0.97"#

    private func lines(_ json: String) throws -> [String] {
        switch MetricsAggregation.check(try JSONReader.read(json)) {
        case .success: []
        case .failure(let found): found.list.map { "\($0.pointer) [\($0.code.rawValue)] \($0.message)" }
        }
    }

    @Test func requestIsWrittenAndPasses() throws {
        let request = MetricsAggregation(
            simulationID: "sim-1",
            totalCalls: 50,
            completedCalls: 48,
            averageLatencyMs: 8412.5,
            accuracyRate: 0.97
        )
        #expect(request.json.text == #"{"simulationId":"sim-1","metrics":{\#(Self.metrics)}}"#)
        #expect(MetricsAggregation.check(request.json) == .success("sim-1"))
    }

    @Test(
        arguments: [
            #"{\#(metrics),"peakConcurrency":5,"outcomes":{"busy":1}}"#,
            #"{"totalCalls":0,"completedCalls":0,"averageLatencyMs":0,"accuracyRate":0}"#,
            #"{"totalCalls":1,"completedCalls":1.0,"averageLatencyMs":1e9,"accuracyRate":1}"#,
        ])
    func variantPasses(metrics: String) throws {
        #expect(try lines(#"{"simulationId":"s","metrics":\#(metrics)}"#) == [])
    }

    @Test(
        arguments: [
            ("[]", [" [field.type] the document must be an object, not a list"]),
            (
                "{}",
                [
                    "/simulationId [field.missing] simulationId is missing",
                    "/metrics [field.missing] metrics is missing",
                ]
            ),
            (
                #"{"simulationId":1,"metrics":[],"metric":{}}"#,
                [
                    #"/metric [field.unknown] unknown field "metric", did you mean "metrics"?"#,
                    "/simulationId [field.type] simulationId must be a string, not the number 1",
                    "/metrics [field.type] metrics must be an object, not a list",
                ]
            ),
            (
                #"{"simulationId":"s","metrics":{}}"#,
                [
                    "/metrics/totalCalls [field.missing] totalCalls is missing",
                    "/metrics/completedCalls [field.missing] completedCalls is missing",
                    "/metrics/averageLatencyMs [field.missing] averageLatencyMs is missing",
                    "/metrics/accuracyRate [field.missing] accuracyRate is missing",
                ]
            ),
            (
                #"{"simulationId":"s","metrics":{"totalCalls":2.5,"completedCalls":-1,"averageLatencyMs":"9","accuracyRate":1.01}}"#,
                [
                    "/metrics/totalCalls [field.type] totalCalls must be an integer, not the number 2.5",
                    "/metrics/completedCalls [field.range] completedCalls is -1; it must not be negative",
                    "/metrics/averageLatencyMs [field.type] averageLatencyMs must be a number, not \"9\"",
                    "/metrics/accuracyRate [field.range] accuracyRate is 1.01; it must be in 0…1",
                ]
            ),
        ]
    )
    func everyProblemIsReported(json: String, expected: [String]) throws {
        #expect(try lines(json) == expected)
    }
}
