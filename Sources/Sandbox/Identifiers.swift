import ExactJSON

/// Identifiers that nobody can guess.
enum Identifiers {
    /// Random bytes from the system, in hexadecimal.
    static func random(bytes: Int) -> String {
        var generator = SystemRandomNumberGenerator()
        return (0..<bytes).map { _ in hex(generator.next() as UInt8) }.joined()
    }

    /// A `webhook-id`: ordered by time, so that a store's index grows at its end, and random beyond.
    static func webhook(at now: Timestamp) -> String {
        var generator = SystemRandomNumberGenerator()
        let random: UInt64 = generator.next()
        return "msg_" + padded(UInt64(bitPattern: now.milliseconds), 12) + padded(random, 16)
    }

    private static func hex(_ byte: UInt8) -> String { padded(UInt64(byte), 2) }

    private static func padded(_ value: UInt64, _ digits: Int) -> String {
        let text = String(value, radix: 16)
        return String(repeating: "0", count: max(0, digits - text.utf8.count)) + text
    }
}
