import ExactJSON

/// Durations as people write them: `250ms`, `2s`, `5m`, `8h`, `1h30m`, or a plain number of seconds.
public enum DurationText {
    /// The longest duration, in seconds (some 31 years), so that times computed from it stay ordinary dates.
    public static let maximumSeconds = 1_000_000_000.0

    /// The seconds that a text stands for; `nil` where it is no duration, is negative or is beyond any use.
    public static func seconds(_ text: String) -> Double? {
        guard let seconds = magnitude(text), seconds <= maximumSeconds else { return nil }
        return seconds
    }

    /// The seconds of a text without a sign, of any size.
    static func magnitude(_ text: String) -> Double? {
        guard let first = text.utf8.first, first != 0x2D, first != 0x2B else { return nil }
        if let literal = CoreSchema.number(text), let number = ExactDecimal(literal) { return number.doubleValue }
        var rest = Substring(text).utf8[...]
        var total = 0.0
        var lastUnit = units.count
        while !rest.isEmpty {
            let number = rest.prefix { (0x30...0x39).contains($0) || $0 == 0x2E }
            let unitText = rest.dropFirst(number.count).prefix { (0x61...0x7A).contains($0) }
            guard let literal = CoreSchema.number(String(decoding: number, as: UTF8.self)),
                let value = ExactDecimal(literal)?.doubleValue,
                let unit = units.firstIndex(where: { unitText.elementsEqual($0.name.utf8) }), unit < lastUnit
            else { return nil }
            // 250 / 1000 is the double nearest to 0.25; 250 × 0.001 need not be.
            total += units[unit].name == "ms" ? value / 1_000 : value * units[unit].seconds
            lastUnit = unit
            rest = rest.dropFirst(number.count + unitText.count)
        }
        return total
    }

    /// The units in rising order; in a text they fall, each at most once.
    private static let units: [(name: String, seconds: Double)] = [("ms", 0.001), ("s", 1), ("m", 60), ("h", 3_600)]
}
