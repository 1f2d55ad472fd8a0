package import Addresses
package import HTTPExchange
package import NIOSSL
import Synchronization

/// The connections to one monitor: every address of its name is checked, and only a checked address is dialled.
///
/// TLS (name indication and certificate) and `Host` use the name. The status decides as soon as it is there.
package final class VettedTransport: Sendable {
    private struct State {
        var vetted: (addresses: [IPAddress], until: Timeline.Instant)?
        var connections: [IPAddress: HTTPConnections] = [:]
        var isShutDown = false
    }

    /// How long a lookup of the name is used; open connections stay with the address that was checked.
    private static let lifetime = Duration.seconds(30)

    private let url: HTTPURL
    private let allow: [AddressRange]
    private let resolver: Resolver
    private let timeline: Timeline
    private let trust: NIOSSLTrustRoots?
    private let limit: Int
    private let state = Mutex(State())

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
        self.trust = trust
        limit = connections
    }

    /// Sends a POST.
    ///
    /// - Parameter attempt: the number of earlier attempts; attempts take the addresses of a name in turn.
    package func post(_ body: [UInt8], headers: HeaderFields, timeout: Duration, attempt: Int) async -> DeliveryResult {
        // Built from the parts that were checked, so that no second parser can read another host out of it.
        let port = url.port.map { ":\($0)" } ?? ""
        let path = url.rest.prefix { $0 != "#" }
        let request = OutgoingRequest(
            method: .post,
            url: "\(url.scheme)://\(url.authorityHost)\(port)\(path.hasPrefix("/") ? "" : "/")\(path)",
            headers: headers,
            body: body,
            timeout: timeout,
            maxResponseBytes: nil
        )
        do {
            let addresses = try await vettedAddresses()
            let connections = try connections(to: addresses[attempt % addresses.count])
            return DeliveryResult(.success(try await connections.send(request)))
        } catch let refused as AddressGuard.RefusedAddress {
            return .refused(refused.description)
        } catch {
            return DeliveryResult(.failure((error as? TransportError) ?? TransportError(.notSent, "\(error)")))
        }
    }

    /// Closes all connections; requests in progress fail.
    package func shutDown() async {
        let connections = state.withLock { state in
            state.isShutDown = true
            defer { state.connections = [:] }
            return Array(state.connections.values)
        }
        for connections in connections { await connections.shutDown() }
    }

    /// The host's addresses, all of them checked.
    private func vettedAddresses() async throws -> [IPAddress] {
        let now = timeline.now
        if let vetted = state.withLock({ $0.vetted }), now < vetted.until { return vetted.addresses }
        let addresses = try AddressGuard.vet(url.host, try await resolver.addresses(of: url.host), allow: allow)
        state.withLock { $0.vetted = (addresses, now.advanced(by: Self.lifetime)) }
        return addresses
    }

    /// The connections to this address and to no other.
    private func connections(to address: IPAddress) throws(TransportError) -> HTTPConnections {
        let connections = state.withLock { state -> HTTPConnections? in
            guard !state.isShutDown else { return nil }
            if let connections = state.connections[address] { return connections }
            let isName = IPAddress(url.host) == nil
            let connections = HTTPConnections(limit: limit, trust: trust, addresses: isName ? [url.host: address] : [:])
            state.connections[address] = connections
            return connections
        }
        guard let connections else { throw TransportError(.cancelled, "shut down") }
        return connections
    }
}
