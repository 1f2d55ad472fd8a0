/// An IPv4 or IPv6 address, taken from its text only; no name is looked up.
public struct IPAddress: Hashable, Sendable {
    /// The 4 or 16 bytes, in network order.
    public var bytes: [UInt8]

    /// Whether it is an IPv6 address.
    public var isIPv6: Bool { bytes.count == 16 }

    private init(bytes: [UInt8]) { self.bytes = bytes }

    /// Reads `192.0.2.1` or `2001:db8::1`, without brackets or zone.
    public init?(_ text: String) {
        guard let bytes = text.utf8.contains(0x3A) ? Self.version6(text) : Self.version4(text) else { return nil }
        self.init(bytes: bytes)
    }

    /// The IPv4 address that is mapped into this IPv6 address (`::ffff:192.0.2.1`, RFC 4291 section 2.5.5.2).
    public var mappedIPv4: IPAddress? {
        guard isIPv6, bytes[..<10].allSatisfy({ $0 == 0 }), bytes[10] == 0xFF, bytes[11] == 0xFF else { return nil }
        return IPAddress(bytes: Array(bytes[12...]))
    }

    /// Whether it is in `127.0.0.0/8`, is `::1`, or is an address of `127.0.0.0/8` mapped into IPv6.
    public var isLoopback: Bool {
        guard isIPv6 else { return bytes[0] == 127 }
        return mappedIPv4?.isLoopback ?? (bytes[..<15].allSatisfy { $0 == 0 } && bytes[15] == 1)
    }

    /// The IPv4 address that traffic to this IPv6 address can reach on the way: mapped, translated by NAT64 (RFC 6052),
    /// tunnelled by 6to4 (RFC 3056), or of an ISATAP interface (RFC 5214).
    public var embeddedIPv4: IPAddress? {
        guard isIPv6 else { return nil }
        if let mappedIPv4 { return mappedIPv4 }
        let isNAT64 = bytes[..<12].elementsEqual([0, 0x64, 0xFF, 0x9B, 0, 0, 0, 0, 0, 0, 0, 0])
        let isISATAP = bytes[8] & ~0x02 == 0 && bytes[9..<12].elementsEqual([0, 0x5E, 0xFE])
        if isNAT64 || isISATAP { return IPAddress(bytes: Array(bytes[12...])) }
        if bytes[0] == 0x20, bytes[1] == 0x02 { return IPAddress(bytes: Array(bytes[2..<6])) }
        return nil
    }

    private static func version4(_ text: String) -> [UInt8]? {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 4 else { return nil }
        let bytes = parts.compactMap { part -> UInt8? in
            // Some programs read a number with a leading zero as octal, others as decimal.
            guard (1...3).contains(part.utf8.count), part == "0" || !part.hasPrefix("0"),
                part.utf8.allSatisfy({ (0x30...0x39).contains($0) })
            else { return nil }
            return UInt8(part)
        }
        return bytes.count == 4 ? bytes : nil
    }

    private static func version6(_ text: String) -> [UInt8]? {
        guard text.utf8.count <= 45, !text.contains(":::"), text.hasPrefix(":") == text.hasPrefix("::"),
            text.hasSuffix(":") == text.hasSuffix("::")
        else { return nil }
        var pieces = text.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
        // A leading or trailing "::" gives one empty piece too many.
        if text.hasPrefix("::") { pieces.removeFirst() }
        if text.hasSuffix("::") { pieces.removeLast() }
        let gaps = pieces.indices.filter { pieces[$0].isEmpty }
        guard gaps.count <= 1 else { return nil }
        var head: [UInt8] = []
        var tail: [UInt8] = []
        for (index, piece) in pieces.enumerated() where !piece.isEmpty {
            guard let group = group(piece, isLast: index == pieces.count - 1) else { return nil }
            if let gap = gaps.first, index > gap { tail += group } else { head += group }
        }
        let count = head.count + tail.count
        guard gaps.isEmpty ? count == 16 : count <= 14 else { return nil }
        return head + Array(repeating: 0, count: 16 - count) + tail
    }

    private static func group(_ piece: String, isLast: Bool) -> [UInt8]? {
        if isLast, piece.contains(".") { return version4(piece) }
        guard (1...4).contains(piece.utf8.count), piece.utf8.allSatisfy({ $0 != 0x2B && $0 != 0x2D }),
            let value = UInt16(piece, radix: 16)
        else { return nil }
        return [UInt8(value >> 8), UInt8(value & 0xFF)]
    }
}

extension IPAddress: CustomStringConvertible {
    /// The address in its canonical text (RFC 5952); IPv4 addresses mapped into IPv6 keep their dots.
    public var description: String {
        guard isIPv6 else { return bytes.map { String($0) }.joined(separator: ".") }
        if let mappedIPv4 { return "::ffff:\(mappedIPv4)" }
        let groups = stride(from: 0, to: 16, by: 2).map { UInt16(bytes[$0]) << 8 | UInt16(bytes[$0 + 1]) }
        let texts = groups.map { String($0, radix: 16) }
        guard let gap = Self.longestGap(groups) else { return texts.joined(separator: ":") }
        return texts[..<gap.lowerBound].joined(separator: ":") + "::" + texts[gap.upperBound...].joined(separator: ":")
    }

    /// The first of the longest runs of two zero groups or more.
    private static func longestGap(_ groups: [UInt16]) -> Range<Int>? {
        var best: Range<Int>?
        var start = 0
        while start < groups.count {
            let end = groups[start...].firstIndex { $0 != 0 } ?? groups.count
            if end - start >= 2, end - start > best?.count ?? 0 { best = start..<end }
            start = end + 1
        }
        return best
    }
}
