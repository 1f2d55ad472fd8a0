/// What is known of the probability that a call is answered: a beta distribution, or a number.
///
/// Resolved calls are counted with forgetting, `a ← λ·a + answered`, `b ← λ·b + failed` per call with `λ = 1 − 1/N`, so
/// that a change of the list shows. Resolved calls alone would favour outcomes with short ringing times, so lines in
/// flight join the mean with what is expected of them.
struct AnswerProbability: Hashable, Sendable {
    var answered: Double
    var failed: Double

    var mean: Double { answered / (answered + failed) }

    /// Returns the expected probability with lines in flight and the number of answers expected from them.
    func mean(withLines lines: Int, expectedAnswers: Double) -> Double {
        (answered + expectedAnswers) / (answered + failed + Double(lines))
    }

    /// Returns the distribution of the same weight around another mean.
    func moved(to mean: Double) -> AnswerProbability {
        AnswerProbability(answered: mean * (answered + failed), failed: (1 - mean) * (answered + failed))
    }

    /// Counts resolved calls.
    ///
    /// - Parameters:
    ///   - newlyAnswered: Those that were answered.
    ///   - newlyFailed: The others.
    ///   - memory: The number of calls N after which the weight of a call has fallen to 1/e.
    mutating func count(answered newlyAnswered: Int, failed newlyFailed: Int, memory: Double) {
        for _ in 0..<(newlyAnswered + newlyFailed) {
            answered *= 1 - 1 / memory
            failed *= 1 - 1 / memory
        }
        answered += Double(newlyAnswered)
        failed += Double(newlyFailed)
    }
}
