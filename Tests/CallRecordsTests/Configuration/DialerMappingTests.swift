import CallRecords
import DialerEngine
import DiscreteEvents
import ExactJSON
import ScenarioFile
import Testing

/// The settings of each dialer, one by one.
@Suite("Settings of dialers", .timeLimit(.minutes(15)))
struct DialerMappingTests {
    private static func scenario(_ file: String) throws -> Scenario {
        try Configurations.scenario(Configurations.sample(file)).scenario
    }

    // MARK: Cisco UCCX

    @Test func uccxPredictive() throws {
        let campaign = try Configurations.sample("uccx.xml")
        let scenario = try Configurations.scenario(campaign).scenario
        var law = FeedbackParameters()
        law.abandonTarget = DecimalFactor(25, per: 1000)
        law.maxLinesPerAgent = DecimalFactor(25, per: 10)
        law.gain = 0.8
        law.pace = 70
        #expect(scenario.pacing == .feedback(law))
        #expect(scenario.name == "Spring renewals")
        #expect(scenario.compliance.map(\.name) == ["uccx-day"] && scenario.compliance.first?.window == .calendarDay)
        #expect(scenario.compliance.first?.limit == DecimalFactor(25, per: 1000))
        #expect(scenario.contactCenter?.ringing[.noAnswer] == .constant(20))
        #expect(scenario.list?.maxAttempts == 3)
        #expect(scenario.list?.retry == [.noAnswer: 5400, .busySignal: 600, .abandoned: 3600])
        #expect(scenario.runPlan.length == .shifts(seconds: 8.5 * 3600, days: 1))
        #expect(scenario.runPlan.calendar.startOfShift == 32_400.0)
        campaign.expect(
            [
                "dialerType": "mapped pacing.feedback", "maxLinesPerAgent": "mapped pacing.feedback.maxLinesPerAgent",
                "predictiveCorrectionPace": "mapped pacing.feedback.pace",
                "predictiveGain": "approximated pacing.feedback.gain",
                "callAbandonLimit": "approximated pacing.feedback.abandonTarget", "linesPerAgent": "ignored",
                "noAnswerRingLimit": "mapped contactCenter.ringing.noAnswer",
                "maxDialAttempts": "mapped list.maxAttempts", "retryNoAnswerDelay": "mapped list.retry.noAnswer",
                "retryDialerAbandonedDelay": "mapped list.retry.abandoned", "abandonedCallWaitTime": "ignored",
                "startTime": "mapped run.start", "endTime": "mapped run.shift", "timeZone": "mapped run.start",
            ]
        )
        #expect(campaign.settings.first?.name == "campaign.self")
        #expect(campaign.setting("abandonedCallWaitTime")?.why.contains("hang-ups") == true)
    }

    @Test func uccxProgressive() throws {
        let scenario = try Self.scenario("uccx.json")
        #expect(scenario.pacing == .power(linesPerAgent: DecimalFactor(14, per: 10)))
        #expect(scenario.assumed.contains("compliance"))
        #expect(scenario.contactCenter?.ringing[.noAnswer] == .constant(15))
    }

    @Test(
        "campaigns without agents, or that dial by hand, become progressive with the reason",
        arguments: [
            ("<dialerType>PROGRESSIVE</dialerType>", "<campaignType>IVR</campaignType>", "no agents"),
            ("<dialerType>DIRECT_PREVIEW</dialerType>", "<campaignType>AGENT</campaignType>", "before it is dialled"),
            ("<dialerType></dialerType>", "<campaignType>AGENT</campaignType>", "not known"),
        ]
    )
    func uccxRefused(_ dialer: String, _ kind: String, _ reason: String) throws {
        let text = try Configurations.text("uccx.xml")
            .replacing("<dialerType>PREDICTIVE</dialerType>", with: dialer)
            .replacing("<campaignType>AGENT</campaignType>", with: kind)
            .replacing("obAgentPredictive", with: "obOther")
        let campaign = try ImportedCampaign.read(text: text, from: .uccx)
        #expect(try Configurations.scenario(campaign).scenario.pacing == .progressive)
        #expect(campaign.fate("dialerType") == "approximated pacing")
        #expect(campaign.setting("dialerType")?.why.contains(reason) == true)
    }

