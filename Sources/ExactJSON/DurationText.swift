extension Duration {
    /// The duration for people: `75 ms`, `0.8 s`, `45 s`, `4 min 30 s`, `2 h 5 min`.
    package var text: String { Self.text(seconds: self / .seconds(1)) }

    /// A duration in seconds for people, or `?` if it is not a duration.
    package static func text(seconds: Double) -> String {
        guard seconds.isFinite, seconds >= 0, seconds < 1e12 else { return "?" }
        let milliseconds = Int((seconds * 1000).rounded())
        switch milliseconds {
        case 1..<100: return "\(milliseconds) ms"
        case ..<9_950:
            let tenths = (milliseconds + 50) / 100
            return tenths % 10 == 0 ? "\(tenths / 10) s" : "\(tenths / 10).\(tenths % 10) s"
        case ..<59_500: return "\((milliseconds + 500) / 1000) s"
        case ..<3_599_500: return join((milliseconds + 500) / 1000, "min", "s")
        default: return join((milliseconds + 30_000) / 60_000, "h", "min")
        }
    }

    private static func join(_ count: Int, _ large: String, _ small: String) -> String {
        "\(count / 60) \(large)" + (count % 60 > 0 ? " \(count % 60) \(small)" : "")
    }
}
