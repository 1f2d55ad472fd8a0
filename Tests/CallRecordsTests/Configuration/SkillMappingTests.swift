import CallRecords
import DialerEngine
import DiscreteEvents
import ExactJSON
import ScenarioFile
import Testing

/// The settings of CXone and Five9, one by one.
@Suite("Settings of skills", .timeLimit(.minutes(15)))
struct SkillMappingTests {
    // MARK: CXone

    @Test func cxoneSkill() throws {
        let campaign = try Configurations.sample("cxone.json")
        let scenario = try Configurations.scenario(campaign).scenario
        var law = FeedbackParameters()
        law.abandonTarget = DecimalFactor(2, per: 100)
        law.maxLinesPerAgent = DecimalFactor(3, per: 1)
        law.gain = 0.5
        #expect(scenario.pacing == .feedback(law))
        #expect(scenario.compliance.map(\.limit) == [DecimalFactor(3, per: 100)])
        #expect(scenario.list?.maxAttempts == 6 && scenario.list?.retry[.noAnswer] == 7200)
        #expect(scenario.list?.retry.count == ContactList.Ending.allCases.count)
        campaign.expect(
            [
                "generalSettings.maximumRatio": "mapped pacing.feedback.maxLinesPerAgent",
                "generalSettings.abandonRateThreshold": "approximated pacing.feedback.abandonTarget",
                "generalSettings.abandonRateCutoff": "approximated compliance.0.limit",
                "generalSettings.aggressiveness": "approximated pacing.feedback.gain",
                "generalSettings.maximumRingingDuration": "mapped contactCenter.ringing.noAnswer",
                "generalSettings.maximumAttempts": "mapped list.maxAttempts",
                "retrySettings.maximumAttempts": "ignored",
                "generalSettings.minimumRetryMinutes": "approximated list.retry",
                "generalSettings.maxWaitTimeSeconds": "ignored", "generalSettings.waitTimeFactor": "ignored",
                "generalSettings.beginDampenPercentage": "ignored",
            ]
        )
    }

    @Test("bare settings, texts for booleans, and the business unit's rates")
    func cxoneBare() throws {
        let text = #"{"maximumRatio": "2.5", "abandonRateThreshold": "3", "overrideBusinessUnitAbandonRate": "False"}"#
        let campaign = try ImportedCampaign.read(text: text, from: .cxone)
        let scenario = try Configurations.scenario(campaign).scenario
        #expect(campaign.fate("abandonRateThreshold") == "approximated pacing.feedback.abandonTarget")
        #expect(campaign.setting("abandonRateThreshold")?.why.contains("business unit") == true)
        #expect(scenario.assumed.contains("pacing.feedback.abandonTarget"))
        #expect(scenario.compliance.map(\.limit) == [DecimalFactor(3, per: 100)])
    }

    // MARK: Five9

    @Test func five9Predictive() throws {
        let campaign = try Configurations.sample("five9.xml")
        let scenario = try Configurations.scenario(campaign).scenario
        #expect(scenario.pacing == .lookahead(LookaheadParameters()))
        #expect(scenario.compliance.map(\.window) == [.campaign30DayBlocks])
        #expect(scenario.contactCenter?.patience == .constant(2))
        #expect(scenario.contactCenter?.detection?.delay == .constant(2))
        #expect(scenario.list?.retry[.busySignal] == 7200)
        campaign.expect(
            [
                "dialingMode": "approximated pacing.lookahead", "callsAgentRatio": "ignored",
                "maxDroppedCallsPercentage": "approximated pacing.lookahead.abandonTarget",
                "monitorDroppedCalls": "mapped compliance.0.limit",
                "maxQueueTime.seconds": "mapped contactCenter.patience",
                "maxQueueTime.days": "mapped contactCenter.patience",
                "CRMRedialTimeout.hours": "approximated list.retry",
                "callWrapup.timeout.seconds": "approximated contactCenter.wrap",
                "analyzeLevel": "approximated contactCenter.answeringMachineDetection.delay",
            ]
        )
    }

    @Test(
        "modes of Five9",
        arguments: [
            ("POWER", "mapped pacing.power", Pacing.power(linesPerAgent: DecimalFactor(15, per: 10))),
            ("PREVIEW", "approximated pacing", .progressive), ("OTHER", "approximated pacing", .progressive),
        ]
    )
    func five9Modes(_ mode: String, _ fate: String, _ pacing: Pacing) throws {
        let text = try Configurations.text("five9.xml").replacing("PREDICTIVE", with: mode)
        let campaign = try ImportedCampaign.read(text: text, from: .five9)
        #expect(campaign.fate("dialingMode") == fate)
        #expect(try Configurations.scenario(campaign).scenario.pacing == pacing)
        #expect(campaign.fate("maxDroppedCallsPercentage") == "mapped compliance.0.limit")
    }

    @Test("drops are limited only where they are watched; a telemarketing queue is 1 s")
    func five9Switches() throws {
        let text = try Configurations.text("five9.xml")
            .replacing("<monitorDroppedCalls>true", with: "<monitorDroppedCalls>false")
            .replacing("Eq1>false", with: "Eq1>true").replacing("PREDICTIVE", with: "PROGRESSIVE")
        let campaign = try ImportedCampaign.read(text: text, from: .five9)
        let scenario = try Configurations.scenario(campaign).scenario
        var law = FeedbackParameters()
        law.maxLinesPerAgent = DecimalFactor(15, per: 10)
        #expect(scenario.pacing == .feedback(law))
        #expect(scenario.assumed.contains("compliance") && scenario.contactCenter?.patience == .constant(1))
        campaign.expect(
            [
                "maxDroppedCallsPercentage": "ignored", "monitorDroppedCalls": "ignored",
                "maxQueueTime.seconds": "ignored",
                "useTelemarketingMaxQueTimeEq1": "mapped contactCenter.patience",
            ]
        )
    }
}
