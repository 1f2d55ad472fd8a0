import ExactJSON
import Testing

@Suite(.timeLimit(.minutes(5)))
struct DurationTextTests {
    @Test(arguments: [
        (Duration.zero, "0 s"), (.microseconds(400), "0 s"), (.milliseconds(1), "1 ms"), (.milliseconds(99), "99 ms"),
        (.milliseconds(100), "0.1 s"), (.milliseconds(840), "0.8 s"), (.seconds(3), "3 s"),
        (.milliseconds(9949), "9.9 s"), (.milliseconds(9950), "10 s"), (.seconds(45.5), "46 s"),
        (.milliseconds(59_499), "59 s"), (.milliseconds(59_500), "1 min"), (.seconds(120), "2 min"),
        (.seconds(185), "3 min 5 s"), (.seconds(270), "4 min 30 s"), (.milliseconds(3_599_499), "59 min 59 s"),
        (.milliseconds(3_599_500), "1 h"), (.seconds(7500), "2 h 5 min"), (.seconds(28_800), "8 h"),
    ])
    func shortestReadableText(duration: Duration, text: String) { #expect(duration.text == text) }

    @Test(arguments: [-1.0, .infinity, .nan, 1e12]) func anotherNumberIsNotADuration(_ seconds: Double) {
        #expect(Duration.text(seconds: seconds) == "?")
    }
}
