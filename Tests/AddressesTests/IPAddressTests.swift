import Addresses
import Testing

@Suite("IP addresses and ranges", .timeLimit(.minutes(5)))
struct IPAddressTests {
    @Test(
        "addresses that are private",
        arguments: [
            "127.0.0.1", "10.255.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1", "169.254.169.254", "100.64.0.1",
            "0.0.0.0",
            "224.0.0.1", "255.255.255.255", "::", "::1", "fe80::1", "fd00::1", "ff02::1", "::ffff:127.0.0.1",
            "::ffff:a00:1",
            "64:ff9b::10.0.0.1", "2002:7f00:1::", "0:0:0:0:0:0:0:1", "192.0.2.1", "198.51.100.9", "203.0.113.9",
            "192.88.99.1", "198.18.0.1", "2002:808:808::", "2001:0:808:808::1", "2001:db8::1", "3fff::1", "5f00::1",
            "100::1", "64:ff9b:1::808:808", "::808:808", "::ffff:0:808:808", "fec0::1", "1:2:3:4:5:6:7:8",
            "2606:4700::5efe:10.0.0.1",
        ]
    )
    func privateAddresses(_ text: String) throws {
        #expect(try #require(IPAddress(text)).isPrivate)
    }

    @Test(
        "addresses that are public",
        arguments: [
            "8.8.8.8", "172.32.0.1", "100.128.0.1", "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::8.8.8.8",
            "192.0.3.1", "2001:200::1",
        ]
    )
    func publicAddresses(_ text: String) throws {
        #expect(try !#require(IPAddress(text)).isPrivate)
    }

    @Test(
        "addresses that hand out credentials",
        arguments: [
            "169.254.169.254", "::ffff:169.254.169.254", "64:ff9b::169.254.169.254", "fd00:ec2::254",
            "100.100.100.200", "168.63.129.16", "169.254.170.2", "2002:a9fe:a9fe::",
        ]
    )
    func metadataServices(_ text: String) throws {
        let everything = ["0.0.0.0/0", "::/0"].compactMap { AddressRange($0) }
        #expect(try #require(IPAddress(text)).refusal(allowing: everything) == .metadata)
    }

    @Test("only the ranges in allow are allowed")
    func allowances() throws {
        let allow = [try #require(AddressRange("10.0.0.0/8"))]
        for (text, isAllowed) in [
            ("10.1.2.3", true), ("::ffff:10.1.2.3", true), ("8.8.8.8", true), ("192.168.0.1", false),
            ("2002:a01:203::", false), ("64:ff9b::10.1.2.3", false), ("127.0.0.1", false),
        ] {
            #expect(try (#require(IPAddress(text)).refusal(allowing: allow) == nil) == isAllowed, "\(text)")
        }
    }

    @Test(
        "texts that are no address",
        arguments: [
            "", "1.2.3", "1.2.3.4.5", "01.2.3.4", "256.1.1.1", "1.2.3.+4", ":", ":::", "1::2::3", "1:2:3:4:5:6:7:8:9",
            "1:2:3:4:5:6:7",
            "g::", "12345::", "::1.2.3", "1.2.3.4::", "+1::", "1:2:3:4:5:6:7::8", "fe80::1%eth0", ":1:2:3:4:5:6:7",
            "1:2:3:4:5:6:7:",
        ]
    )
    func noAddresses(_ text: String) {
        #expect(IPAddress(text) == nil)
    }

    @Test(
        "ranges",
        arguments: [
            ("10.0.0.0/8", "10.200.1.1", true), ("10.0.0.0/8", "11.0.0.0", false), ("10.1.2.3", "10.1.2.3", true),
            ("10.1.2.3", "10.1.2.4", false), ("172.16.0.0/12", "172.31.0.1", true),
            ("172.16.0.0/12", "172.32.0.1", false),
            ("0.0.0.0/0", "1.2.3.4", true), ("fd00::/8", "fd12::1", true), ("fd00::/8", "10.0.0.1", false),
            ("10.0.0.0/8", "::ffff:10.0.0.1", true), ("::/0", "10.0.0.1", false),
        ]
    )
    func ranges(_ range: String, _ address: String, _ isInside: Bool) throws {
        #expect(try #require(AddressRange(range)).contains(#require(IPAddress(address))) == isInside)
    }

    @Test(
        "texts that are no range",
        arguments: ["", "/8", "10.0.0.0/", "10.0.0.0/33", "::/129", "10.0.0.0/+8", "10.0.0.0/8/8", "x/8"]
    )
    func noRanges(_ text: String) {
        #expect(AddressRange(text) == nil)
    }
}
