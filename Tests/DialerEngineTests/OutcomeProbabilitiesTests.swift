import DialerEngine
import Testing

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
                .dialTone, .dialTone, .busySignal, .busySignal, .noAnswer, .noAnswer, .answer, .answer, .voicemail,
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
        #expect(noVoicemail.outcome(at: 1 - 0x1p-53) == .answer)
        let remainder = OutcomeProbabilities(
            dialTone: 0.1,
            busySignal: 0.7,
            noAnswer: 0.1,
            answer: 0.1,
            voicemail: 1 - sum
        )
        #expect(remainder.outcome(at: 1 - 0x1p-53) == .answer)
        let onlyBusy = OutcomeProbabilities(dialTone: 0, busySignal: 1, noAnswer: 0, answer: 0, voicemail: 0)
        #expect(onlyBusy.outcome(at: 0) == .busySignal && onlyBusy.outcome(at: 1 - 0x1p-53) == .busySignal)
    }
}
