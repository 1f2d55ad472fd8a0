extension Duration {
    /// The duration for people: `75 ms`, `0.8 s`, `45 s`, `4 min 30 s`, `2 h 5 min`.
    var text: String {
        let (whole, fraction) = components
        let tenths = Int(whole) * 10 + Int(fraction / 100_000_000_000_000_000)
        switch tenths {
        case 0 where fraction >= 1_000_000_000_000_000: return "\(fraction / 1_000_000_000_000_000) ms"
        case ..<100: return tenths % 10 == 0 ? "\(tenths / 10) s" : "\(tenths / 10).\(tenths % 10) s"
        case ..<600: return "\(tenths / 10) s"
        case ..<36_000: return Self.join(tenths / 600, "min", tenths / 10 % 60, "s")
        default: return Self.join(tenths / 36_000, "h", tenths / 600 % 60, "min")
        }
    }

    private static func join(_ large: Int, _ largeUnit: String, _ small: Int, _ smallUnit: String) -> String {
        "\(large) \(largeUnit)" + (small > 0 ? " \(small) \(smallUnit)" : "")
    }
}
