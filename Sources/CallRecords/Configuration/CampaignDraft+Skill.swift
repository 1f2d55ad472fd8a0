import DialerEngine
import ExactJSON

extension CampaignDraft {
    /// The general settings of a CXone Personal Connection skill, with its retry settings where the file has them.
    ///
    /// Source: the shape of the API in public clients. The law is not public.
    mutating func readCXone() {
        readName("skillName")
        let ratio = sheet.first("maximumRatio")
        let agentless = sheet.first("agentless")
        if let agentless, sheet.flag(agentless) == true {
            refuse(agentless, "an agentless skill has no agents; progressive stands in for it")
            sheet.ignore(["maximumRatio", "aggressiveness"], "a skill without agents has no calls for each agent")
            let rates = ["abandonRateThreshold", "abandonRateCutoff"]
            sheet.ignore(rates + Self.overrideNames, Self.noAgents)
        } else {
            if let agentless { sheet.mark(agentless, .ignored, "the skill has agents, as those of the policy") }
            take(nil, .feedback, .approximated, "Personal Connection adapts its ratio; its law is not public")
            putNumber(
                ratio,
                FeedbackParameters.maxLinesPerAgentBounds,
                to: "pacing.feedback.maxLinesPerAgent",
                because: "the most calls for each agent"
            )
            readAggressiveness()
            readAbandonRates()
        }
        putConstant(
            sheet.first("maximumRingingDuration"),
            to: "contactCenter.ringing.noAnswer",
            because: "how long the dialer lets a phone ring"
        )
        putInteger(
            sheet.first("maximumAttempts"),
            ContactList.attemptBounds,
            to: "list.maxAttempts",
            because: "the same parameter"
        )
        if let index = sheet.first("minimumRetryMinutes"), let delay = duration(index, unit: "m") {
            putRetries([index], delay, comment: comment(index), "one shortest delay stands for all outcomes")
        }
        sheet.ignore(
            ["maxWaitTimeSeconds", "waitTimeFactor", "proficiencyFactor", "enableDialingByProficiency"],
            "it belongs to dialling by proficiency: how long an agent may wait, not a caller"
        )
        sheet.ignore(
            ["beginDampenPercentage", "percentageOfAgentsBeforeOverdial"],
            "the policy has no such parameter, and the dialer's law is not public"
        )
    }

    private mutating func readAggressiveness() {
        guard let index = sheet.first("aggressiveness") else { return }
        let gains: [String: JSONValue] = [
            "conservative": .number("0.5"), "moderate": 1, "normal": 1, "medium": 1, "aggressive": 2,
        ]
        guard let gain = sheet.text(index).flatMap({ gains[$0.lowercased()] }) else {
            return sheet.mark(index, .ignored, "the word is not known, and what the words mean is not public")
        }
        put(
            index,
            gain,
            to: "pacing.feedback.gain",
            .approximated,
            "what the words mean is not public; conservative is taken for half the usual gain, aggressive for twice it"
        )
    }

    private static let overrideNames = ["overrideBusinessUnitAbandonRate", "overrideBUAbandonRate"]

    private mutating func readAbandonRates() {
        let threshold = sheet.first("abandonRateThreshold")
        let cutoff = sheet.first("abandonRateCutoff")
        let overrides = sheet.first(Self.overrideNames)
        let isOverridden = sheet.flag(overrides)
        let standing =
            isOverridden == false
            ? "; the skill does not override the rates of its business unit, which the file does not have" : ""
        let target = "pacing.feedback.abandonTarget"
        if let cutoff, let limit = percent(cutoff, isTarget: false) {
            addRule("name", "cxone-day", from: nil)
            addRule("limit", limit, from: cutoff)
            addRule("window", "calendarDay", from: nil)
            sheet.mark(
                cutoff,
                .approximated,
                to: "compliance.0.limit",
                "above it the dialer falls back to one call for each agent; here it is the limit of a day\(standing)"
            )
            if let threshold, let share = percent(threshold, isTarget: true) {
                put(threshold, share, to: target, .approximated, "\(Self.onlyTarget)\(standing)")
            }
        } else {
            readAbandonLimit(
                threshold,
                target: target,
                rule: "cxone-day",
                window: "calendarDay",
                because: "\(Self.onlyTarget)\(standing)"
            )
        }
        guard let overrides else { return }
        let place = parts[target] == nil ? "compliance.0.limit" : target
        switch isOverridden {
        case _ where rule.isEmpty: sheet.mark(overrides, .ignored, "the file gives no limit on abandoned calls")
        case true?:
            let why = "the limit is that of the skill, not that of its business unit"
            sheet.mark(overrides, .approximated, to: "compliance.0.limit", why)
        case false?:
            let why = "the rates of the business unit are in force, which the file does not have"
            sheet.mark(overrides, .approximated, to: place, why)
            assume("compliance")
            if place == target { assume(target) }
        case nil: sheet.mark(overrides, .ignored, "its value is neither true nor false")
        }
    }

    /// An outbound campaign of Five9, from its web service.
    ///
    /// Source: public clients of the service; the law of the predictive mode is not public.
    mutating func readFive9() {
        readName("name")
        readFive9Mode()
        readDroppedCalls()
        readFive9Times()
        sheet.ignore(["dialingPriority", "dialingRatio"], "there is one campaign in a scenario")
        sheet.ignore(["ftpPassword", "ftpUser", "ftpHost", "useFtp"], "recordings are not modelled")
    }

