#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// The field `Date` of an answer (RFC 9110 section 6.6.1), written anew when another second has begun.
struct DateField {
    private var second: time_t
    /// The field with its end of line.
    private(set) var line: [UInt8]

    /// The field at a time in Unix seconds.
    init(at second: time_t = time(nil)) {
        self.second = second
        line = Self.line(second)
    }

    /// Turns to a time in Unix seconds; `false` where it is the one that it has.
    mutating func turn(to now: time_t) -> Bool {
        guard now != second else { return false }
        self = DateField(at: now)
        return true
    }

    private static func line(_ second: time_t) -> [UInt8] {
        var (second, parts) = (second, tm())
        gmtime_r(&second, &parts)
        return [UInt8](unsafeUninitializedCapacity: 64) { buffer, count in
            // The names of days and months are English: the program never leaves the locale "C".
            count = buffer.withMemoryRebound(to: CChar.self) {
                strftime($0.baseAddress, $0.count, "date: %a, %d %b %Y %H:%M:%S GMT\r\n", &parts)
            }
        }
    }
}
