import DialerEngine
import ExactJSON

extension CampaignDraft {
    /// A row of VICIdial's `vicidial_campaigns`, or of `campaigns_list` of its NON-AGENT_API.
    ///
    /// Source: its schema and its scripts; the law itself is the policy `vicidial`.
    mutating func readVicidial() {
        readName("campaign_name", "campaign_id")
        let level = sheet.first("auto_dial_level", "dial_level")
        readVicidialMethod(level)
        if policy == .vicidial { readAdaptiveSettings(level) }
        if policy == .ratio {
            putNumber(level, RatioPolicy.levelBounds, to: "pacing.ratio.level", because: "the same parameter")
        }
        if policy != .vicidial {
            sheet.ignore(
                [
                    "adaptive_dropped_percentage", "adaptive_maximum_level", "adaptive_intensity",
                    "adaptive_dl_diff_target",
                ],
                policy == .ratio ? "the dial method RATIO does not adapt" : "\(Self.standIn) does not adapt"
            )
        }
        readTally()
        putConstant(
            sheet.first("drop_call_seconds"),
            to: "contactCenter.patience",
            because: "the dialer drops a call that has waited so long since the answer"
        )
        putConstant(
            sheet.first("dial_timeout"),
            to: "contactCenter.ringing.noAnswer",
            because: "how long the dialer lets a phone ring"
        )
        readWrapUp()
        readLatestTime()
        sheet.ignore(
            ["drop_action", "drop_inbound_group", "safe_harbor_exten", "safe_harbor_audio"],
            "what a dropped caller hears changes nothing that is counted"
        )
        sheet.ignore(
            ["hopper_level", "auto_hopper_level", "lead_order", "dial_statuses"],
            "the order of contacts is not modelled"
        )
        sheet.ignore(["local_call_time"], "the hours of this name stand in another table")
    }

    private static let standIn = "progressive, which stands in for the dial method,"

    /// Which agents the dialer multiplies its level by.
    private mutating func readTally() {
        guard let tally = sheet.first("available_only_ratio_tally") else { return }
        let path = policy == .ratio ? "pacing.ratio.level" : "pacing.vicidial.initialLevel"
        if policy == .progressive {
            sheet.mark(tally, .ignored, "\(Self.standIn) has no level")
        } else if sheet.flag(tally) == nil {
            sheet.mark(tally, .ignored, "its value is neither Y nor N")
        } else if sheet.flag(tally) == false {
            sheet.mark(tally, .ignored, "the level counts all agents on duty, as the policy does")
        } else if parts[path] == nil {
            sheet.mark(tally, .ignored, "the file gives no dial level that it could belong to")
        } else {
            sheet.mark(
                tally,
                .approximated,
                to: path,
                "the dialer multiplies by waiting agents only, the policy by all on duty, which dials more"
            )
        }
    }

    private mutating func readVicidialMethod(_ level: Int?) {
        let method = sheet.first("dial_method")
        let written = method.flatMap(sheet.text)?.uppercased() ?? ""
        let isShared = written.hasPrefix("SHARED_")
        let word = isShared ? String(written.dropFirst("SHARED_".count)) : written
        let state: ImportedSetting.State = isShared ? .approximated : .mapped
        let shared = "agents are shared with other campaigns, which the scenario does not have"
        switch word {
        case "RATIO":
            if let level, let number = sheet.number(level), number <= .zero {
                refuse(method, "the dial level is 0, so the dialer places no call; progressive stands in for it")
                sheet.mark(level, .approximated, to: "pacing", "at level 0 the dialer places no call")
                return
            }
            take(method, .ratio, state, isShared ? shared : "the same law")
        case "ADAPT_HARD_LIMIT", "ADAPT_AVERAGE", "ADAPT_TAPERED":
            let law: VicidialLaw.DropMethod =
                word == "ADAPT_AVERAGE" ? .average : word == "ADAPT_TAPERED" ? .tapered : .hardLimit
            take(method, .vicidial, state, "the same law")
            if let method {
                policyComment = nil
                put(
                    method,
                    .string(law.rawValue),
                    to: "pacing.vicidial.method",
                    state,
                    isShared ? shared : "the same law"
                )
            }
        case "MANUAL", "INBOUND_MAN":
            refuse(method, "agents dial themselves; progressive stands in for it")
        default:
            refuse(method, "the dial method is not known; progressive stands in for it")
        }
        if policy == .progressive {
            sheet.ignore(["auto_dial_level", "dial_level"], "\(Self.standIn) has no level")
        }
    }

    private mutating func readAdaptiveSettings(_ level: Int?) {
        if let share = sheet.first("adaptive_dropped_percentage"), let limit = percent(share, isTarget: true) {
            put(share, limit, to: "pacing.vicidial.dropLimit", .mapped, "the same parameter")
        }
        let most = sheet.first("adaptive_maximum_level")
        putNumber(most, VicidialParameters.levelBounds, to: "pacing.vicidial.maxLevel", because: "the same parameter")
        putNumber(
            sheet.first("adaptive_intensity"),
            VicidialParameters.intensityBounds,
            to: "pacing.vicidial.intensity",
            because: "the same parameter"
        )
        putNumber(
            sheet.first("adaptive_dl_diff_target"),
            VicidialParameters.targetBounds,
            to: "pacing.vicidial.target",
            because: "the same parameter"
        )
        guard let level, let number = number(level, .within(0...1_000)) else { return }
        let path = "pacing.vicidial.initialLevel"
        let highest = parts["pacing.vicidial.maxLevel"]?.value.number.flatMap { ExactDecimal($0) } ?? ExactDecimal(3)
        if number < .one {
            put(level, 1, to: path, .approximated, "the law never goes below 1")
        } else if number > highest {
            put(
                level,
                .number(highest.description),
                to: path,
                .approximated,
                "the law never goes above the highest level"
            )
        } else {
            putNumber(
                level,
                VicidialParameters.levelBounds,
                to: path,
                because: "the level at the start of the campaign"
            )
        }
    }

    private mutating func readWrapUp() {
        guard let index = sheet.first("wrapup_seconds"), let least = duration(index, unit: "s") else { return }
        guard sheet.number(index) != .zero else {
            return sheet.mark(index, .ignored, "0 sets no shortest wrap-up")
        }
        put(
            index,
            ["exponential": ["mean": "30s", "shift": least]],
            to: "contactCenter.wrap",
            .approximated,
            "it is the shortest wrap-up, and how much longer it takes is assumed"
        )
        assume("contactCenter.wrap")
    }

    private mutating func readLatestTime() {
        guard let index = sheet.first("adaptive_latest_server_time") else { return }
        let start = 9 * 3600
        guard let end = sheet.text(index).flatMap(Self.clock), end > start else {
            return sheet.mark(
                index,
                .ignored,
                "the shift is assumed to begin at 09:00, and this value is not a later clock time"
            )
        }
        put(
            index,
            .string(Self.lengthText(end - start)),
            to: "run.shift",
            .approximated,
            "the dialer stops then; the shift is taken from 09:00, which is assumed, to this time"
        )
        put("09:00", to: "run.start", comment: "assumed")
        assume("run.start")
    }
}
