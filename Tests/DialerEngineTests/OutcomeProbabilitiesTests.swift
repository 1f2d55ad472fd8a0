import Testing

@testable import DialerEngine

@Suite("OutcomeProbabilities", .timeLimit(.minutes(5)))
struct OutcomeProbabilitiesTests {
    @Test func outcomesTakeUpTheUnitIntervalInOrder() {
        let probabilities = OutcomeProbabilities(
            dialTone: 0.125,
            busySignal: 0.125,
            noAnswer: 0.25,
            answer: 0.25,
            voicemail: 0.25
        )
        let outcomes = [0, 0.12, 0.125, 0.24, 0.25, 0.49, 0.5, 0.74, 0.75, 1 - 0x1p-53].map(probabilities.outcome)
        #expect(
            outcomes == [
                .dialTone, .dialTone, .busy, .busy, .noAnswer, .noAnswer, .answered, .answered, .voicemail,
                .voicemail,
            ]
        )
    }

    /// Decimals that sum to 0.9999999999999999 leave no room for an outcome of probability 0.
    @Test func impossibleOutcomesAreNeverSelected() {
        let sum = [0.1, 0.7, 0.1, 0.1].reduce(0, +)
        #expect(sum < 1)
        let noVoicemail = OutcomeProbabilities(
            dialTone: 0.1,
            busySignal: 0.7,
            noAnswer: 0.1,
            answer: 0.1,
            voicemail: 0
        )
        #expect(noVoicemail.outcome(at: 1 - 0x1p-53) == .answered)
        let remainder = OutcomeProbabilities(
            dialTone: 0.1,
            busySignal: 0.7,
            noAnswer: 0.1,
            answer: 0.1,
            voicemail: 1 - sum
        )
        #expect(remainder.outcome(at: 1 - 0x1p-53) == .answered)
        let onlyBusy = OutcomeProbabilities(dialTone: 0, busySignal: 1, noAnswer: 0, answer: 0, voicemail: 0)
        #expect(onlyBusy.outcome(at: 0) == .busy && onlyBusy.outcome(at: 1 - 0x1p-53) == .busy)
    }

    /// The engine's selection from random bits against the plain one, around each threshold.
    @Test(arguments: [
        [0, 0.2, 0.25, 0.4, 0.15], [0.1, 0.7, 0.1, 0.1, 0], [0, 1, 0, 0, 0], [0.2, 0.2, 0.2, 0.2, 0.2],
    ])
    func thresholdsSelectTheSame(shares: [Double]) {
        let probabilities = OutcomeProbabilities(
            dialTone: shares[0],
            busySignal: shares[1],
            noAnswer: shares[2],
            answer: shares[3],
            voicemail: shares[4]
        )
        let thresholds = OutcomeThresholds(probabilities)
        let last = Int64(1) << 53 - 1
        var sum = 0.0
        for share in [0] + shares {
            sum += share
            let middle = min(last, Int64(sum * 0x1p53))
            for number in max(0, middle - 3)...min(last, middle + 3) {
                let expected = probabilities.outcome(at: Double(number) * 0x1p-53)
                #expect(thresholds.outcome(at: UInt64(number) << 11 | 0x7FF) == expected)
            }
        }
    }
}
