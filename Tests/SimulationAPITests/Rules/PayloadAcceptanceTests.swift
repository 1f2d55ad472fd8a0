import ExactJSON
import SimulationAPI
import Statistics
import Testing

@Suite("PayloadRules: what passes", .timeLimit(.minutes(5)))
struct PayloadAcceptanceTests {
    @Test func tutorialPayloadPasses() throws {
        let payload = try #require(PayloadRules().check(try JSONReader.read(PayloadDocuments.tutorial)).payload)
        #expect(payload.campaignID == "a1b2c3d4-e5f6-7890-abcd-ef1234567890")
        #expect(payload.virtualAgent.flowID == "va-flow-12345")
        #expect(payload.virtualAgent.scriptID == "script-qa-001")
        #expect(payload.virtualAgent.language == "en-US")
        #expect(payload.outcomes.enabled)
        #expect(payload.outcomes.probability(of: .answered) == ExactDecimal("0.4"))
        #expect(payload.outcomes.probability(of: .voicemail) == .zero)
        #expect(payload.concurrencyLimit == 5)
        #expect(payload.maxCalls == 50)
        #expect(payload.complianceBypass)
        #expect(payload.webhookURL == "https://qa-monitor.example.com/webhook/simulation-events")
        #expect(payload.tag == "predictive-calibration-test")
        #expect(payload.extensions.names.isEmpty)
    }

