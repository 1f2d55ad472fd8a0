import ExactJSON
import SimulationAPI
import Testing

@Suite("PayloadRules: what is refused, and in which words", .timeLimit(.minutes(5)))
struct PayloadRulesTests {
    static let notAUUID =
        "/campaignId [campaign_id.format] campaignId must be a UUID such as a1b2c3d4-e5f6-7890-abcd-ef1234567890"
    static let bypass =
        "/complianceBypass [compliance_bypass.required] complianceBypass must be written as true: a simulation places "
        + "no real calls, so compliance rules are bypassed on purpose, and the payload has to say so"
    static let noAgent =
        "/virtualAgentMatrix [virtual_agent.missing] virtualAgentMatrix must name a virtual agent: "
        + "give flowId or scriptId"
    static let disabled =
        "/outcomeInjection/enabled [outcome_injection.disabled] enabled is false but probabilities are given: "
        + "set it to true, or every probability to 0"
    static let badTag =
        "/tag [tag.format] tag must be made of letters A-Z a-z, digits and . _ : - only, at least one of them"
    static let badLanguage =
        "/virtualAgentMatrix/language [language.format] language must be a BCP 47 tag such as en-US"

    @Test("a member that is wrong by itself", arguments: wrongMembers + wrongTypes + wrongNumbers)
    func wrongMemberIsReported(path: String, json: String?, line: String) throws {
        #expect(PayloadRules().check(try PayloadDocuments.with(path, json)).lines == [line])
    }

