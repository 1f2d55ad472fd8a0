/// A range of addresses in CIDR notation, such as `10.0.0.0/8`.
public struct AddressRange: Hashable, Sendable, CustomStringConvertible {
    /// The first address, or any other one of the range.
    public var base: IPAddress
    /// How many leading bits the addresses share.
    public var prefixLength: Int
    /// The range as written.
    public var description: String

    /// Reads `10.0.0.0/8`, `fd00::/8`, or a single address.
    public init?(_ text: String) {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        guard let first = parts.first, let base = IPAddress(first) else { return nil }
        let width = base.bytes.count * 8
        var length = width
        if parts.count == 2 {
            guard (1...3).contains(parts[1].utf8.count), parts[1].utf8.allSatisfy({ (0x30...0x39).contains($0) }),
                let number = Int(parts[1]), number <= width
            else { return nil }
            length = number
        }
        self.base = base
        prefixLength = length
        description = text
    }

    /// Whether the address lies in the range; an IPv4 address written as IPv6 lies where it would otherwise.
    public func contains(_ address: IPAddress) -> Bool {
        guard address.isIPv6 == base.isIPv6 else { return address.mappedIPv4.map(contains) ?? false }
        let whole = prefixLength / 8
        guard address.bytes[..<whole] == base.bytes[..<whole] else { return false }
        guard prefixLength % 8 != 0 else { return true }
        let shift = 8 - prefixLength % 8
        return address.bytes[whole] >> shift == base.bytes[whole] >> shift
    }
}
