import DialerEngine
import ExactJSON

extension CampaignDraft {
    /// An outbound campaign of Genesys Cloud: Terraform's `genesyscloud_outbound_campaign`, or the API's JSON.
    ///
    /// Source: the provider's documentation. The law of the predictive mode is not public.
    mutating func readGenesys() {
        readName("name")
        let mode = sheet.first("dialing_mode")
        switch mode.flatMap(sheet.text)?.lowercased() ?? "" {
        case "progressive": take(mode, .progressive, .mapped, "one call for each free agent")
        case "power":
            take(
                mode,
                .power,
                .approximated,
                "the dialer may place fewer calls than its maximum; the policy stays at it"
            )
            putNumber(
                sheet.first("max_calls_per_agent"),
                .within(1...1_000),
                to: "pacing.power.linesPerAgent",
                .approximated,
                because: "it is a maximum; the dialer may place fewer calls"
            )
        case "predictive":
            take(mode, .lookahead, .approximated, Self.sameTarget)
            sheet.ignore(["max_calls_per_agent"], Self.noNumber)
        case "preview": refuse(mode, "agents see a contact before it is dialled; progressive stands in for it")
        case "agentless": refuse(mode, "an agentless campaign has no agents; progressive stands in for it")
        default: refuse(mode, "the dialing mode is not known; progressive stands in for it")
        }
        readAbandonLimit(
            sheet.first("abandon_rate"),
            target: policy == .lookahead ? "pacing.lookahead.abandonTarget" : nil,
            rule: "genesys-abandon-rate",
            window: "campaign30dBlocks",
            because: policy == .lookahead
                ? Self.onlyTarget
                : "over which window the dialer counts is not public"
        )
        putConstant(
            sheet.first("no_answer_timeout"),
            to: "contactCenter.ringing.noAnswer",
            because: "how long the dialer lets a phone ring"
        )
        putInteger(
            sheet.first("outbound_line_count"),
            ContactCenter.lineBounds,
            to: "contactCenter.lines",
            because: "the lines of the campaign"
        )
        sheet.ignore(["priority"], "there is one campaign in a scenario")
        sheet.ignore(["contact_sort", "contact_sorts", "sort"], "the order of contacts is not modelled")
    }

    /// A campaign of Amazon Connect: CloudFormation or the API's JSON, in both versions.
    ///
    /// Source: the API's reference. The law of the predictive mode is not public.
    mutating func readAmazon() {
        readName("name")
        readAmazonMode()
        let target = sheet.first("targetRate")
        let window = sheet.first("evaluationWindow")
        let point = sheet.first("connectionStartPoint")
        let threshold = sheet.first("connectionThresholdSeconds")
        if let target, let rate = number(target, .abandonTarget) {
            addRule("name", "amazon-abandonment-rate", from: nil)
            addRule("limit", .number(rate.description), from: target)
            if policy == .lookahead {
                put(
                    target,
                    .number(rate.description),
                    to: "pacing.lookahead.abandonTarget",
                    .approximated,
                    "\(Self.onlyTarget); the rule amazon-abandonment-rate has the same limit"
                )
            } else {
                sheet.mark(target, .mapped, to: "compliance.0.limit", "the limit of a rule")
            }
            readAmazonWindow(window)
            readAmazonClock(point, threshold)
        } else {
            for index in [window, point, threshold].compactMap({ $0 }) {
                sheet.mark(index, .ignored, "without a targetRate it limits nothing")
            }
        }
        sheet.ignore(
            ["bandwidthAllocation", "dialingCapacity"],
            "it shares the capacity of an instance between campaigns; there is one in a scenario"
        )
    }

    private mutating func readAmazonMode() {
        // Pacing strategies stand in the section, too, and are settings of their own.
        let strategies: Set = [
            "targetrate", "evaluationwindow", "connectionstartpoint", "connectionthresholdseconds",
        ]
        func place(_ name: String) -> (leaf: Int, section: String)? {
            for name in [name, "\(name)Config", "\(name)DialerConfig"] {
                let inside = sheet.all(under: name)
                let leaf =
                    sheet.first(name) ?? inside.first { !strategies.contains(sheet.word($0)) } ?? inside.first
                if let leaf { return (leaf, sheet.section([name], of: leaf)) }
            }
            return nil
        }
        if let (leaf, section) = place("predictive") {
            take(leaf, in: section, .lookahead, .approximated, Self.sameTarget)
        } else if let (leaf, section) = place("progressive") {
            take(leaf, in: section, .progressive, .mapped, "one call for each free agent")
        } else if let (leaf, section) = place("agentless") {
            refuse(leaf, in: section, "an agentless campaign has no agents; progressive stands in for it")
        } else if let (leaf, section) = place("preview") {
            refuse(leaf, in: section, "agents see a contact before it is dialled; progressive stands in for it")
        } else {
            refuse(nil, "the file names no mode of dialling")
        }
    }

    private mutating func readAmazonWindow(_ index: Int?) {
        guard let index, let hours = sheet.text(index).flatMap(Self.hours),
            ComplianceProfile.rollingHourBounds.contains(hours)
        else {
            if let index {
                sheet.mark(index, .ignored, "its value cannot be read as a length such as PT24H, of 30 days at most")
            }
            return addRule("window", ["rollingHours": 24], from: nil)
        }
        addRule("window", ["rollingHours": .double(hours)], from: index)
        sheet.mark(index, .mapped, to: "compliance.0.window.rollingHours", "the window of the rule")
    }

    private mutating func readAmazonClock(_ point: Int?, _ threshold: Int?) {
        if let point {
            let clocks = [
                "CONNECTEDTOSYSTEM": "answer", "GREETINGSTART": "greetingStart", "GREETINGEND": "greetingEnd",
            ]
            let word = sheet.text(point).map { SettingsSheet.word($0).uppercased() } ?? ""
            if let clock = clocks[word] {
                addRule("clockFrom", .string(clock), from: point)
                sheet.mark(point, .mapped, to: "compliance.0.clockFrom", "the moment from which the rule counts")
            } else {
                sheet.mark(point, .ignored, "the moment is not known")
            }
        }
        if let threshold, let seconds = duration(threshold, unit: "s") {
            addRule("seconds", seconds, from: threshold)
            sheet.mark(threshold, .mapped, to: "compliance.0.seconds", "how long a person may wait by the rule")
        }
    }

    /// The hours of a duration such as `PT24H`, `PT30M`, `P1D`.
    static func hours(_ text: String) -> Double? {
        let units: [Character: Double] = ["D": 24, "H": 1, "M": 1.0 / 60]
        guard text.hasPrefix("P"), let unit = text.last.flatMap({ units[$0] }) else { return nil }
        let number = text.dropFirst(text.hasPrefix("PT") ? 2 : 1).dropLast()
        guard text.hasPrefix("PT") != (text.last == "D"), let count = Int(number), count > 0, count <= 100_000 else {
            return nil
        }
        return Double(count) * unit
    }
}
