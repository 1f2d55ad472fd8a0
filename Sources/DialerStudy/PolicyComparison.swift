import DialerEngine
package import ExactJSON
import RunReport
import Statistics

/// Several pacing policies on the same customers: each replication of each policy draws the same random numbers for the
/// same attempt, so that differences show the policies and not chance.
package struct PolicyComparison: Sendable {
    package struct Entry: Sendable {
        /// The policy as it was asked for, such as `power=1.5`.
        package let name: String
        package let result: StudyResult
        /// Its metrics less those of the scenario's policy, pairwise over the replications.
        package let differences: [StudyMetric: Estimate]
        /// Its *predictive gain*: minutes of talk per agent and hour above progressive dialling.
        package let predictiveGain: Estimate
    }

    /// The scenario's own policy, first, and the others in the order in which they were asked for.
    package let entries: [Entry]

    /// Compares results of the same replications.
    ///
    /// - Parameters:
    ///   - results: Names and results, the scenario's own first.
    ///   - progressive: The result of progressive dialling.
    package init(_ results: [(name: String, result: StudyResult)], progressive: StudyResult) {
        let own = results.first?.result ?? progressive
        entries = results.map { name, result in
            var differences: [StudyMetric: Estimate] = [:]
            for metric in StudyMetric.allCases {
                differences[metric] = Self.difference(metric, result, own)
            }
            return Entry(
                name: name,
                result: result,
                differences: differences,
                predictiveGain: Self.difference(.talkMinutesPerAgentHour, result, progressive)
            )
        }
    }

    private static func difference(_ metric: StudyMetric, _ first: StudyResult, _ second: StudyResult) -> Estimate {
        Estimate(
            PairedDifference(first.pieces.map { metric.observation($0) }, second.pieces.map { metric.observation($0) }),
            within: -Double.infinity...Double.infinity
        )
    }

    package var json: JSONValue {
        [
            "baseline": .string(entries.first?.name ?? ""),
            "policies": .array(
                entries.map { entry in
                    [
                        "policy": .string(entry.name),
                        "metrics": entry.result.metricsJSON,
                        "abandonmentVerdicts": .object(
                            entry.result.compliance.map {
                                .init($0.profile.name, .string($0.verdict?.rawValue ?? "reported"))
                            }
                        ),
                        "differences": .object(
                            StudyMetric.allCases.compactMap { metric in
                                entry.differences[metric].map { .init(metric.rawValue, $0.json) }
                            }
                        ),
                        "predictiveGain": entry.predictiveGain.json,
                    ]
                }
            ),
        ]
    }
}
