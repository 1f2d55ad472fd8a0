package import ExactJSON

/// The id of a run: a ULID, 26 characters of Crockford's Base32, ordered by time and random beyond.
package enum RunID {
    private static let alphabet = Array("0123456789ABCDEFGHJKMNPQRSTVWXYZ")

    /// The id of a run that begins at a time.
    package static func make(at now: Timestamp, random: UInt128 = .random(in: 0...UInt128.max)) -> String {
        var value = UInt128(UInt64(now.milliseconds)) << 80 | random >> 48
        var characters: [Character] = []
        for _ in 0..<26 {
            characters.append(alphabet[Int(value & 31)])
            value >>= 5
        }
        return String(characters.reversed())
    }
}