    @Test func payloadThatIsSentPassesAgain() throws {
        let payload = try #require(PayloadRules().check(try JSONReader.read(PayloadDocuments.tutorial)).payload)
        #expect(
            payload.json(extensions: true).text == """
                {"campaignId":"a1b2c3d4-e5f6-7890-abcd-ef1234567890","virtualAgentMatrix":{"flowId":"va-flow-12345",\
                "scriptId":"script-qa-001","language":"en-US"},"outcomeInjection":{"enabled":true,\
                "dialToneProbability":0.15,"busySignalProbability":0.2,"noAnswerProbability":0.25,\
                "answerProbability":0.4},"concurrencyLimit":5,"maxCalls":50,"complianceBypass":true,\
                "webhookUrl":"https://qa-monitor.example.com/webhook/simulation-events",\
                "tag":"predictive-calibration-test"}
                """
        )
        #expect(PayloadRules().check(try JSONReader.read(payload.json(extensions: true).bytes)).payload == payload)
    }

    @Test(
        arguments: [
            ("campaignId", #""00000000-0000-0000-0000-000000000000""#),
            ("virtualAgentMatrix", #"{"flowId": "f"}"#),
            ("virtualAgentMatrix", #"{"scriptId": "s"}"#),
            ("virtualAgentMatrix", #"{"flowId": "", "scriptId": "s"}"#),
            ("virtualAgentMatrix.language", nil),
            ("virtualAgentMatrix.language", #""zh-Hant-TW""#),
            ("outcomeInjection", #"{"enabled": true}"#),
            ("outcomeInjection", #"{"enabled": false}"#),
            ("outcomeInjection", #"{"enabled": true, "answerProbability": 1}"#),
            ("outcomeInjection", #"{"enabled": false, "answerProbability": 0.0, "dialToneProbability": -0}"#),
            ("outcomeInjection.dialToneProbability", "0"),
            ("outcomeInjection.dialToneProbability", nil),
            ("concurrencyLimit", "1"),
            ("concurrencyLimit", "5"),
            ("concurrencyLimit", "5.0"),
            ("concurrencyLimit", "50e-1"),
            ("maxCalls", "1"),
            ("maxCalls", "1000000"),
            ("maxCalls", "1e6"),
            ("webhookUrl", nil),
            ("tag", nil),
            ("tag", #""Az09._:-""#),
        ] as [(String, String?)]
    )
    func variantPasses(path: String, json: String?) throws {
        #expect(PayloadRules().check(try PayloadDocuments.with(path, json)).lines == [])
    }

    @Test func textOfTheLargestLengthPasses() throws {
        let flow = String(repeating: "é", count: 128)
        let tag = String(repeating: "t", count: 128)
        let payload = PayloadRules().check(
            try PayloadDocuments.with("virtualAgentMatrix.flowId", "\"\(flow)\"")
        ).payload
        #expect(payload?.virtualAgent.flowID == flow)
        #expect(PayloadRules().check(try PayloadDocuments.with("tag", "\"\(tag)\"")).payload?.tag == tag)
        let shorter = PayloadRules(maxTagLength: 100)
        #expect(shorter.check(try PayloadDocuments.with("tag", "\"\(tag.prefix(100))\"")).lines == [])
    }

    @Test func campaignIsSentInLowerCase() throws {
        let payload = PayloadRules().check(
            try PayloadDocuments.with("campaignId", #""A1B2C3D4-E5F6-7890-ABCD-EF1234567890""#)
        ).payload
        #expect(payload?.campaignID == "a1b2c3d4-e5f6-7890-abcd-ef1234567890")
    }

    @Test(arguments: [(1, 1, 2), (5, 5, 6), (60, 60, 61), (0, 1, 2)])
    func concurrencyIsBoundedByTheOrganisation(allowed: Int, highest: Int, refused: Int) throws {
        let rules = PayloadRules(maxConcurrent: allowed)
        #expect(rules.check(try PayloadDocuments.with("concurrencyLimit", "\(highest)")).lines == [])
        #expect(rules.check(try PayloadDocuments.with("concurrencyLimit", "\(refused)")).lines.count == 1)
    }

    @Test func extensionsAreKeptAsWritten() throws {
        let center: JSONValue = ["agents": 10, "unknown": [.number("1.50"), nil]]
        var document = try PayloadDocuments.with("contactCenter", center.text)
        guard case .object(let members) = document else { return }
        document = .object(
            members + [
                .init("pacing", "progressive"), .init("schedule", [["from": "2h", "lines": 3]]),
                .init("list", ["contacts": 5]), .init("run", ["shift": "8h"]),
            ]
        )
        let payload = try #require(PayloadRules().check(document).payload)
        #expect(payload.extensions.contactCenter == center)
        #expect(payload.extensions.pacing == "progressive")
        #expect(payload.extensions.names == ["contactCenter", "pacing", "schedule", "list", "run"])
        for name in payload.extensions.names {
            #expect(payload.json(extensions: true)[name] == document[name])
            #expect(payload.json(extensions: false)[name] == nil)
        }
        #expect(
            PayloadRules(acceptsExtensions: false).check(document).lines == [
                #"/contactCenter [field.unknown] unknown field "contactCenter""#,
                #"/pacing [field.unknown] unknown field "pacing""#,
                #"/schedule [field.unknown] unknown field "schedule""#,
                #"/list [field.unknown] unknown field "list""#,
                #"/run [field.unknown] unknown field "run""#,
            ]
        )
    }

    @Test("no document of random members crashes the rules", arguments: [1, 2] as [UInt64])
    func randomDocumentsAreJudged(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let paths = [
            "campaignId", "virtualAgentMatrix", "virtualAgentMatrix.flowId", "virtualAgentMatrix.language",
            "outcomeInjection", "outcomeInjection.enabled", "outcomeInjection.answerProbability", "concurrencyLimit",
            "maxCalls", "complianceBypass", "webhookUrl", "tag", "contactCenter", "pacing", "schedule",
            "list", "run", "surprise",
        ]
        let values = [
            nil, "null", "true", "false", "0", "-1", "1e999999", "1e-999999", "0.5", "[]", "{}", #""""#, #""é\u0000""#,
            #""https://[""#, #""x-""#,
        ]
        for _ in 0..<1000 {
            let path = try #require(paths.randomElement(using: &random))
            let value = try #require(values.randomElement(using: &random))
            let document = try PayloadDocuments.with(path, value)
            let result = PayloadRules().check(document)
            #expect(result.payload != nil || !result.lines.isEmpty)
            if let payload = result.payload {
                #expect(PayloadRules().check(payload.json(extensions: true)).payload == payload)
            }
        }
    }
}