    // MARK: VICIdial

    @Test func vicidialAdaptive() throws {
        let campaign = try Configurations.sample("vicidial.csv")
        let scenario = try Configurations.scenario(campaign).scenario
        var law = VicidialParameters()
        law.method = .tapered
        law.dropLimit = DecimalFactor(3, per: 100)
        law.maxLevel = 2.8
        law.intensity = -10
        law.target = -1
        law.initialLevel = 1.5
        #expect(scenario.pacing == .vicidial(law))
        #expect(scenario.name == "Spring renewals, 2026")
        #expect(scenario.contactCenter?.patience == .constant(5))
        #expect(scenario.contactCenter?.ringing[.noAnswer] == .constant(26))
        #expect(scenario.runPlan.length == .shifts(seconds: 12 * 3600, days: 1))
        campaign.expect(
            [
                "dial_method": "mapped pacing.vicidial.method",
                "auto_dial_level": "mapped pacing.vicidial.initialLevel",
                "adaptive_dropped_percentage": "mapped pacing.vicidial.dropLimit",
                "adaptive_maximum_level": "mapped pacing.vicidial.maxLevel",
                "adaptive_intensity": "mapped pacing.vicidial.intensity",
                "adaptive_dl_diff_target": "mapped pacing.vicidial.target",
                "adaptive_latest_server_time": "approximated run.shift", "available_only_ratio_tally": "ignored",
                "drop_call_seconds": "mapped contactCenter.patience",
                "dial_timeout": "mapped contactCenter.ringing.noAnswer",
                "wrapup_seconds": "approximated contactCenter.wrap",
                "drop_action": "ignored", "hopper_level": "ignored", "lead_order": "ignored",
                "local_call_time": "ignored",
            ]
        )
    }

    @Test func vicidialRatioFromSQL() throws {
        let campaign = try Configurations.sample("vicidial.sql")
        let scenario = try Configurations.scenario(campaign).scenario
        #expect(scenario.pacing == .ratio(level: DecimalFactor(18, per: 10)))
        #expect(scenario.name == "Autumn; the owner's list")
        #expect(campaign.fate("available_only_ratio_tally") == "approximated pacing.ratio.level")
        #expect(scenario.contactCenter?.patience == .constant(4))
        #expect(campaign.settings.map(\.name).contains("campaign_description"))
    }

    @Test("the NON-AGENT_API's text, with and without a header")
    func vicidialAPI() throws {
        #expect(try Self.scenario("vicidial-api.txt").pacing == .ratio(level: DecimalFactor(18, per: 10)))
        var law = VicidialParameters()
        law.method = .average
        law.initialLevel = 1.2
        let scenario = try Self.scenario("vicidial-api-header.txt")
        #expect(scenario.pacing == .vicidial(law))
        #expect(scenario.contactCenter?.ringing[.noAnswer] == .constant(30))
        // It has no adaptive settings.
        for parameter in ["dropLimit", "maxLevel", "target", "intensity"] {
            #expect(scenario.assumed.contains("pacing.vicidial.\(parameter)"))
        }
    }

    @Test("versions of the API differ in the last columns", arguments: ["26", "26|9", "26|9|9|9|more|fields"])
    func vicidialAPIVersions(_ end: String) throws {
        let campaign = try ImportedCampaign.read(text: "A|Name|Y|ALL|RATIO|1.8|DOWN| NEW -|\(end)\r\n", from: .vicidial)
        #expect(campaign.fate("dial_timeout") == "mapped contactCenter.ringing.noAnswer")
        #expect(campaign.settings.count == 8 + end.split(separator: "|").count)
        #expect(try Configurations.scenario(campaign).scenario.pacing == .ratio(level: DecimalFactor(18, per: 10)))
    }

