import ExactJSON
import ScenarioFile

/// The values of `--over`: a path of the scenario, and a range in steps or a list.
package struct CalibrationRange: Hashable, Sendable {
    /// The most values.
    package static let mostValues = 1000

    package let path: String
    package let values: [String]

    /// Reads `pacing.power.linesPerAgent=1..3/9` (nine values, both ends among them) or `contactCenter.lines=20,30,40`.
    package init(parsing text: String) throws(FormatError) {
        let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 2, !parts[0].isEmpty, !parts[1].isEmpty else {
            throw FormatError(
                description: "write PATH=FROM..TO/STEPS or PATH=V1,V2, such as pacing.power.linesPerAgent=1..3/9"
            )
        }
        path = parts[0]
        guard let dots = parts[1].firstRange(of: "..") else {
            values = parts[1].split(separator: ",", omittingEmptySubsequences: false).map(String.init)
            guard values.allSatisfy({ !$0.isEmpty }) else { throw FormatError(description: "a value is missing") }
            guard values.count <= Self.mostValues else {
                throw FormatError(description: "a list has at most \(Self.mostValues) values, not \(values.count)")
            }
            return
        }
        let from = String(parts[1][..<dots.lowerBound])
        let rest = parts[1][dots.upperBound...].split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        guard rest.count == 2, let steps = Int(rest[1]), (2...Self.mostValues).contains(steps) else {
            throw FormatError(
                description: "a range ends with the number of its values: FROM..TO/STEPS, 2 to \(Self.mostValues)"
            )
        }
        let isPercent = from.hasSuffix("%") && rest[0].hasSuffix("%")
        func number(_ text: String) -> Double? { Double(isPercent ? String(text.dropLast()) : text) }
        guard let low = number(from), let high = number(rest[0]), low.isFinite, high.isFinite, low != high else {
            throw FormatError(description: "a range goes from one number to another, not from \(from) to \(rest[0])")
        }
        values = (0..<steps).map { step in
            let value = low + (high - low) * Double(step) / Double(steps - 1)
            // Nine places are what a scenario keeps.
            let rounded = (value * 1e9).rounded() / 1e9
            let isWhole = rounded == rounded.rounded() && abs(rounded) < 1e15
            return (isWhole ? "\(Int(rounded))" : "\(rounded)") + (isPercent ? "%" : "")
        }
    }
}
