import CallRecords
import DialerEngine
import DiscreteEvents
import ExactJSON
import ScenarioFile
import Testing

/// Which leaf of a configuration a setting is, and what is said of the others.
@Suite("Places of settings", .timeLimit(.minutes(15)))
struct SettingPlaceTests {
    private static func read(_ text: String, _ product: DialerProduct) throws -> (ImportedCampaign, Scenario) {
        let campaign = try ImportedCampaign.read(text: text, from: product)
        return (campaign, try Configurations.scenario(campaign).scenario)
    }

    // MARK: Which leaf

    @Test(
        "an attribute does not hide the text of an XML element",
        arguments: [
            "xsi:type=\"x\"", "xmlns:a=\"urn:a\"", "kind=\"x\"",
            "xsi:type=\"x\" kind=\"x\" a:kind=\"y\" xmlns:a=\"urn:a\"",
        ]
    )
    func attributes(_ attributes: String) throws {
        var text = try Configurations.text("five9.xml").replacing("PREDICTIVE", with: "POWER")
        for name in ["dialingMode", "callsAgentRatio", "name", "seconds"] {
            text = text.replacing("<\(name)>", with: "<\(name) \(attributes)>")
        }
        let (campaign, scenario) = try Self.read(text, .five9)
        #expect(scenario.pacing == .power(linesPerAgent: DecimalFactor(15, per: 10)))
        #expect(scenario.name == "Spring renewals" && scenario.contactCenter?.patience == .constant(2))
        #expect(campaign.settings.contains { $0.to == "pacing.power" && $0.name.contains("dialingMode") })
        // Attributes that declare a namespace or name a type are no settings.
        #expect(!campaign.settings.contains { $0.name.contains("xsi") || $0.name.contains("xmlns") })
        #expect(
            campaign.settings.contains { $0.name.hasSuffix("dialingMode.@kind") } == attributes.contains(" kind")
                || attributes.hasPrefix("kind")
        )
        // It is recognised, and chosen by its name.
        #expect(try ImportedCampaign.recognize(text: text, campaign: "Spring renewals").product == .five9)
    }

    @Test("a mode without a value is not the campaign's; one without settings is")
    func missingModes() throws {
        let shape = try Configurations.text("amazon-v1.json")
        func modes(_ text: String) throws -> (ImportedCampaign, Scenario) {
            let config = #"{"progressiveDialerConfig": {"bandwidthAllocation": 0.8, "dialingCapacity": 1.0}}"#
            return try Self.read(shape.replacing(config, with: text), .amazon)
        }
        let (campaign, scenario) = try modes(
            #"{"predictiveDialerConfig": null, "agentlessDialerConfig": null, "progressiveDialerConfig": {}}"#
        )
        #expect(scenario.pacing == .progressive)
        #expect(campaign.fate("progressiveDialerConfig") == "mapped pacing")
        #expect(campaign.fate("predictiveDialerConfig") == "ignored")
        #expect(campaign.setting("predictiveDialerConfig")?.why == "it has no value")
        guard case .lookahead = try modes(#"{"progressiveDialerConfig": null, "predictiveDialerConfig": {}}"#).1.pacing
        else { return #expect(Bool(false)) }
    }

    @Test("a mode that is a section with settings is listed at the first of them")
    func sections() throws {
        let (one, _) = try Self.read(Configurations.text("amazon-v1.json"), .amazon)
        #expect(one.fate("bandwidthAllocation") == "mapped pacing")
        #expect(
            one.setting("bandwidthAllocation")?.why.hasPrefix("it stands for its section progressiveDialerConfig: ")
                == true
        )
        #expect(one.scenario().text.contains("pacing: progressive  # progressiveDialerConfig\n"))
        let (two, _) = try Self.read(Configurations.text("amazon-v2.json"), .amazon)
        #expect(two.fate("BandwidthAllocation") == "approximated pacing.lookahead")
        #expect(two.fate("TargetRate") == "approximated pacing.lookahead.abandonTarget")
        // Without settings but its strategies, the first of those stands for it, and is read all the same.
        let bare = try Configurations.text("amazon-v2.json").replacing("\"BandwidthAllocation\": 0.7,", with: "")
        guard case .lookahead(let law) = try Self.read(bare, .amazon).1.pacing else { return #expect(Bool(false)) }
        #expect(law.abandonTarget == DecimalFactor(25, per: 1000))
    }

    @Test("a campaign's own setting goes before one of something inside it")
    func nesting() throws {
        let text = """
            {"queue": {"name": "Queue", "no_answer_timeout": 99}, "dialing_mode": "power", "name": "Own",
             "max_calls_per_agent": 2, "no_answer_timeout": 24, "contact": {"name": "List"}}
            """
        let (campaign, scenario) = try Self.read(text, .genesys)
        #expect(scenario.name == "Own" && scenario.contactCenter?.ringing[.noAnswer] == .constant(24))
        #expect(campaign.setting("queue.no_answer_timeout")?.why == "another setting of the file gives it")
        #expect(campaign.setting("queue.no_answer_timeout")?.state == .ignored)
    }

    @Test("a wrap-up has its own time, wherever another one of that name stands")
    func wrapUp() throws {
        let other = "<recall><timeout><hours>5</hours><seconds>7</seconds></timeout></recall>"
        for place in ["<callWrapup>", "</callWrapup>"] {
            let text = try Configurations.text("five9.xml")
                .replacing(place, with: place == "<callWrapup>" ? other + place : place + other)
            let (campaign, _) = try Self.read(text, .five9)
            #expect(campaign.fate("callWrapup.timeout.seconds") == "approximated contactCenter.wrap")
            #expect(campaign.fate("recall.timeout.hours") == "ignored")
            #expect(campaign.scenario().text == (try Configurations.sample("five9.xml").scenario().text))
        }
    }

    // MARK: Rates of a business unit

    @Test(
        "rates of a business unit are in force unless the skill overrides them, so a rule from the skill's is assumed",
        arguments: [
            ("false", "abandonRateThreshold", true), ("false", "abandonRateCutoff", true),
            ("true", "abandonRateThreshold", false), ("true", "abandonRateCutoff", false),
        ]
    )
    func businessUnit(_ overrides: String, _ rate: String, _ isAssumed: Bool) throws {
        let text = "{\"maximumRatio\": 2.5, \"\(rate)\": 3, \"overrideBusinessUnitAbandonRate\": \(overrides)}"
        let (campaign, scenario) = try Self.read(text, .cxone)
        #expect(scenario.compliance.map(\.limit) == [DecimalFactor(3, per: 100)])
        #expect(scenario.assumed.contains("compliance") == isAssumed)
        let mark = campaign.setting("overrideBusinessUnitAbandonRate")
        #expect(mark?.state == .approximated && mark?.why.contains("business unit") == true)
        #expect(campaign.scenario().text.contains("cutoff") == false)
        // Beside records, too.
        var fitted = CommentedScenario()
        fitted.set("compliance", ["us-tsr"])
        fitted.set("assumed", ["compliance"])
        var merged = campaign
        merged.merge(into: &fitted)
        #expect(fitted["compliance"]?.elements?.first?["name"] == "cxone-day")
        #expect((fitted["assumed"]?.elements ?? []).contains("compliance") == isAssumed)
    }

    // MARK: Reasons

    @Test(
        "a setting that is not used says why in words of its own file",
        arguments: [
            (
                DialerProduct.vicidial, "dial_method,auto_dial_level,adaptive_intensity\nMANUAL,2,0\n",
                "adaptive_intensity",
                "progressive, which stands in for the dial method, does not adapt"
            ),
            (
                .vicidial, "dial_method,auto_dial_level,adaptive_intensity\nRATIO,2,0\n", "adaptive_intensity",
                "the dial method RATIO does not adapt"
            ),
            (
                .vicidial, "dial_method,auto_dial_level,x\nMANUAL,2,0\n", "auto_dial_level",
                "progressive, which stands in for the dial method, has no level"
            ),
            (
                .vicidial, "dial_method,available_only_ratio_tally,x\nMANUAL,Y,0\n", "available_only_ratio_tally",
                "progressive, which stands in for the dial method, has no level"
            ),
            (
                .vicidial, "dial_method,auto_dial_level,available_only_ratio_tally\nRATIO,2,maybe\n",
                "available_only_ratio_tally", "its value is neither Y nor N"
            ),
            (
                .cxone, #"{"maximumRatio": 2, "agentless": false}"#, "agentless",
                "the skill has agents, as those of the policy"
            ),
            (
                .cxone, #"{"maximumRatio": 2, "agentless": true, "abandonRateCutoff": 3}"#, "abandonRateCutoff",
                "a campaign without agents abandons no call, because there is no agent to wait for"
            ),
            (
                .cxone, #"{"maximumRatio": 2, "overrideBusinessUnitAbandonRate": false}"#,
                "overrideBusinessUnitAbandonRate", "the file gives no limit on abandoned calls"
            ),
        ]
    )
    func reasons(_ product: DialerProduct, _ text: String, _ name: String, _ why: String) throws {
        let (campaign, _) = try Self.read(text, product)
        #expect(campaign.setting(name)?.state == .ignored)
        #expect(campaign.setting(name)?.why == why)
    }

    @Test(
        "settings of Cisco's predictive dialer belong to no other",
        arguments: ["PROGRESSIVE", "DIRECT_PREVIEW"]
    )
    func predictiveOnly(_ dialer: String) throws {
        let text = try Configurations.text("uccx.xml").replacing(">PREDICTIVE<", with: ">\(dialer)<")
        let (campaign, _) = try Self.read(text, .uccx)
        for name in ["maxLinesPerAgent", "predictiveCorrectionPace", "predictiveGain"] {
            #expect(campaign.setting(name)?.why == "only the predictive dialer has it", "\(name)")
        }
        #expect(campaign.fate("callAbandonLimit") == "approximated compliance.0.limit")
        #expect(campaign.setting("callAbandonLimit")?.why.contains("predictive") == false)
    }

    @Test("a limit of 100 % limits nothing, and a policy that needs a limit says that its usual one is assumed")
    func noLimit() throws {
        let text = try Configurations.text("uccx.xml").replacing("Limit>2.5<", with: "Limit>100<")
        let (campaign, scenario) = try Self.read(text, .uccx)
        #expect(scenario.assumed.contains("pacing.feedback.abandonTarget") && scenario.assumed.contains("compliance"))
        let why = campaign.setting("callAbandonLimit")?.why
        #expect(why == "100 % limits nothing; the policy needs a limit, so its usual one is assumed")
        let progressive = text.replacing(">PREDICTIVE<", with: ">PROGRESSIVE<")
        #expect(try Self.read(progressive, .uccx).0.setting("callAbandonLimit")?.why == "100 % limits nothing")
    }

    @Test("only a time of the clock is one", arguments: ["08:00:99", "8:5", "8", "25:00", "9:00 XM", "+8:00", "08:60"])
    func clocks(_ start: String) throws {
        let text = try Configurations.text("uccx.xml").replacing("<startTime>09:00<", with: "<startTime>\(start)<")
        let (campaign, scenario) = try Self.read(text, .uccx)
        #expect(campaign.fate("startTime") == "ignored" && scenario.runPlan.calendar.startOfShift != 8 * 3600)
        #expect(campaign.setting("startTime")?.why.contains("clock time, such as 08:00") == true)
    }

    @Test(arguments: ["08:00", "8:00", "8:00 AM", "08:00:30", "T08:00", "0800", "800", "8:00 am", "08:00Z"])
    func timesOfTheClock(_ start: String) throws {
        let text = try Configurations.text("uccx.xml").replacing("<startTime>09:00<", with: "<startTime>\(start)<")
        #expect(try Self.read(text, .uccx).1.runPlan.calendar.startOfShift == 8 * 3600)
    }
}
