package import Addresses
import HTTPService
import HTTPTypes

/// The proxies whose word on the address of a client is believed.
///
/// Their word on the host or the origin never is. Limits by address do not hold for them, since all their clients have
/// their address.
package struct TrustedProxies: Hashable, Sendable {
    package var ranges: [AddressRange] = []

    package init(_ ranges: [AddressRange] = []) { self.ranges = ranges }

    /// Whether an address is that of such a proxy.
    package func contains(_ address: String) -> Bool {
        guard !ranges.isEmpty, let address = IPAddress(address) else { return false }
        return ranges.contains { $0.contains(address) }
    }

    /// The address of the client: the last one of `X-Forwarded-For` that no such proxy has, if the connection comes from
    /// one; else that of the connection.
    func client(of request: ServiceRequest) -> String? {
        guard let peer = request.address else { return nil }
        guard contains(peer) else { return peer }
        let hops = request.headers[values: .forwardedFor].flatMap { $0.split(separator: ",") }.map { hop in
            String(hop.filter { $0 != " " && $0 != "\t" })
        }
        var client = peer
        for hop in hops.reversed() {
            guard IPAddress(hop) != nil else { break }
            client = hop
            if !contains(hop) { break }
        }
        return client
    }
}
