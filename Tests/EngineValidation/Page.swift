internal import Foundation
internal import Statistics

/// The page: Markdown of all comparisons, and what they say together.
struct Page: Sendable {
    /// The sections.
    var families: [Family]

    /// All comparisons.
    private var comparisons: [Comparison] { families.flatMap(\.comparisons) }

    /// The comparisons that fail, in words.
    var failures: [String] {
        families.flatMap { family in
            family.comparisons.filter(\.fails).map {
                "\(family.title): \($0.model), \($0.parameters), \($0.quantity): \($0.exact), not \($0.estimate) "
                    + "(\($0.distance))"
            }
        }
    }

    /// The page as Markdown.
    var markdown: String {
        let sections = [introduction] + families.map(Self.section) + [summary, Self.limits]
        return sections.joined(separator: "\n\n") + "\n"
    }

    private var introduction: String {
        """
        # Validation of the engine

        This page is written by a program that runs the engine and compares it with theory: `make validation`, or

            swift run -c release EngineValidation > docs/VALIDATION.md

        Nothing in it is typed by hand. Seeds are made of the names of the rows, so that no person chooses them; the same
        version writes the same page, byte for byte, on the same platform (the last digits of a logarithm may differ
        between C libraries). `--scale 10` makes every run ten times as long. The program ends with an error if a
        comparison fails, so that it can be run as a check.

        **How to read it.** *Exact* is what a formula or an exact algorithm gives, *estimate* what the engine showed.
        The interval is Student's with \(Simulator.replications - 1) degrees of freedom over \(Simulator.replications) \
        independent replications; a share is a ratio of totals, so that calls within a replication need not be
        independent (abandoned calls come in clusters, and a binomial interval would be too narrow). *SE* is how many
        standard errors the estimate lies above the exact value. A comparison fails beyond \
        \(digits(Comparison.mostStandardErrors)) of them; rows outside their 95 % interval are marked †, and one in twenty
        should be. An identity holds or fails.
        """
    }

    private static func section(_ family: Family) -> String {
        let head = "## \(family.title)\n\n\(family.introduction)\n"
        let rows = family.comparisons.map { row in
            let mark: String
            if row.fails {
                mark = " ✗"
            } else if case .equality(_, isInside: false) = row.test {
                mark = " †"
            } else {
                mark = ""
            }
            return "| \(row.model) | \(row.parameters) | \(row.quantity) | \(row.exact) | \(row.estimate) | "
                + "\(row.interval) | \(row.distance)\(mark) | \(row.source) |"
        }
        return head
            + """

            | Model | Parameters | Quantity | Exact | Estimate | 95 % interval | SE | Source of the exact value |
            |---|---|---|--:|--:|---|--:|---|

            """ + rows.joined(separator: "\n")
    }

    private var summary: String {
        var (errors, outside, ceilings, identities) = ([Double](), 0, [Double](), 0)
        var (runs, runsOutside) = (Set<[String]>(), 0)
        for comparison in comparisons {
            switch comparison.test {
            case .equality(let distance, let isInside):
                errors.append(distance)
                if !isInside { outside += 1 }
                let isFirst = runs.insert([comparison.model, comparison.parameters]).inserted
                if isFirst, !isInside { runsOutside += 1 }
            case .ceiling(let distance): ceilings.append(distance)
            case .identity: identities += 1
            }
        }
        let squares = errors.reduce(0) { $0 + $1 * $1 } / Double(max(1, errors.count))
        let failed = failures
        return """
            ## All comparisons together

            - \(errors.count) comparisons of an estimate with an exact value; \(outside) lie outside their 95 % interval, where
              \(digits(0.05 * Double(errors.count), 3)) are expected. This many or more have the probability \
            \(digits(Self.chance(of: outside, in: errors.count), 3)) if the engine is right and the comparisons are independent,
              which they are not: quantities of the same model and parameters come from the same runs.
            - Of the \(runs.count) separate runs \(runsOutside) have their first quantity outside, where \
            \(digits(0.05 * Double(runs.count), 3)) are expected; this many or more have the
              probability \(digits(Self.chance(of: runsOutside, in: runs.count), 3)).
            - The largest distance is \(digits(errors.map(abs).max() ?? 0, 3)) standard errors, the mean square \
            \(digits(squares, 3)) (about 1.07 for Student's distribution).
            - \(ceilings.count) comparisons with an upper limit; the highest lies \(signed(ceilings.max() ?? 0)) standard errors
              from it.
            - \(identities) identities.
            - \(failed.isEmpty ? "No comparison fails." : "**\(failed.count) fail:** " + failed.joined(separator: "; "))
            """
    }

    /// The probability that at least this many of independent 95 % intervals miss.
    static func chance(of outside: Int, in count: Int) -> Double {
        guard outside > 0 else { return 1 }
        return SpecialFunctions.incompleteBeta(Double(outside), Double(count - outside + 1), 0.05)
    }
}
