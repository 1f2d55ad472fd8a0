/// Numbers of bytes for people.
package enum ByteText {
    /// A number of bytes for people, such as `12.3 GiB`.
    package static func of(_ bytes: UInt64) -> String {
        let units = ["B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"]
        var (value, unit) = (bytes, 0)
        var tenths: UInt64 = 0
        while value >= 1024, unit + 1 < units.count {
            tenths = value % 1024 * 10 / 1024
            value /= 1024
            unit += 1
        }
        return unit == 0 ? "\(value) B" : "\(value).\(tenths) \(units[unit])"
    }
}
