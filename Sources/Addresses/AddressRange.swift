/// A range of addresses in CIDR notation, such as `10.0.0.0/8`.
public struct AddressRange: Hashable, Sendable, CustomStringConvertible {
    /// An address of the range, usually the first.
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

    /// Whether the address lies in the range; an IPv4 address mapped into IPv6 counts as the IPv4 address.
    public func contains(_ address: IPAddress) -> Bool {
        guard address.isIPv6 == base.isIPv6 else { return address.mappedIPv4.map(contains) ?? false }
        let whole = prefixLength / 8
        guard address.bytes[..<whole] == base.bytes[..<whole] else { return false }
        guard prefixLength % 8 != 0 else { return true }
        let shift = 8 - prefixLength % 8
        return address.bytes[whole] >> shift == base.bytes[whole] >> shift
    }
}

/// Why nothing is sent to an address.
public enum AddressRefusal: Hashable, Sendable {
    /// It is not an address of the public Internet, and `allow` does not name it.
    case specialPurpose
    /// The cloud gives out credentials at this address; `allow` cannot permit it.
    case metadata
}

extension IPAddress {
    /// Whether it is loopback, private, link-local, multicast or otherwise outside of the public Internet.
    ///
    /// These are the special-purpose registries of IANA (RFC 6890), and addresses outside of global unicast. An address
    /// of a translation that is in use counts as the IPv4 address inside; 6to4 and Teredo are private as a whole.
    public var isPrivate: Bool {
        if let embeddedIPv4, embeddedIPv4.isPrivate { return true }
        if mappedIPv4 != nil { return false }
        if isIPv6, !Self.globalUnicast.contains(where: { $0.contains(self) }) { return true }
        return Self.specialPurpose.contains { $0.contains(self) }
    }

    /// Whether it gives credentials to cloud machines: the metadata services of AWS, Google, Azure, Alibaba and Oracle.
    public var isMetadataService: Bool {
        Self.metadata.contains(self) || embeddedIPv4.map { Self.metadata.contains($0) } == true
    }

    /// Why nothing is sent to this address; nil if sending is allowed.
    ///
    /// - Parameter allow: the special-purpose ranges that the user permits.
    public func refusal(allowing allow: [AddressRange]) -> AddressRefusal? {
        if isMetadataService { return .metadata }
        return isPrivate && !allow.contains { $0.contains(self) } ? .specialPurpose : nil
    }

    /// Global unicast, and the well-known prefix of NAT64, whose addresses count as the IPv4 address inside.
    private static let globalUnicast = ranges(["2000::/3", "64:ff9b::/96"])

    private static let specialPurpose = ranges([
        // IPv4: this network, private, shared, loopback, link-local, protocol assignments, documentation, 6to4 relays,
        // benchmarks, multicast, reserved and broadcast.
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24",
        "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24",
        "224.0.0.0/4", "240.0.0.0/4",
        // IPv6, within global unicast: protocol assignments (with Teredo, benchmarks, ORCHID), documentation, 6to4.
        // Loopback, unique local, link-local, multicast, discard, SRv6 and local-use NAT64 lie outside of it.
        "2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20",
    ])

    private static let metadata = Set(
        [
            "169.254.169.254", "169.254.170.2", "169.254.170.23", "fd00:ec2::254", "fd00:ec2::23", "fd20:ce::254",
            "168.63.129.16", "100.100.100.200", "192.0.0.192",
        ].compactMap { IPAddress($0) }
    )

    private static func ranges(_ texts: [String]) -> [AddressRange] { texts.compactMap { AddressRange($0) } }
}
