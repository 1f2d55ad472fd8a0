import Addresses
import ExactJSON
import SimulationAPI

extension FormField {
    /// The dotted paths of values that nobody measured; each is warned of at its place.
    ///
    /// - Parameter scenario: The whole scenario, all other parts of which have been read.
    func assumed(in scenario: Form) -> [String]? {
        guard let fields = list() else { return nil }
        var paths: [String] = []
        var areKnown = true
        for field in fields {
            guard let text = field.text("the dotted path of a value, such as contactCenter.talk") else {
                areKnown = false
                continue
            }
            guard !paths.contains(text) else { continue }
            paths.append(text)
            areKnown = field.warnOfAssumption(text, in: scenario) && areKnown
        }
        return areKnown ? paths : nil
    }

    /// Warns of one path; false if the scenario has no such place.
    private func warnOfAssumption(_ text: String, in scenario: Form) -> Bool {
        let path = Self.steps(of: text)
        let shown = PrintableText.excerpt(text, to: 120)
        let isWritten = scenario.field.json.holds(path[...])
        guard path.first != "assumed", isWritten || scenario.mayHold(path) else {
            report(
                .fieldUnknown,
                "\"\(shown)\" names nothing in this scenario; assumed lists dotted paths such as contactCenter.talk"
            )
            return false
        }
        warn(
            about: path,
            .scenarioAssumed,
            isWritten
                ? "\(shown) is assumed: no record and no configuration gave it; write a value of your own, and take it off assumed"
                : "\(shown) is left at its default, which is assumed: no record and no configuration gave another"
        )
        return true
    }

    /// The keys of a dotted path; the metrics of thresholds have dots of their own.
    private static func steps(of text: String) -> [String] {
        let steps = text.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        return steps[0] == "thresholds" && steps.count > 2
            ? ["thresholds", steps.dropFirst().joined(separator: ".")] : steps
    }
}

extension JSONValue {
    /// Whether something is written at this path of names and list positions.
    fileprivate func holds(_ path: ArraySlice<String>) -> Bool {
        guard let step = path.first else { return true }
        var next = self[step]
        // A position has one spelling: 0 is one, 00 and +0 are not.
        if let list = elements, let position = Int(step), String(position) == step, list.indices.contains(position) {
            next = list[position]
        }
        return next?.holds(path.dropFirst()) ?? false
    }
}
