import CallRecords
import DialerEngine
import DiscreteEvents
import ExactJSON
import ScenarioFile
import Testing

/// A dialer's settings in a scenario that was made from records.
@Suite("Settings beside records", .timeLimit(.minutes(15)))
struct MergedSettingsTests {
    /// What `fit` writes, in short.
    private static func fitted(_ assumed: [String]) -> CommentedScenario {
        var scenario = CommentedScenario()
        scenario.set("version", 1)
        scenario.set("name", "fitted")
        scenario.set("simulation.campaignId", "a1b2c3d4-e5f6-7890-abcd-ef1234567890")
        scenario.set("simulation.virtualAgentMatrix", ["flowId": "f", "language": "en-US"])
        scenario.set(
            "simulation.outcomeInjection",
            [
                "enabled": true, "noAnswerProbability": .number("0.5"), "busySignalProbability": .number("0.1"),
                "answerProbability": .number("0.3"),
            ]
        )
        scenario.set("simulation.concurrencyLimit", 60)
        scenario.set("simulation.maxCalls", 2000)
        scenario.set("simulation.complianceBypass", true)
        scenario.set("limits", ["maxConcurrent": 60])
        scenario.set("contactCenter.agents", 12, comment: "from 12 agents")
        scenario.set("contactCenter.ringing", ["default": ["exponential": ["mean": "9s"]]])
        scenario.set("contactCenter.talk", ["lognormal": ["mean": "170s", "sd": "200s"]], comment: "from 1,204 calls")
        scenario.set("contactCenter.patience", ["constant": "2s"])
        scenario.set("list", ["contacts": 4812, "maxAttempts": 2, "retry": ["noAnswer": "95m"]])
        scenario.set("pacing", "progressive", comment: "assumed")
        scenario.set("run", ["shift": "8h", "start": "09:00"])
        scenario.set("compliance", ["us-tsr"])
        scenario.set("assumed", .array(assumed.map { .string($0) }))
        return scenario
    }

    private static func merged(_ file: String, assumed: [String]) throws -> (text: String, loaded: LoadedScenario) {
        var scenario = fitted(assumed)
        var campaign = try Configurations.sample(file)
        campaign.merge(into: &scenario)
        return (scenario.text, try Scenario.parse(text: scenario.text, file: "merged.yaml"))
    }

    @Test("settings replace what is there; what records show stays, and what was assumed does not")
    func vicidial() throws {
        let (text, loaded) = try Self.merged(
            "vicidial.csv",
            assumed: ["pacing", "contactCenter.patience", "compliance"]
        )
        let scenario = loaded.scenario
        guard case .vicidial(let law) = scenario.pacing else { return #expect(Bool(false), "\(text)") }
        #expect(law.method == .tapered && law.maxLevel == 2.8)
        #expect(scenario.contactCenter?.patience == .constant(5))
        #expect(scenario.contactCenter?.ringing[.noAnswer] == .constant(26))
        #expect(scenario.contactCenter?.agents == 12 && scenario.name == "fitted")
        #expect(scenario.runPlan.length == .shifts(seconds: 8 * 3600, days: 1))
        #expect(scenario.assumed == ["compliance"])
        #expect(
            text.contains("agents: 12  # from 12 agents")
                && text.contains("method: tapered  # dial_method ADAPT_TAPERED")
        )
    }

    @Test("a patience that was measured stays")
    func measured() throws {
        let (_, loaded) = try Self.merged("vicidial.csv", assumed: ["pacing"])
        #expect(loaded.scenario.contactCenter?.patience == .constant(2))
        #expect(loaded.scenario.assumed.isEmpty)
    }

    @Test(
        "a shift and its start are both the dialer's, or neither is",
        arguments: [
            (["run.shift"], 8, ["run.shift"]), (["run.start"], 8, ["run.start"]),
            (["run.shift", "run.start"], 12, ["run.start"]),
        ]
    )
    func shifts(_ assumed: [String], _ hours: Double, _ left: [String]) throws {
        let (_, loaded) = try Self.merged("vicidial.csv", assumed: assumed + ["pacing"])
        #expect(loaded.scenario.runPlan.length == .shifts(seconds: hours * 3600, days: 1))
        // The file says when the dialer stops; that it starts at 09:00 stays assumed.
        #expect(loaded.scenario.assumed == left)
    }

    @Test("what is not taken is listed as ignored")
    func listed() throws {
        var scenario = Self.fitted(["pacing"])
        var campaign = try Configurations.sample("vicidial.csv")
        campaign.merge(into: &scenario)
        #expect(campaign.fate("dial_method") == "mapped pacing.vicidial.method")
        #expect(campaign.fate("dial_timeout") == "mapped contactCenter.ringing.noAnswer")
        for (name, why) in [
            ("drop_call_seconds", "what the records say of contactCenter.patience stays"),
            ("adaptive_latest_server_time", "what the records say of run.shift stays"),
            ("campaign_name", "the scenario has a name already"),
        ] {
            #expect(campaign.setting(name)?.state == .ignored && campaign.setting(name)?.why == why)
        }
    }

    @Test("rules, lines and retries are the dialer's")
    func others() throws {
        let cisco = try Self.merged("uccx.xml", assumed: ["pacing", "compliance"]).loaded.scenario
        #expect(cisco.compliance.map(\.name) == ["uccx-day"] && cisco.assumed.isEmpty)
        #expect(cisco.list?.contacts == 4812 && cisco.list?.maxAttempts == 3)
        #expect(cisco.list?.retry == [.noAnswer: 5400, .busySignal: 600, .abandoned: 3600])
        let genesys = try Self.merged("genesys.tf.json", assumed: []).loaded.scenario
        #expect(genesys.contactCenter?.lines == 40)
    }

    @Test("every sample fits into a fitted scenario", arguments: Configurations.samples.map(\.file))
    func all(_ file: String) throws {
        for assumed in [
            [], ["pacing"], ["compliance", "contactCenter.patience", "contactCenter.ringing", "run.shift"],
        ] {
            let (text, loaded) = try Self.merged(file, assumed: assumed)
            #expect(try loaded.scenario.experiment(seed: 1)?.validate() != nil, "\(text)")
        }
    }

    @Test("the dialer of a file is recognised", arguments: Configurations.samples.map(\.file))
    func recognised(_ file: String) throws {
        let product = try ImportedCampaign.recognize(text: Configurations.text(file)).product
        #expect(product == Configurations.samples.first { $0.file == file }?.product)
    }

    @Test func aFileOfNoDialerIsRefused() {
        #expect(throws: ConfigurationError.self) { try ImportedCampaign.recognize(text: "{\"a\": 1}") }
    }
}
