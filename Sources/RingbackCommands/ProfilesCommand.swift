import ArgumentParser
import DialerEngine
import ExactJSON
import RunReport
import ScenarioFile
import SimulationAPI

/// `ringback profiles`: the compliance profiles that have a name, their limits, how they stand, and their sources.
struct ProfilesCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "profiles",
        abstract: "List the rules by which abandonment is judged, with their limits, status and source.",
        discussion: """
            A scenario names rules under `compliance:`, or defines its own. A verdict by a
            rule that is not in force says so. Nothing here is legal advice.

            Examples:
              ringback profiles
              ringback profiles us-tsr
              ringback profiles --json | jq -r '.items[] | select(.status == "in force") | .name'
            """
    )

    @OptionGroup var common: CommonOptions

    @Argument(help: .value("name", "The rule to show; without a name all are listed."))
    var name: String?

    func run() async throws {
        var profiles = ComplianceProfile.named
        if let name {
            profiles = profiles.filter { $0.name == name }
            let names = ComplianceProfile.named.map(\.name)
            guard !profiles.isEmpty else {
                throw CommandFailure.usage("unknown compliance profile \(Suggestion.quoted(name, among: names))")
            }
        }
        if common.json { return Console.output(["items": .array(profiles.map(\.json))]) }
        if name != nil, let profile = profiles.first { return Console.output(profile.page) }
        let rows = profiles.map {
            [$0.name, $0.limitText, $0.windowText, $0.clockText, $0.standing?.status.rawValue ?? "–"]
        }
        Console.output(TextColumns.table([["NAME", "LIMIT", "WINDOW", "CLOCK", "STATUS"]] + rows))
    }
}

extension ComplianceProfile {
    fileprivate var limitText: String {
        if let attemptLimit { return "\(NumberText.count(attemptLimit.attempts, "attempt")) for a contact" }
        return limit.map { "\(NumberText.percent(ExactDecimal($0))) of \(denominator.words)" }
            ?? "none; the rate is reported"
    }

    fileprivate var windowText: String {
        if let attemptLimit { return "any \(Duration.text(seconds: attemptLimit.seconds))" }
        return switch window {
        case .campaign30DayBlocks: "30-day blocks of the campaign"
        case .calendarDay: "calendar day"
        case .calendarMonth: "calendar month"
        case .rollingHours(let hours): "last \(NumberText.short(hours, 1)) h"
        }
    }

    fileprivate var clockText: String {
        guard attemptLimit == nil else { return "–" }
        let start =
            switch clock {
            case .answer: "the answer"
            case .greetingStart: "the start of the greeting"
            case .greetingEnd: "the end of the greeting"
            }
        return "\(NumberText.short(seconds, 1)) s from \(start)"
    }

    /// Everything about the rule, a line for each member.
    fileprivate var page: String {
        var rows = [["limit", limitText], ["window", windowText]]
        if attemptLimit == nil {
            rows += [
                ["clock", clockText],
                ["false positives", falsePositives == .abandoned ? "count as abandoned" : "do not count as abandoned"],
                ["early hang-ups", countsEarlyHangUps ? "count as abandoned" : "do not count as abandoned"],
                ["least ringing", minimumRinging.map { "\(NumberText.short($0, 1)) s" } ?? "none"],
            ]
        }
        rows.append(["not modelled", notModelled.isEmpty ? "nothing" : notModelled.joined(separator: ", ")])
        if let standing {
            rows.append(["status", standing.status.rawValue])
            if let from = standing.from { rows.append(["from", from]) }
            if let until = standing.until { rows.append(["until", until]) }
            rows.append(["source", standing.source])
        }
        return name + "\n" + TextColumns.table(rows.map { ["  " + $0[0], $0[1]] })
    }

    fileprivate var json: JSONValue {
        let windowJSON: JSONValue =
            switch window {
            case .campaign30DayBlocks: "campaign30dBlocks"
            case .calendarDay: "calendarDay"
            case .calendarMonth: "calendarMonth"
            case .rollingHours(let hours): ["rollingHours": .double(hours)]
            }
        let standingMembers: [JSONValue.Member] = [
            .init("name", .string(name)),
            .init("status", standing.map { .string($0.status.rawValue) } ?? .null),
            .init("from", standing?.from.map { .string($0) } ?? .null),
            .init("until", standing?.until.map { .string($0) } ?? .null),
            .init("source", standing.map { .string($0.source) } ?? .null),
        ]
        let notModelledMember = JSONValue.Member("notModelled", .array(notModelled.map { .string($0) }))
        if let attemptLimit {
            return .object(
                standingMembers + [
                    .init("attempts", .integer(attemptLimit.attempts)), .init("within", .double(attemptLimit.seconds)),
                    notModelledMember,
                ]
            )
        }
        return .object(
            standingMembers + [
                .init("limit", limit.map { .double($0.doubleValue) } ?? .null),
                .init("denominator", .string(denominator.rawValue)),
                .init("window", windowJSON), .init("clockFrom", .string(clock.rawValue)),
                .init("seconds", .double(seconds)),
                .init("countFalsePositives", .bool(falsePositives == .abandoned)),
                .init("countEarlyHangUps", .bool(countsEarlyHangUps)),
                .init("minimumRinging", minimumRinging.map { .double($0) } ?? .null),
                notModelledMember,
            ]
        )
    }
}
