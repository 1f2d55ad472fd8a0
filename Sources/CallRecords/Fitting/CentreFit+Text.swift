import DialerEngine
import DiscreteEvents
package import RunReport
import Statistics

extension CentreFit {
    /// The summary for a terminal: what was read, what was left out and why, the distributions, and what to know.
    ///
    /// - Parameter next: What to do with the result, a command on each line.
    package func text(style: TextStyle = .plain, width: Int = 100, next: [String] = []) -> String {
        var lines = rowLines(style) + [""]
        lines += table(outcomeRows, style) + [""]
        lines.append(hourLine)
        lines += ["", "times in seconds"] + table(timeRows, style)
        lines += [""] + centreLines
        if !warnings.isEmpty {
            lines.append("")
            for warning in warnings {
                let text = "\(warning.detail) [\(warning.code)]"
                lines += TextColumns.wrapped(
                    "  " + style.text("note", .inconclusive) + "  " + text,
                    after: "        ",
                    to: width
                )
            }
        }
        if !next.isEmpty { lines += ["", "next"] + next.map { "  \($0)" } }
        return lines.joined(separator: "\n") + "\n"
    }

    private func table(_ rows: [[String]], _ style: TextStyle) -> [String] {
        TextTable.lines(rows).enumerated().map { $0 == 0 ? style.text($1, .quiet) : $1 }
    }

    private func rowLines(_ style: TextStyle) -> [String] {
        var lines = [
            "\(name): \(NumberText.count(summary.rows.read, "row")) read, \(NumberText.count(summary.rows.used)) used, "
                + "\(NumberText.count(summary.span.days, "day")) (\(summary.zone.identifier))"
        ]
        for reason in SkipReason.allCases {
            guard let count = summary.rows.skipped[reason], count > 0 else { continue }
            lines.append("  skipped \(NumberText.count(count)) \(style.text(reason.rawValue, .quiet))")
        }
        return lines
    }

    private var outcomeRows: [[String]] {
        var rows = [["outcome", "attempts", "share", "95 %"]]
        let words = ["dial tone", "busy", "no answer", "answered", "voicemail"]
        func row(_ word: String, _ share: FittedOutcomes.Share) -> [String] {
            [
                word, NumberText.count(share.count), NumberText.fixed(share.probability * 100, 2) + " %",
                NumberText.percentRange(share.interval.lower, share.interval.upper, digits: 2),
            ]
        }
        for (index, share) in outcomes.shares.enumerated() {
            rows.append(row(words[index], share))
            if AttemptOutcome.allCases[index] == .answered { rows.append(row("  abandoned", outcomes.abandoned)) }
        }
        return rows
    }

    private var hourLine: String {
        guard outcomes.hours.count > 1 else { return "outcomes by hour: too few attempts to tell" }
        let test = outcomes.test
        let p = NumberText.pValue(test.pValue)
        return
            "outcomes by hour: \(outcomes.differByHour ? "they differ, so a schedule says how" : "no difference shown") "
            + "(likelihood ratio \(NumberText.fixed(test.statistic, 1)), \(test.degreesOfFreedom) degrees of freedom, "
            + "p \(p.hasPrefix("<") ? p : "= \(p)"))"
    }

    private var timeRows: [[String]] {
        var rows = [["quantity", "values", "mean", "distribution", "p"]]
        for entry in times {
            let time = entry.time
            rows.append([
                entry.quantity.name, NumberText.count(time.sample.count), Self.number(time.sample.mean),
                time.distribution.words, time.test.map { NumberText.pValue($0.pValue) } ?? "–",
            ])
        }
        let samples = patience.samples
        rows.append([
            "patience", NumberText.count(samples.abandoned.count),
            samples.abandoned.isEmpty ? "–" : Self.number(samples.abandoned.mean), patience.time.distribution.words,
            "–",
        ])
        return rows
    }

    private var centreLines: [String] {
        var lines: [String] = []
        if let roster = shift.roster {
            let entries = roster.entries.count == 1 ? "1 group" : "\(NumberText.count(roster.entries.count)) groups"
            lines.append("roster: \(NumberText.count(roster.agents, "agent")) in \(entries)")
        } else {
            lines.append("roster: \(summary.noAgents)")
        }
        if let list = list?.list {
            let most = list.maxAttempts ?? 1
            let retries = NumberText.count(list.retry.count, "outcome")
            lines.append(
                "list: \(NumberText.count(list.contacts, "contact")), at most \(NumberText.count(most, "attempt")), "
                    + "retries after \(retries)"
            )
        } else {
            lines.append("list: \(summary.noContacts)")
        }
        return lines
    }

    private static func number(_ value: Double) -> String { NumberText.short(value, value < 10 ? 2 : 1) }
}

extension Distribution {
    /// The distribution for people: `lognormal, mean 179.3, sd 238`, or with a shift `1.17 + gamma, mean 9.82, sd 5.1`.
    ///
    /// A shift stands in front, so that the mean behind the family is seen to be that of the family alone.
    package var words: String {
        func number(_ value: Double) -> String { NumberText.short(value, abs(value) < 10 ? 2 : 1) }
        let added = shift == 0 ? "" : "\(number(shift)) + "
        switch shape {
        case .constant(let value): return "constant \(number(value))"
        case .uniform(let min, let max): return "\(added)uniform, \(number(min)) to \(number(max))"
        case .exponential(let mean): return "\(added)exponential, mean \(number(mean))"
        case .lognormal(let mean, let sd): return "\(added)lognormal, mean \(number(mean)), sd \(number(sd))"
        case .gamma(let mean, let sd): return "\(added)gamma, mean \(number(mean)), sd \(number(sd))"
        case .weibull(let mean, let shape): return "\(added)weibull, mean \(number(mean)), shape \(number(shape))"
        case .empirical(let values): return "empirical, \(NumberText.count(values.count, "value"))"
        }
    }
}
