// What to do about a time that is in no form that is read by itself.
extension TimeFormat {
    /// Whole sentences about a time that is not read, because it has no form that is known or not the one that was given.
    static func advice(for cell: UnsafeBufferPointer<UInt8>, given: TimeFormat?) -> String {
        if let given { return "It does not fit `--time-format \"\(given.text)\"`; one order holds for a file." }
        if isDay(cell) {
            return "It is a day without a time of day; export the calls with both in one column, "
                + "or name that column with `--columns dialedAt=NAME`."
        }
        if let format = likely(cell) {
            return "Name it, for example with `--time-format \"\(format.text)\"`; it is made of \(parts)."
        }
        return "Export it as YYYY-MM-DD HH:MM:SS, or name its form with `--time-format`, which is made of \(parts)."
    }

    /// The first format that fits a time, the day before the month where both can be; nil if no such format fits.
    static func likely(_ cell: UnsafeBufferPointer<UInt8>) -> TimeFormat? {
        guard let first = cell.first, first.isDigit else { return nil }
        if cell.allSatisfy(\.isDigit) { return TimeFormat("UnixMS") }
        let day = cell.prefix { $0.isDigit || "/.-".utf8.contains($0) }
        guard let mark = day.first(where: { !$0.isDigit }) else { return nil }
        let dates: [[String]] = [
            ["YYYY", "MM", "DD"], ["DD", "MM", "YYYY"], ["MM", "DD", "YYYY"], ["DD", "MM", "YY"], ["MM", "DD", "YY"],
        ]
        let between = cell[day.endIndex...].prefix { !$0.isDigit }
        let times = [
            "HH:mm:ss", "HH:mm", "hh:mm:ss a", "hh:mm a", "hh:mm:ssa", "hh:mma", "HH.mm.ss", "HH.mm",
        ]
        let (joint, space) = (String(Character(Unicode.Scalar(mark))), String(decoding: between, as: UTF8.self))
        for date in dates {
            for time in times {
                let format = TimeFormat(date.joined(separator: joint) + space + time)
                if let format, format.read(cell)?.isPlausible == true { return format }
            }
        }
        return nil
    }

    /// Whether a text is three numbers and nothing behind them.
    private static func isDay(_ cell: UnsafeBufferPointer<UInt8>) -> Bool {
        let numbers = cell.split(omittingEmptySubsequences: false) { "/.-".utf8.contains($0) }
        return numbers.count == 3 && numbers.allSatisfy { !$0.isEmpty && $0.allSatisfy(\.isDigit) }
    }
}

extension UInt8 {
    fileprivate var isDigit: Bool { (0x30...0x39).contains(self) }
}