    @Test(
        "statements in the forms that MySQL has",
        arguments: [
            "INSERT INTO vicidial_campaigns (campaign_id, dial_method, auto_dial_level) VALUES ('A', 'RATIO', 2.5);",
            "insert into asterisk.`vicidial_campaigns` (`campaign_id`,`dial_method`,`auto_dial_level`) values ('A''s','RATIO','2.5')",
            "REPLACE INTO vicidial_campaigns SET campaign_id='A', dial_method='RATIO', auto_dial_level=2.5;",
            "/* one */ -- two\n# three\nINSERT IGNORE INTO `vicidial_campaigns` (dial_method, note, auto_dial_level) VALUES (_utf8mb4'RATIO', CONCAT('a', ')'), 2.5);",
        ]
    )
    func statements(_ text: String) throws {
        let campaign = try ImportedCampaign.read(text: text, from: .vicidial)
        #expect(try Configurations.scenario(campaign).scenario.pacing == .ratio(level: DecimalFactor(25, per: 10)))
    }

    @Test(
        "dial methods",
        arguments: [
            ("RATIO", "2", "mapped pacing.ratio", Pacing.ratio(level: DecimalFactor(2, per: 1))),
            ("SHARED_RATIO", "2", "approximated pacing.ratio", .ratio(level: DecimalFactor(2, per: 1))),
            ("RATIO", "0", "approximated pacing", .progressive), ("MANUAL", "2", "approximated pacing", .progressive),
            ("INBOUND_MAN", "2", "approximated pacing", .progressive),
            ("NEW_WORD", "2", "approximated pacing", .progressive),
            ("SHARED_ADAPT_HARD_LIMIT", "1", "approximated pacing.vicidial.method", .vicidial(VicidialParameters())),
            ("ADAPT_HARD_LIMIT", "0", "mapped pacing.vicidial.method", .vicidial(VicidialParameters())),
        ]
    )
    func dialMethods(_ method: String, _ level: String, _ fate: String, _ pacing: Pacing) throws {
        let campaign = try ImportedCampaign.read(
            text: "campaign_id\tdial_method\tauto_dial_level\nA\t\(method)\t\(level)\n",
            from: .vicidial
        )
        #expect(campaign.fate("dial_method") == fate)
        #expect(try Configurations.scenario(campaign).scenario.pacing == pacing)
    }

