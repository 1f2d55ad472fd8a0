import ExactJSON
import SimulationAPI
import Testing

@Suite("PayloadRules: several members at once", .timeLimit(.minutes(5)))
struct PayloadCombinationTests {
    /// Sets the four probabilities, in the order dial tone, busy, no answer, answer.
    private func injection(_ literals: [String], enabled: Bool = true) throws -> JSONValue {
        let names = ["dialToneProbability", "busySignalProbability", "noAnswerProbability", "answerProbability"]
        let members = zip(names, literals).map { JSONValue.Member($0, .number($1)) }
        guard case .object(var payload) = try JSONReader.read(PayloadDocuments.tutorial) else { return .null }
        for index in payload.indices where payload[index].name == "outcomeInjection" {
            payload[index].value = .object([.init("enabled", .bool(enabled))] + members)
        }
        return .object(payload)
    }

    @Test(
        "sums are judged as they are written in decimal",
        arguments: [
            ["0.05", "0.55", "0.30", "0.10"], ["0.1", "0.2", "0.3", "0.4"], ["0.7", "0.1", "0.1", "0.1"],
            ["0", "0", "0", "0"], ["1", "0", "0", "0"], ["0.0", "-0", "0e5", "1.000"], ["1e-1", "9E-1", "0", "0"],
            ["1e-500", "0.5", "0", "0"], ["0.33333333333333333333", "0.66666666666666666667", "0", "0"],
        ]
    )
    func sumUpToOnePasses(literals: [String]) throws {
        let result = PayloadRules().check(try injection(literals))
        #expect(result.lines == [])
        let outcomes = try #require(result.payload?.outcomes)
        let total = CallOutcome.allCases.map { outcomes.probability(of: $0) }.reduce(.zero, +)
        #expect(total == .one)
        #expect(outcomes.probability(of: .voicemail) >= .zero)
    }