    private mutating func readFive9Mode() {
        let mode = sheet.first("dialingMode")
        let ratio = sheet.first("callsAgentRatio")
        switch mode.flatMap(sheet.text)?.uppercased() ?? "" {
        case "POWER":
            take(mode, .power, .mapped, "a fixed number of calls for each free agent")
            putNumber(
                ratio,
                PowerPolicy.linesPerAgentBounds,
                to: "pacing.power.linesPerAgent",
                because: "the same parameter"
            )
        case "PREDICTIVE":
            take(mode, .lookahead, .approximated, Self.sameTarget)
            sheet.ignore(["callsAgentRatio"], Self.noNumber)
        case "PROGRESSIVE":
            take(mode, .feedback, .approximated, "the dialer varies its ratio by a law that is not public")
            putNumber(
                ratio,
                FeedbackParameters.maxLinesPerAgentBounds,
                to: "pacing.feedback.maxLinesPerAgent",
                .approximated,
                because: "it is taken for the most calls for each free agent"
            )
        case "PREVIEW": refuse(mode, "agents see a contact before it is dialled; progressive stands in for it")
        default: refuse(mode, "the dialing mode is not known; progressive stands in for it")
        }
    }

    private mutating func readDroppedCalls() {
        let share = sheet.first("maxDroppedCallsPercentage")
        let monitor = sheet.first("monitorDroppedCalls")
        guard sheet.flag(monitor) == true else {
            if let share { sheet.mark(share, .ignored, "monitorDroppedCalls is not true, so it is not in force") }
            if let monitor { sheet.mark(monitor, .ignored, "the dialer does not watch dropped calls") }
            return
        }
        let target: String? =
            switch policy {
            case .lookahead: "pacing.lookahead.abandonTarget"
            case .feedback: "pacing.feedback.abandonTarget"
            default: nil
            }
        readAbandonLimit(
            share,
            target: target,
            rule: "five9-30-days",
            window: "campaign30dBlocks",
            target == nil ? .mapped : .approximated,
            because: target == nil ? "the limit of a rule" : Self.onlyTarget
        )
        if let monitor, !rule.isEmpty {
            sheet.mark(monitor, .mapped, to: "compliance.0.limit", "the share of dropped calls is limited")
        }
    }

    private mutating func readFive9Times() {
        let telemarketing = sheet.first("useTelemarketingMaxQueTimeEq1")
        let queue = span("maxQueueTime")
        if let telemarketing, sheet.flag(telemarketing) == true {
            put(
                telemarketing,
                ["constant": "1s"],
                to: "contactCenter.patience",
                .mapped,
                "a call waits for 1 s at most"
            )
            for index in queue?.leaves ?? [] {
                sheet.mark(index, .ignored, "useTelemarketingMaxQueTimeEq1 is true, so a call waits for 1 s")
            }
        } else if let queue {
            put(
                queue.leaves,
                ["constant": Self.spanText(queue.seconds)],
                to: "contactCenter.patience",
                comment: "maxQueueTime",
                .mapped,
                "how long a call waits for an agent, in seconds"
            )
        }
        if let redial = span("CRMRedialTimeout") {
            if redial.seconds > 0 {
                let delay = Self.spanText(redial.seconds)
                putRetries(redial.leaves, delay, comment: "CRMRedialTimeout", "one delay stands for all outcomes")
            } else {
                for index in redial.leaves { sheet.mark(index, .ignored, "0 sets no delay") }
            }
        }
        readFive9WrapUp()
        if let level = sheet.first("analyzeLevel"), let number = number(level, .within(0...600)) {
            let mode = sheet.first("callAnalysisMode").flatMap(sheet.text)?.uppercased() ?? ""
            if mode.hasPrefix("NO_") {
                sheet.mark(level, .ignored, "answers are not analysed")
            } else {
                let milliseconds = number.units(places: 2) ?? 0
                put(
                    level,
                    ["constant": .string(milliseconds % 1000 == 0 ? "\(milliseconds / 1000)s" : "\(milliseconds)ms")],
                    to: "contactCenter.answeringMachineDetection.delay",
                    .approximated,
                    "public clients take it for tenths of a second"
                )
            }
        }
    }

    private mutating func readFive9WrapUp() {
        let leaves = sheet.all(under: "callWrapup")
        guard let enabled = leaves.first(where: { sheet.word($0) == "enabled" }) else { return }
        guard sheet.flag(enabled) == true, let most = span("timeout", in: "callWrapup"), most.seconds > 0
        else {
            for index in leaves { sheet.mark(index, .ignored, "the campaign does not limit the wrap-up") }
            return
        }
        put(
            most.leaves,
            ["uniform": ["min": "0s", "max": Self.spanText(most.seconds)]],
            to: "contactCenter.wrap",
            comment: "callWrapup",
            .approximated,
            "it is the longest wrap-up; how it is distributed below is assumed"
        )
        sheet.mark(enabled, .approximated, to: "contactCenter.wrap", "the wrap-up has a longest time")
        assume("contactCenter.wrap")
    }
}