    @Test("a level outside what the law allows is held within it", arguments: [("0.5", 1.0), ("4", 2.0), ("1.7", 1.7)])
    func levels(_ written: String, _ level: Double) throws {
        let text = "dial_method,auto_dial_level,adaptive_maximum_level\nADAPT_AVERAGE,\(written),2.0\n"
        let scenario = try Configurations.scenario(ImportedCampaign.read(text: text, from: .vicidial)).scenario
        guard case .vicidial(let law) = scenario.pacing else { return #expect(Bool(false)) }
        #expect(law.initialLevel == level && law.maxLevel == 2)
    }

    // MARK: Genesys Cloud

    @Test func genesysPredictive() throws {
        let campaign = try Configurations.sample("genesys.tf.json")
        let scenario = try Configurations.scenario(campaign).scenario
        var law = LookaheadParameters()
        law.abandonTarget = DecimalFactor(25, per: 1000)
        #expect(scenario.pacing == .lookahead(law))
        #expect(scenario.contactCenter?.lines == 40)
        #expect(scenario.contactCenter?.ringing[.noAnswer] == .constant(24))
        #expect(scenario.compliance.map(\.limit) == [DecimalFactor(25, per: 1000)])
        campaign.expect(
            [
                "dialing_mode": "approximated pacing.lookahead",
                "abandon_rate": "approximated pacing.lookahead.abandonTarget",
                "no_answer_timeout": "mapped contactCenter.ringing.noAnswer",
                "outbound_line_count": "mapped contactCenter.lines", "max_calls_per_agent": "ignored",
                "priority": "ignored", "caller_address": "ignored", "dnc_list_ids": "ignored",
            ]
        )
        #expect(campaign.settings.first?.name == "resource.genesyscloud_outbound_campaign.spring.0.name")
    }

    @Test(
        "modes of Genesys Cloud",
        arguments: [
            ("progressive", "mapped pacing", Pacing.progressive),
            ("power", "approximated pacing.power", .power(linesPerAgent: DecimalFactor(35, per: 10))),
            ("preview", "approximated pacing", .progressive), ("agentless", "approximated pacing", .progressive),
        ]
    )
    func genesysModes(_ mode: String, _ fate: String, _ pacing: Pacing) throws {
        let text = try Configurations.text("genesys.tf.json").replacing("predictive", with: mode)
        let campaign = try ImportedCampaign.read(text: text, from: .genesys)
        let scenario = try Configurations.scenario(campaign).scenario
        #expect(campaign.fate("dialing_mode") == fate && scenario.pacing == pacing)
        #expect(campaign.fate("abandon_rate") == "approximated compliance.0.limit")
        if mode == "power" {
            #expect(campaign.fate("max_calls_per_agent") == "approximated pacing.power.linesPerAgent")
        }
    }

    // MARK: Amazon Connect

    @Test func amazonVersionTwo() throws {
        let campaign = try Configurations.sample("amazon-v2.json")
        let scenario = try Configurations.scenario(campaign).scenario
        var law = LookaheadParameters()
        law.abandonTarget = DecimalFactor(25, per: 1000)
        #expect(scenario.pacing == .lookahead(law))
        let rule = try #require(scenario.compliance.first)
        #expect(rule.window == .rollingHours(12) && rule.clock == .greetingEnd && rule.seconds == 2)
        #expect(rule.limit == DecimalFactor(25, per: 1000))
        campaign.expect(
            [
                "TargetRate": "approximated pacing.lookahead.abandonTarget",
                "EvaluationWindow": "mapped compliance.0.window.rollingHours",
                "ConnectionStartPoint": "mapped compliance.0.clockFrom",
                "ConnectionThresholdSeconds": "mapped compliance.0.seconds",
                "BandwidthAllocation": "approximated pacing.lookahead",
            ]
        )
    }

    @Test func amazonVersionOne() throws {
        let campaign = try Configurations.sample("amazon-v1.json")
        #expect(try Configurations.scenario(campaign).scenario.pacing == .progressive)
        #expect(
            campaign.fate("bandwidthAllocation") == "mapped pacing" && campaign.fate("dialingCapacity") == "ignored"
        )
        let agentless = try Configurations.text("amazon-v1.json").replacing(
            "progressiveDialerConfig",
            with: "agentlessDialerConfig"
        )
        let refused = try ImportedCampaign.read(text: agentless, from: .amazon)
        #expect(refused.settings.contains { $0.to == "pacing" && $0.why.contains("no agents") })
    }

    @Test(arguments: [
        ("CONNECTED_TO_SYSTEM", ComplianceProfile.Clock.answer), ("GREETING_START", .greetingStart),
        ("GREETING_END", .greetingEnd),
    ])
    func amazonClocks(_ word: String, _ clock: ComplianceProfile.Clock) throws {
        let text = try Configurations.text("amazon-v2.json").replacing("GREETING_END", with: word).replacing(
            "PT12H",
            with: "PT1H"
        )
        let rule = try Configurations.scenario(ImportedCampaign.read(text: text, from: .amazon)).scenario.compliance
            .first
        #expect(rule?.clock == clock && rule?.window == .rollingHours(1))
    }
}