    @Test(
        arguments: [
            (["0.05", "0.55", "0.30", "0.11"], "1.01"), (["1", "1", "1", "1"], "4"),
            (["1", "0", "0", "1e-25"], "1.0000000000000000000000001"),
            (["0.33333333333333333334", "0.66666666666666666667", "0", "0"], "1.00000000000000000001"),
        ])
    func sumAboveOneIsReported(literals: [String], sum: String) throws {
        #expect(
            PayloadRules().check(try injection(literals)).lines == [
                "/outcomeInjection [probability.sum] the four probabilities sum to \(sum); "
                    + "they must not exceed 1 (the remainder is voicemail)"
            ]
        )
    }

    @Test("−5 + 5.5 is 0.5, and still two errors")
    func wrongProbabilitiesDoNotMakeUpForEachOther() throws {
        #expect(
            PayloadRules().check(try injection(["-5", "5.5", "0.3", "0.1"])).lines == [
                "/outcomeInjection/dialToneProbability [probability.range] dialToneProbability is -5; "
                    + "a probability must be a finite number in 0…1",
                "/outcomeInjection/busySignalProbability [probability.range] busySignalProbability is 5.5; "
                    + "a probability must be a finite number in 0…1",
            ]
        )
    }

    @Test("the sum is judged without the probabilities that are wrong by themselves")
    func sumOfTheOthersIsReportedToo() throws {
        #expect(
            PayloadRules().check(try injection(["0.6", "0.6", "-1", "0"])).lines == [
                "/outcomeInjection/noAnswerProbability [probability.range] noAnswerProbability is -1; "
                    + "a probability must be a finite number in 0…1",
                "/outcomeInjection [probability.sum] the valid probabilities alone sum to 1.2; "
                    + "they must not exceed 1 (the remainder is voicemail)",
            ]
        )
    }

    /// YAML has a literal for it, JSON has none.
    @Test(arguments: [".nan", ".inf", "NaN", "-.inf"])
    func literalThatIsNoNumberIsOutOfRange(literal: String) throws {
        #expect(
            PayloadRules().check(try injection([literal, "0", "0", "0"])).lines == [
                "/outcomeInjection/dialToneProbability [probability.range] dialToneProbability is \(literal); "
                    + "a probability must be a finite number in 0…1"
            ]
        )
    }

    @Test(arguments: [
        (["0.1"], true), (["0", "0", "0", "1"], true), (["-5"], true), (["0", "0.0"], false), ([], false),
    ])
    func disabledInjectionTakesNoProbabilities(literals: [String], isReported: Bool) throws {
        let lines = PayloadRules().check(try injection(literals, enabled: false)).lines
        #expect(lines.contains(PayloadRulesTests.disabled) == isReported)
        #expect(lines.isEmpty == !isReported)
    }

    @Test("every code that can come at once comes at once, in the order of the documentation")
    func everythingWrongAtOnce() throws {
        let long = String(repeating: "x", count: 129)
        let body = """
            {"tag": "ä\(long)", "webhookUrl": "ftp://example.com", "complianceBypass": false, "maxCalls": 0,
             "concurrencyLimit": 6, "campaignid": 1, "other": 2, "contactCenter": 3,
             "outcomeInjection": {"enabled": false, "answerProbability": 0.9, "busySignalProbability": 0.9,
               "noAnswerProbability": 1.5, "dialToneProbability": "0", "x": 0},
             "virtualAgentMatrix": {"flowId": "\(long)", "language": "e", "voice": 1},
             "campaignId": "1"}
            """
        let result = PayloadRules().check(try JSONReader.read(body))
        guard case .failure(let violations) = result else {
            Issue.record("passed")
            return
        }
        #expect(
            violations.list.map { "\($0.pointer) \($0.code.rawValue)" } == [
                "/campaignid field.unknown", "/other field.unknown", "/campaignId campaign_id.format",
                "/virtualAgentMatrix/voice field.unknown", "/virtualAgentMatrix/flowId text.too_long",
                "/virtualAgentMatrix/language language.format", "/outcomeInjection/x field.unknown",
                "/outcomeInjection/dialToneProbability field.type",
                "/outcomeInjection/noAnswerProbability probability.range", "/outcomeInjection probability.sum",
                "/outcomeInjection/enabled outcome_injection.disabled", "/concurrencyLimit concurrency.range",
                "/maxCalls max_calls.range", "/complianceBypass compliance_bypass.required",
                "/webhookUrl webhook_url.invalid", "/tag text.too_long", "/tag tag.format",
                "/contactCenter field.type",
            ]
        )
        // The two that exclude one of the above.
        let rest = try JSONReader.read(#"{"virtualAgentMatrix": {}}"#)
        let codes: Set = ["virtual_agent.missing", "field.missing", "compliance_bypass.required"]
        #expect(Set(PayloadRules().check(rest).codes) == codes)
    }

    @Test("nothing of a hostile document is echoed without bound or with its control characters")
    func echoesAreBounded() throws {
        let long = String(repeating: "9", count: 5000)
        var body = try PayloadDocuments.with("maxCalls", long)
        guard case .object(let members) = body else { return }
        body = .object(members + [.init("\u{1B}[2J\u{202E}" + long, 1)])
        guard case .failure(let violations) = PayloadRules().check(body) else {
            Issue.record("passed")
            return
        }
        #expect(violations.list.count == 2)
        for violation in violations.list {
            #expect(violation.message.unicodeScalars.count < 250)
            #expect(!violation.message.unicodeScalars.contains { $0.value < 0x20 || $0.value == 0x202E })
        }
        #expect(violations.list[0].message.hasPrefix(#"unknown field "\u{1b}[2J\u{202e}999"#))
    }
}

extension Result<SimulationPayload, Violations> {
    fileprivate var codes: [String] {
        guard case .failure(let violations) = self else { return [] }
        return violations.list.map(\.code.rawValue)
    }
}
