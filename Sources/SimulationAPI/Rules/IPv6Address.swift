/// An IPv6 address (RFC 4291 section 2.2), as far as rules on addresses need it.
struct IPv6Address: Hashable {
    /// The eight groups.
    let groups: [UInt16]

    /// Reads the text form without brackets and zone; `nil` where the text is none.
    init?(_ text: String) {
        let halves = Self.halves(of: text)
        guard halves.count <= 2 else { return nil }
        var parsed: [[UInt16]] = []
        for (index, half) in halves.enumerated() {
            guard let groups = Self.groups(half, isLast: index == halves.count - 1) else { return nil }
            parsed.append(groups)
        }
        let count = parsed.map(\.count).reduce(0, +)
        guard halves.count == 2 ? count <= 7 : count == 8 else { return nil }
        groups = parsed[0] + Array(repeating: 0, count: 8 - count) + (parsed.count == 2 ? parsed[1] : [])
    }

    /// Whether it is `::1`, or `127.0.0.0/8` mapped into IPv6.
    var isLoopback: Bool {
        groups == [0, 0, 0, 0, 0, 0, 0, 1]
            || groups[..<6] == [0, 0, 0, 0, 0, 0xFFFF] && groups[6] >> 8 == 127
    }

    /// The four numbers of a dotted IPv4 address; `nil` where the text is none.
    static func dotted(_ text: some StringProtocol) -> [UInt8]? {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        let numbers = parts.compactMap { part in
            part.utf8.count <= 3 && part.utf8.allSatisfy { (0x30...0x39).contains($0) } ? UInt8(part) : nil
        }
        return parts.count == 4 && numbers.count == 4 ? numbers : nil
    }

    /// The texts before and after `::`; the whole one where there is none.
    private static func halves(of text: String) -> [Substring] {
        var halves: [Substring] = []
        var rest = Substring(text)
        var index = rest.startIndex
        while index < rest.endIndex {
            if rest[index...].hasPrefix("::") {
                halves.append(rest[..<index])
                rest = rest[rest.index(index, offsetBy: 2)...]
                index = rest.startIndex
            } else {
                index = rest.index(after: index)
            }
        }
        return halves + [rest]
    }

    private static func groups(_ text: Substring, isLast: Bool) -> [UInt16]? {
        if text.isEmpty { return [] }
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        var groups: [UInt16] = []
        for (index, part) in parts.enumerated() {
            if isLast, index == parts.count - 1, let bytes = dotted(part) {
                groups.append(UInt16(bytes[0]) << 8 | UInt16(bytes[1]))
                groups.append(UInt16(bytes[2]) << 8 | UInt16(bytes[3]))
            } else {
                guard (1...4).contains(part.utf8.count), part.first?.isHexDigit == true,
                    let group = UInt16(part, radix: 16)
                else { return nil }
                groups.append(group)
            }
        }
        return groups
    }
}
