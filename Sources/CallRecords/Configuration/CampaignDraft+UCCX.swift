import DialerEngine
import ExactJSON

extension CampaignDraft {
    /// A campaign of Cisco UCCX (`/adminapi/campaign`).
    ///
    /// Source: Cisco's tables of the campaign API; where samples use other names, both are read.
    mutating func readUCCX() {
        readName("campaignName")
        let hasAgents = readUCCXMode()
        let isPredictive = policy == .feedback
        if isPredictive {
            putNumber(
                sheet.first("maxLinesPerAgent"),
                FeedbackParameters.maxLinesPerAgentBounds,
                to: "pacing.feedback.maxLinesPerAgent",
                because: "the same parameter"
            )
            putInteger(
                sheet.first("predictiveCorrectionPace", "predictiveCorrection"),
                FeedbackParameters.paceBounds,
                to: "pacing.feedback.pace",
                because: "the same parameter: after how many live answers the dialer corrects"
            )
            putNumber(
                sheet.first("predictiveGain"),
                FeedbackParameters.gainBounds,
                to: "pacing.feedback.gain",
                .approximated,
                because: "Cisco's controller is not public, so the constants behind the gain are ours"
            )
            sheet.ignore(["linesPerAgent"], "it is where the dialer begins; the policy begins at 1")
        } else if policy == .power {
            putNumber(
                sheet.first("linesPerAgent"),
                PowerPolicy.linesPerAgentBounds,
                to: "pacing.power.linesPerAgent",
                because: "the same parameter"
            )
        }
        if !isPredictive {
            sheet.ignore(
                ["maxLinesPerAgent", "predictiveCorrectionPace", "predictiveCorrection", "predictiveGain"],
                "only the predictive dialer has it"
            )
        }
        if !hasAgents {
            sheet.ignore(["callAbandonLimit"], Self.noAgents)
        } else {
            readAbandonLimit(
                sheet.first("callAbandonLimit"),
                target: isPredictive ? "pacing.feedback.abandonTarget" : nil,
                rule: "uccx-day",
                window: "calendarDay",
                because: isPredictive
                    ? "Cisco's controller is not public, so only its target for abandoned calls is the same"
                    : "it becomes the limit of a day; what the dialer does about it is not public"
            )
        }
        putConstant(
            sheet.first("noAnswerRingLimit"),
            to: "contactCenter.ringing.noAnswer",
            because: "how long the dialer lets a phone ring"
        )
        putInteger(
            sheet.first("maxDialAttempts"),
            ContactList.attemptBounds,
            to: "list.maxAttempts",
            because: "the same parameter"
        )
        for (name, ending) in [
            ("retryNoAnswerDelay", "noAnswer"), ("retryBusySignalDelay", "busySignal"),
            ("retryDialerAbandonedDelay", "abandoned"),
        ] {
            putMinutes(sheet.first(name), to: "list.retry.\(ending)", because: "the same parameter, in minutes")
        }
        let start = sheet.first("startTime")
        readShift(start: start, end: sheet.first("endTime"))
        if let zone = sheet.first("timeZone"), parts["run.start"] != nil {
            sheet.mark(
                zone,
                .mapped,
                to: "run.start",
                "the clock of run.start is that of this zone; nothing is converted"
            )
        }
        sheet.ignore(
            ["abandonedCallWait", "abandonedCallWaitTime"],
            "it tells the kinds of hang-ups apart; it is not how long a call waits for an agent"
        )
        sheet.ignore(["retryCustAbandonedDelay"], "abandoned calls have one delay, that of the dialer's")
        sheet.ignore(["maxLinesPerPort", "linesPerPort", "numDedicatedPorts"], "ports serve calls without agents")
    }

    /// The policy that the kinds of campaign and dialer stand for; false if the campaign has no agents.
    private mutating func readUCCXMode() -> Bool {
        let kind = sheet.first("campaignType")
        let dialer = sheet.first("dialerType")
        let isIVR =
            kind.flatMap(sheet.text)?.uppercased() == "IVR" || sheet.hasSection("obIvrProgressive", "obIvrPredictive")
        if isIVR {
            let why = "an IVR campaign has no agents; progressive stands in for it, so that the scenario can be run"
            refuse(dialer ?? kind, why)
            if let kind, dialer != nil { sheet.mark(kind, .approximated, to: "pacing", why) }
            return false
        }
        var word = dialer.flatMap(sheet.text)?.uppercased() ?? ""
        if word.isEmpty {
            if sheet.hasSection("obAgentPredictive", "obPredictive") { word = "PREDICTIVE" }
            if sheet.hasSection("obAgentProgressive", "obProgressive") { word = "PROGRESSIVE" }
            if sheet.hasSection("obPreview", "obDirectPreview", "obAgentPreview") { word = "PREVIEW" }
        }
        switch word {
        case "PREDICTIVE":
            take(dialer, .feedback, .mapped, "the policy has the parameters of Cisco's predictive dialer")
        case "PROGRESSIVE":
            take(dialer, .power, .mapped, "a fixed number of lines for each free agent")
        default:
            let what = word.contains("PREVIEW") ? "agents see a contact before it is dialled" : "the word is not known"
            refuse(dialer ?? kind, "\(what); progressive stands in for it")
        }
        return true
    }
}
