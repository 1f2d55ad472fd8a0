internal import DialerEngine
internal import DiscreteEvents
import QueueingTheory

/// A list whose contacts are tried again.
enum ListFamily {
    private struct Case {
        var text: String
        var outcomes: OutcomeProbabilities
        var falsePositive: Double
        var retry: [ContactList.Ending: Double]
        var limit: Int?

        /// What becomes of an attempt, each independently of all others: every person who is not taken for a machine reaches an
        /// agent, since the policy is progressive.
        var theory: RepeatedAttempts {
            let chances: [(ContactList.Ending, Double)] = [
                (.dialTone, outcomes.dialTone), (.busySignal, outcomes.busySignal), (.noAnswer, outcomes.noAnswer),
                (.voicemail, outcomes.voicemail), (.abandoned, outcomes.answer * falsePositive),
            ]
            let retried = chances.reduce(0) { $0 + (retry[$1.0] == nil ? 0 : $1.1) }
            return RepeatedAttempts(reached: outcomes.answer * (1 - falsePositive), retried: retried, limit: limit)
        }
    }

    private static let cases = [
        Case(
            text: "p = 0.22, 5 attempts, retries after busy, no answer and voicemail",
            outcomes: OutcomeProbabilities(
                dialTone: 0.06,
                busySignal: 0.12,
                noAnswer: 0.35,
                answer: 0.22,
                voicemail: 0.25
            ),
            falsePositive: 0,
            retry: [.busySignal: 300, .noAnswer: 3600, .voicemail: 7200],
            limit: 5
        ),
        Case(
            text: "p = 0.4, 2 attempts, a retry after no answer alone",
            outcomes: OutcomeProbabilities(dialTone: 0.1, busySignal: 0.1, noAnswer: 0.3, answer: 0.4, voicemail: 0.1),
            falsePositive: 0,
            retry: [.noAnswer: 0],
            limit: 2
        ),
        Case(
            text: "p = 0.3, no limit, 12 % of persons taken for machines and tried again the next day",
            outcomes: OutcomeProbabilities(dialTone: 0.05, busySignal: 0, noAnswer: 0.65, answer: 0.3, voicemail: 0),
            falsePositive: 0.12,
            retry: [.noAnswer: 5400, .abandoned: 86_400],
            limit: nil
        ),
        Case(
            text: "p = 0.15, 9 attempts, every outcome is tried again but persons taken for machines, 20 %",
            outcomes: OutcomeProbabilities(
                dialTone: 0.05,
                busySignal: 0.2,
                noAnswer: 0.4,
                answer: 0.15,
                voicemail: 0.2
            ),
            falsePositive: 0.2,
            retry: [.dialTone: 60, .busySignal: 60, .noAnswer: 600, .voicemail: 30_000],
            limit: 9
        ),
    ]

    /// Attempts and contacts reached.
    static func family(_ simulator: Simulator) async throws -> Family {
        var comparisons: [Comparison] = []
        for item in cases {
            var center = ContactCenter(
                agents: 12,
                outcomes: item.outcomes,
                ringing: RingingTimes(Distribution(.uniform(min: 3, max: 12))),
                talk: .exponential(mean: 40)
            )
            if item.falsePositive > 0 {
                center.detection = AnsweringMachineDetection(delay: .constant(1), falsePositive: item.falsePositive)
            }
            var experiment = Experiment(
                center,
                pacing: .progressive,
                length: .shifts(seconds: 28_800, days: 200),
                seed: Simulator.seed(of: "list, \(item.text)")
            )
            let contacts = max(20, Int(8000 * simulator.scale))
            experiment.list = ContactList(contacts: contacts, maxAttempts: item.limit, retry: item.retry)
            let results = try await Replications.run(
                experiment,
                count: Simulator.replications,
                threads: simulator.threads
            )
            for (quantity, exact) in [
                (Quantity.attemptsPerContact, item.theory.attemptsPerContact),
                (.reachedShare, item.theory.reachedShare),
            ] {
                comparisons.append(
                    Comparison(
                        "list, progressive",
                        item.text,
                        quantity.name,
                        exact: exact,
                        estimate: quantity.estimate(results),
                        source: "geometric distribution, cut at the last attempt"
                    )
                )
            }
            comparisons.append(
                Comparison(
                    "list, progressive",
                    item.text,
                    "open contacts at the end, all replications",
                    exact: 0,
                    found: Double(results.map { $0.list?.open ?? -1 }.reduce(0, +)),
                    source: "every contact is reached or done otherwise"
                )
            )
        }
        return Family(
            title: "A list with retries",
            introduction:
                "Attempts end independently of each other, and every person who is not taken for a machine has an "
                + "agent, so attempts and contacts reached have closed forms, whatever the delays. Lists last over several days, "
                + "until nothing can become due any more.",
            comparisons: comparisons
        )
    }
}