    static let wrongMembers: [(String, String?, String)] = [
        ("campaignId", nil, "/campaignId [field.missing] campaignId is missing"),
        ("campaignId", #""""#, notAUUID),
        ("campaignId", #""campaign-1""#, notAUUID),
        ("campaignId", #""------------------------------------""#, notAUUID),
        ("campaignId", #""a1b2c3d4e5f67890abcdef1234567890""#, notAUUID),
        ("campaignId", #""a1b2c3d4-e5f6-7890-abcd-ef123456789g""#, notAUUID),
        ("campaignId", #""{a1b2c3d4-e5f6-7890-abcd-ef1234567890}""#, notAUUID),
        ("campaignId", #"" a1b2c3d4-e5f6-7890-abcd-ef1234567890""#, notAUUID),
        // What cannot be seen in a value is shown by its code.
        ("campaignId", #""\u0430""#, notAUUID + #", not "\u{430}""#),
        ("tag", #""a\u2010b""#, badTag + #", not "a\u{2010}b""#),
        ("virtualAgentMatrix", #"{"flowId": "f", "language": "en\u2010US"}"#, badLanguage + #", not "en\u{2010}US""#),
        ("virtualAgentMatrix", nil, "/virtualAgentMatrix [field.missing] virtualAgentMatrix is missing"),
        ("virtualAgentMatrix", "{}", noAgent),
        ("virtualAgentMatrix", #"{"language": "en"}"#, noAgent),
        ("virtualAgentMatrix", #"{"flowId": "", "scriptId": ""}"#, noAgent),
        ("virtualAgentMatrix.language", #""english US""#, badLanguage),
        ("virtualAgentMatrix.language", #""""#, badLanguage),
        ("outcomeInjection", nil, "/outcomeInjection [field.missing] outcomeInjection is missing"),
        ("outcomeInjection.enabled", nil, "/outcomeInjection/enabled [field.missing] enabled is missing"),
        ("outcomeInjection.enabled", "false", disabled),
        ("concurrencyLimit", nil, "/concurrencyLimit [field.missing] concurrencyLimit is missing"),
        ("maxCalls", nil, "/maxCalls [field.missing] maxCalls is missing"),
        ("complianceBypass", nil, bypass),
        ("complianceBypass", "null", bypass),
        ("complianceBypass", "false", bypass),
        ("tag", #""""#, badTag),
        ("tag", #""two words""#, badTag),
        ("tag", #""a/b""#, badTag),
        ("tag", #""büro""#, badTag),
        ("tag", #""a\u0000""#, badTag + #", not "a\u{0}""#),
    ]

    static let wrongTypes: [(String, String?, String)] = [
        ("campaignId", "null", "/campaignId [field.type] campaignId must be a string, not null"),
        ("campaignId", "5", "/campaignId [field.type] campaignId must be a string, not the number 5"),
        (
            "virtualAgentMatrix", "[]",
            "/virtualAgentMatrix [field.type] virtualAgentMatrix must be an object, not a list"
        ),
        (
            "virtualAgentMatrix", #""va-flow-12345""#,
            #"/virtualAgentMatrix [field.type] virtualAgentMatrix must be an object, not "va-flow-12345""#
        ),
        (
            "virtualAgentMatrix.flowId", "7",
            "/virtualAgentMatrix/flowId [field.type] flowId must be a string, not the number 7"
        ),
        (
            "virtualAgentMatrix", #"{"scriptId": null}"#,
            "/virtualAgentMatrix/scriptId [field.type] scriptId must be a string, not null"
        ),
        (
            "virtualAgentMatrix.language", "{}",
            "/virtualAgentMatrix/language [field.type] language must be a string, not an object"
        ),
        ("outcomeInjection", "null", "/outcomeInjection [field.type] outcomeInjection must be an object, not null"),
        ("outcomeInjection", "true", "/outcomeInjection [field.type] outcomeInjection must be an object, not true"),
        (
            "outcomeInjection.enabled", #""true""#,
            #"/outcomeInjection/enabled [field.type] enabled must be true or false, not "true""#
        ),
        (
            "outcomeInjection.enabled", "1",
            "/outcomeInjection/enabled [field.type] enabled must be true or false, not the number 1"
        ),
        (
            "outcomeInjection.answerProbability", #""0.4""#,
            #"/outcomeInjection/answerProbability [field.type] answerProbability must be a number, not "0.4""#
        ),
        (
            "outcomeInjection.answerProbability", "null",
            "/outcomeInjection/answerProbability [field.type] answerProbability must be a number, not null"
        ),
        (
            "concurrencyLimit", "2.5",
            "/concurrencyLimit [field.type] concurrencyLimit must be an integer, not the number 2.5"
        ),
        ("concurrencyLimit", "true", "/concurrencyLimit [field.type] concurrencyLimit must be an integer, not true"),
        (
            "concurrencyLimit", #""5""#,
            #"/concurrencyLimit [field.type] concurrencyLimit must be an integer, not "5""#
        ),
        ("maxCalls", "2.5", "/maxCalls [field.type] maxCalls must be an integer, not the number 2.5"),
        ("maxCalls", "1e-1", "/maxCalls [field.type] maxCalls must be an integer, not the number 1e-1"),
        ("maxCalls", "null", "/maxCalls [field.type] maxCalls must be an integer, not null"),
        ("complianceBypass", #""true""#, #"/complianceBypass [field.type] complianceBypass must be true, not "true""#),
        ("complianceBypass", "1", "/complianceBypass [field.type] complianceBypass must be true, not the number 1"),
        ("webhookUrl", "null", "/webhookUrl [field.type] webhookUrl must be a string, not null"),
        ("webhookUrl", "[]", "/webhookUrl [field.type] webhookUrl must be a string, not a list"),
        ("tag", "false", "/tag [field.type] tag must be a string, not false"),
        ("contactCenter", "[]", "/contactCenter [field.type] contactCenter must be an object, not a list"),
        ("contactCenter", "null", "/contactCenter [field.type] contactCenter must be an object, not null"),
        ("pacing", "2", "/pacing [field.type] pacing must be an object or the name of a policy, not the number 2"),
    ]

    static let wrongNumbers: [(String, String?, String)] =
        ["-0.0001", "1.0001", "1e400", "-5", "1.00000000000000000000000000000001"].map { (literal: String) in
            (
                "outcomeInjection.dialToneProbability", literal,
                "/outcomeInjection/dialToneProbability [probability.range] dialToneProbability is \(literal); "
                    + "a probability must be a finite number in 0…1"
            )
        }
        + ["0", "-1", "6", "6.0", "1e300", "99999999999999999999"].map { (literal: String) in
            (
                "concurrencyLimit", literal,
                "/concurrencyLimit [concurrency.range] concurrencyLimit is \(literal); it must be in 1…5 "
                    + "(calls at once inside one simulation; the organisation allows 5)"
            )
        }
        + ["0", "-0", "-1", "1000001", "1e7"].map { (literal: String) in
            (
                "maxCalls", literal,
                "/maxCalls [max_calls.range] maxCalls is \(literal); it must be in 1…1000000 "
                    + "(calls to dial in one simulation)"
            )
        }

    @Test("flow and script ids and tags have at most 128 characters")
    func longTextIsReported() throws {
        let long = String(repeating: "ä", count: 129)
        for name in ["flowId", "scriptId"] {
            #expect(
                PayloadRules().check(try PayloadDocuments.with("virtualAgentMatrix.\(name)", "\"\(long)\"")).lines == [
                    "/virtualAgentMatrix/\(name) [text.too_long] \(name) has 129 characters; at most 128 are allowed"
                ]
            )
        }
        let tag = "\"" + String(repeating: "t", count: 129) + "\""
        #expect(
            PayloadRules().check(try PayloadDocuments.with("tag", tag)).lines
                == ["/tag [text.too_long] tag has 129 characters; at most 128 are allowed"]
        )
        let shorter = PayloadRules(maxTagLength: 100)
        #expect(
            shorter.check(try PayloadDocuments.with("tag", "\"" + String(repeating: "t", count: 101) + "\"")).lines
                == ["/tag [text.too_long] tag has 101 characters; at most 100 are allowed"]
        )
    }

    @Test(
        "an unknown member is named, with the one that was probably meant",
        arguments: [
            ("concurencyLimit", "/concurencyLimit", #""concurencyLimit", did you mean "concurrencyLimit"?"#),
            ("Tag", "/Tag", #""Tag", did you mean "tag"?"#),
            ("webhookURL", "/webhookURL", #""webhookURL", did you mean "webhookUrl"?"#),
            ("color", "/color", #""color""#),
            ("a/b~c", "/a~1b~0c", #""a/b~c""#),
            (
                "virtualAgentMatrix.flowID", "/virtualAgentMatrix/flowID", #""flowID", did you mean "flowId"?"#
            ),
            ("virtualAgentMatrix.voice", "/virtualAgentMatrix/voice", #""voice""#),
            (
                "outcomeInjection.answeredProbability", "/outcomeInjection/answeredProbability",
                #""answeredProbability", did you mean "answerProbability"?"#
            ),
            (
                "outcomeInjection.voicemailProbability", "/outcomeInjection/voicemailProbability",
                #""voicemailProbability""#
            ),
        ]
    )
    func unknownMemberIsReported(path: String, pointer: String, words: String) throws {
        #expect(
            PayloadRules().check(try PayloadDocuments.with(path, "1")).lines
                == ["\(pointer) [field.unknown] unknown field \(words)"]
        )
    }

    @Test(arguments: [
        ("[]", "a list"), ("null", "null"), (#""x""#, #""x""#), ("true", "true"), ("1.5", "the number 1.5"),
    ])
    func bodyThatIsNoObjectIsReportedAlone(json: String, shown: String) throws {
        #expect(
            PayloadRules().check(try JSONReader.read(json)).lines
                == [" [field.type] the document must be an object, not \(shown)"]
        )
    }

    @Test func emptyObjectLacksEverythingRequired() {
        #expect(
            PayloadRules().check(.object([])).lines == [
                "/campaignId [field.missing] campaignId is missing",
                "/virtualAgentMatrix [field.missing] virtualAgentMatrix is missing",
                "/outcomeInjection [field.missing] outcomeInjection is missing",
                "/concurrencyLimit [field.missing] concurrencyLimit is missing",
                "/maxCalls [field.missing] maxCalls is missing",
                Self.bypass,
            ]
        )
    }
}
