import Testing

/// One way to write a place that no monitor may be at, as the host of a URL.
struct AddressSpelling: Sendable, CustomTestStringConvertible {
    /// As it stands in the URL.
    var text: String
    /// What resolvers make of it.
    var address: String

    var testDescription: String { text }

    private init(_ text: String, _ address: String? = nil) {
        self.text = text
        self.address = address ?? text
    }

    /// Loopback in the ways of inet_aton(3), in disguise and by name; special purposes of IPv4; IPv6, and IPv4 inside it.
    static let all: [AddressSpelling] = [
        .init("127.0.0.1"), .init("127.1", "127.0.0.1"), .init("127.0.1", "127.0.0.1"),
        .init("2130706433", "127.0.0.1"), .init("0x7f000001", "127.0.0.1"), .init("0x7f.1", "127.0.0.1"),
        .init("0x7f.0x0.0x0.0x1", "127.0.0.1"), .init("0177.0.0.1", "127.0.0.1"),
        .init("017700000001", "127.0.0.1"), .init("127.255.255.254"), .init("0", "0.0.0.0"), .init("0.0.0.0"),
        .init("127.0.0.1.", "127.0.0.1"), .init("%31%32%37.0.0.1", "127.0.0.1"),
        .init("127\u{3002}0\u{3002}0\u{3002}1", "127.0.0.1"),
        .init("\u{2460}\u{2461}\u{2466}.\u{24EA}.\u{24EA}.\u{2460}", "127.0.0.1"),
        .init("qa.example@127.0.0.1", "127.0.0.1"), .init("127.0.0.1#@qa.example", "127.0.0.1"),
        .init("127.0.0.1\\@qa.example", "127.0.0.1"), .init("localhost", "127.0.0.1"),
        .init("LOCALHOST", "127.0.0.1"), .init("localhost.", "127.0.0.1"), .init("qa.localhost", "::1"),
        .init("10.0.0.1"), .init("172.16.0.1"), .init("192.168.0.1"), .init("100.64.0.1"), .init("169.254.169.254"),
        .init("192.0.2.1"), .init("198.18.0.1"), .init("224.0.0.1"), .init("255.255.255.255"),
        .init("[::1]", "::1"), .init("[::]", "::"), .init("[::ffff:127.0.0.1]", "::ffff:127.0.0.1"),
        .init("[::ffff:7f00:1]", "::ffff:127.0.0.1"), .init("[::7f00:1]", "::127.0.0.1"),
        .init("[64:ff9b::7f00:1]", "64:ff9b::127.0.0.1"), .init("[64:ff9b:1::7f00:1]", "64:ff9b:1::7f00:1"),
        .init("[2002:7f00:1::]", "2002:7f00:1::"), .init("[2001:0:7f00:1::]", "2001:0:7f00:1::"),
        .init("[fe80::1%25lo]", "fe80::1"), .init("[fd00:ec2::254]", "fd00:ec2::254"), .init("[ff02::1]", "ff02::1"),
        .init("[5f00::1]", "5f00::1"),
    ]
}
