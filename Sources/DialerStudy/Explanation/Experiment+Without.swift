import DialerEngine
import Statistics

extension Experiment {
    /// The same experiment with one cause absent; nil if the cause is not there.
    func without(_ cause: Explanation.Cause) -> Experiment? {
        var other = self
        func changing(_ change: (inout ContactCenter) -> Void) -> Experiment? {
            change(&other.center)
            for index in other.schedule.indices { change(&other.schedule[index].center) }
            return other == self ? nil : other
        }
        switch cause {
        case .breaks:
            return changing { center in
                for index in center.roster?.entries.indices ?? 0..<0 { center.roster?.entries[index].breaks = [] }
            }
        case .roster:
            let end = shift ?? 0
            return changing { center in
                for index in center.roster?.entries.indices ?? 0..<0 { center.roster?.entries[index].to = end }
            }
        case .detection:
            return changing { center in
                center.detection?.falsePositive = 0
                center.detection?.falseNegative = 0
            }
        case .lines: return changing { $0.lines = nil }
        case .longTalks:
            other.counterfactual = Counterfactual()
            other.counterfactual?.longestTalk = center.talk.quantile(0.95, seed: seed)
            return other
        case .answerRate:
            other.counterfactual = Counterfactual()
            other.counterfactual?.evenAnswers = meanAnswerProbability
            return other
        }
    }

    /// The mean probability of an answer over the shift.
    private var meanAnswerProbability: Double {
        guard let shift, !schedule.isEmpty else { return center.outcomes.answer }
        var (sum, from, probability) = (0.0, 0.0, center.outcomes.answer)
        for entry in schedule {
            sum += probability * (entry.from - from)
            (from, probability) = (entry.from, entry.center.outcomes.answer)
        }
        return (sum + probability * (shift - from)) / shift
    }
}
