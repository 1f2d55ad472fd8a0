package import Addresses
package import HTTPExchange
package import NIOSSL
import Synchronization

/// The connections to one monitor: every address of its name is checked, and only a checked address is dialled.
///
/// TLS (name indication and certificate) and `Host` use the name. The status decides as soon as it is there.
package final class VettedTransport: Sendable {
    /// How long a lookup of the name is used; open connections stay with the address that was checked.
    private static let lifetime = Duration.seconds(30)

    private let url: HTTPURL
    private let allow: [AddressRange]
    private let resolver: Resolver
    private let timeline: Timeline
    private let connections: PostConnections
    private let vetted = Mutex<(addresses: [IPAddress], until: Timeline.Instant)?>(nil)

    /// - Parameters:
    ///   - url: the monitor's address; its host is a name or an address in its usual spelling.
    ///   - allow: the special-purpose ranges that may be dialled.
    ///   - timeline: the time in which a lookup gets old.
    ///   - trust: whose certificates are trusted; nil for the system's.
    ///   - connections: the most connections at once.
    package init(
        to url: HTTPURL,
        allow: [AddressRange],
        resolver: Resolver,
        timeline: Timeline = Timeline(),
        trust: NIOSSLTrustRoots? = nil,
        connections: Int
    ) {
        self.url = url
        self.allow = allow
        self.resolver = resolver
        self.timeline = timeline
        self.connections = PostConnections(limit: connections, trust: trust)
    }

    /// Sends a POST.
    ///
    /// - Parameter attempt: the number of earlier attempts; attempts take the addresses of a name in turn.
    package func post(_ body: [UInt8], headers: HeaderFields, timeout: Duration, attempt: Int) async -> DeliveryResult {
        do {
            let addresses = try await vettedAddresses()
            // Sent by the parts that were checked, so that no second parser can read another host out of the URL.
            let post = Post(
                to: url,
                at: addresses[attempt % addresses.count],
                headers: headers,
                body: body,
                timeout: timeout
            )
            return DeliveryResult(.success(try await connections.send(post)))
        } catch let refused as AddressGuard.RefusedAddress {
            return .refused(refused.description)
        } catch {
            return DeliveryResult(.failure((error as? TransportError) ?? TransportError(.notSent, "\(error)")))
        }
    }

    /// Closes all connections; requests in progress fail.
    package func shutDown() async { await connections.shutDown() }

    /// The host's addresses, all of them checked.
    private func vettedAddresses() async throws -> [IPAddress] {
        let now = timeline.now
        if let vetted = vetted.withLock({ $0 }), now < vetted.until { return vetted.addresses }
        let addresses = try AddressGuard.vet(url.host, try await resolver.addresses(of: url.host), allow: allow)
        vetted.withLock { $0 = (addresses, now.advanced(by: Self.lifetime)) }
        return addresses
    }
}
