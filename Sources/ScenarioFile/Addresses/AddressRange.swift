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

    /// Whether the address lies in the range; an IPv6 form of an IPv4 address lies where that does, too.
    public func contains(_ address: IPAddress) -> Bool {
        guard address.isIPv6 == base.isIPv6 else { return address.embeddedIPv4.map(contains) ?? false }
        let whole = prefixLength / 8
        guard address.bytes[..<whole] == base.bytes[..<whole] else { return false }
        guard prefixLength % 8 != 0 else { return true }
        let shift = 8 - prefixLength % 8
        return address.bytes[whole] >> shift == base.bytes[whole] >> shift
    }

    /// What is no address of the public Internet (the special-purpose registries of IANA).
    static let nonPublic: [AddressRange] = [
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24",
        "192.168.0.0/16", "198.18.0.0/15", "224.0.0.0/4", "240.0.0.0/4", "::/128", "::1/128", "fc00::/7", "fe80::/10",
        "fec0::/10", "ff00::/8",
    ].compactMap { AddressRange($0) }
}
