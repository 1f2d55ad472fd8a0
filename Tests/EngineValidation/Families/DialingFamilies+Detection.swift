internal import DialerEngine
internal import DiscreteEvents

extension DialingFamilies {
    /// One line per agent, with answering-machine detection that errs.
    static func detection(_ simulator: Simulator) async throws -> Family {
        let cases = [(0.3, 0.4, 0.05, 0.2), (0.15, 0.7, 0.01, 0.1), (0.5, 0.2, 0.2, 0)]
        let scenarios = cases.map { person, machine, falsePositive, falseNegative in
            let (ringing, delay, talk, machineTalk, wrap) = (14.0, 1.1, 90.0, 12.0, 20.0)
            // Per dial: what reaches an agent, and the time of the line until then or until its end.
            let connected = person * (1 - falsePositive)
            let handling = connected * (talk + wrap) + machine * falseNegative * (machineTalk + wrap)
            let line = ringing + (person + machine) * delay
            var scenario = Scenario(
                model: "progressive with detection",
                parameters: "n = 8, persons \(person), machines \(machine), false positives \(falsePositive), "
                    + "false negatives \(falseNegative), decision after 1.1 s",
                source: "renewal and reward",
                center: .exponential(agents: 8, answering: person, ringing: ringing, handle: talk),
                pacing: .progressive,
                exact: [
                    (.abandonment, falsePositive), (.occupancy, handling / (handling + line)),
                    (.connects, 3600 * connected / (handling + line)), (.dials, 3600 / (handling + line)),
                ]
            )
            scenario.center.outcomes = OutcomeProbabilities(
                dialTone: 0,
                busySignal: 0,
                noAnswer: 1 - person - machine,
                answer: person,
                voicemail: machine
            )
            scenario.center.wrap = .exponential(mean: wrap)
            scenario.center.detection = AnsweringMachineDetection(
                delay: Distribution(.uniform(min: 0.2, max: 2)),
                falsePositive: falsePositive,
                falseNegative: falseNegative,
                machineTalk: .exponential(mean: machineTalk)
            )
            return scenario
        }
        return Family(
            title: "Answering-machine detection",
            introduction: "Progressive dialling where the decision takes time, drops some persons (abandoned calls) "
                + "and sends some machines to agents.",
            comparisons: try await scenarios.comparisons(simulator)
        )
    }
}
