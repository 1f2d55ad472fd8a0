/// A scale from 0 with a handful of round steps.
package struct AxisScale {
    package let step: Double
    /// The first step that is not below the largest value.
    package let end: Double

    /// A scale for values up to `most`, in about `steps` steps of 1, 2 or 5 times a power of ten, never below `least`.
    package init(upTo most: Double, steps: Int, least: Double = 0) {
        let wanted = max(most, 1e-9) / Double(max(1, steps))
        var power = 1.0
        while power > wanted { power /= 10 }
        while power * 10 <= wanted { power *= 10 }
        let rounded = [1.0, 2, 5, 10].map { $0 * power }.first { $0 >= wanted - 1e-12 } ?? power * 10
        let step = max(rounded, least)
        self.init(step: step, end: step * max(1, (most / step - 1e-9).rounded(.up)))
    }

    /// A scale of time in seconds, in about `steps` steps that are usual on clocks.
    package init(seconds most: Double, steps: Int) {
        let wanted = max(most, 1e-3) / Double(max(1, steps))
        guard wanted >= 1 else {
            self.init(upTo: most, steps: steps)
            return
        }
        let step = Self.clockSteps.first { $0 >= wanted } ?? (wanted / 86_400).rounded(.up) * 86_400
        self.init(step: step, end: most)
    }

    /// A step of an axis of seconds, in the one unit that suits all of its steps, such as `75 s` or `90 min`.
    package func timeText(_ seconds: Double) -> String {
        let (unit, name) = step < 60 ? (1.0, "s") : step < 3600 ? (60.0, "min") : (3600.0, "h")
        return seconds == 0 ? "0" : "\(NumberText.short(seconds / unit, 2)) \(name)"
    }

    private init(step: Double, end: Double) {
        self.step = step
        self.end = end
    }

    private static let clockSteps = [
        1.0, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10_800, 21_600, 43_200,
    ]

    /// The steps from 0 up to the end.
    package var marks: [Double] { (0...max(1, Int((end / step + 1e-9).rounded(.down)))).map { Double($0) * step } }
}
