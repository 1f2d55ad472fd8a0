package import Addresses
import AsyncHTTPClient
import NIOCore
import NIOHTTP1
package import NIOSSL
import RingbackHome
import ScenarioFile
package import SimulationClient
import Synchronization

/// The way to one monitor: every address of its name is vetted, and a vetted one is dialled.
///
/// The host stays what it was for TLS (1.2 or newer; name indication and certificate) and for `Host`. HTTP/1.1; no redirects, no proxy
/// from the environment, nothing decompressed. The status decides as soon as it is there; a body is read only so far that
/// the connection can be used again.
package final class VettedTransport: Sendable {
    /// Why nothing was sent.
    package enum Failure: Error, Sendable {
        /// The host must not be spoken to.
        case refused(AddressGuard.Refusal)
        /// The exchange failed.
        case transport(TransportError)
    }

    private struct State {
        var vetted: (addresses: [IPAddress], until: ContinuousClock.Instant)?
        var clients: [IPAddress: HTTPClient] = [:]
        var isShutDown = false
    }

    /// How long a look at the name holds; connections that are there stay with the address that was vetted.
    private static let lifetime = Duration.seconds(30)
    private static let maximumBody = 64 * 1024

    private let url: HTTPURL
    private let allow: [AddressRange]
    private let resolver: Resolver
    private let trust: NIOSSLTrustRoots?
    private let connections: Int
    private let state = Mutex(State())

    /// A transport to an address.
    ///
    /// - Parameters:
    ///   - url: where to; its host is a name or an address in its usual spelling.
    ///   - allow: the special-purpose ranges that are meant.
    ///   - trust: whose certificates are trusted; `nil` for the system's.
    ///   - connections: how many may be open at once.
    package init(
        to url: HTTPURL,
        allow: [AddressRange],
        resolver: Resolver,
        trust: NIOSSLTrustRoots? = nil,
        connections: Int
    ) {
        self.url = url
        self.allow = allow
        self.resolver = resolver
        self.trust = trust
        self.connections = connections
    }

    /// Sends a POST; the answer has the status and the fields, and no body.
    ///
    /// - Parameter attempt: the addresses of a name are taken in turn.
    package func post(
        _ body: [UInt8],
        headers: HeaderFields,
        timeout: Duration,
        attempt: Int
    ) async throws(Failure) -> HTTPExchange.Response {
        let addresses = try await vettedAddresses()
        let client = try client(to: addresses[attempt % addresses.count])
        // Put together of the parts that were vetted, so that no two parsers can read two hosts out of it.
        let port = url.port.map { ":\($0)" } ?? ""
        let path = url.rest.prefix { $0 != "#" }
        let text = "\(url.scheme)://\(url.authorityHost)\(port)\(path.hasPrefix("/") ? "" : "/")\(path)"
        var request = HTTPClientRequest(url: text)
        request.method = .POST
        for field in headers.fields { request.headers.add(name: field.name, value: field.value) }
        request.body = .bytes(ByteBuffer(bytes: body))
        let response: HTTPClientResponse
        do {
            response = try await client.execute(request, deadline: .now() + TimeAmount(timeout))
        } catch {
            throw .transport(Self.error(error))
        }
        await Self.drain(response.body)
        return HTTPExchange.Response(
            status: Int(response.status.code),
            headers: HeaderFields(response.headers.map { ($0.name, $0.value) })
        )
    }

    /// Closes all connections; what is under way fails.
    package func shutDown() async {
        let clients = state.withLock { state in
            state.isShutDown = true
            defer { state.clients = [:] }
            return Array(state.clients.values)
        }
        for client in clients { try? await client.shutdown() }
    }

    /// The host's addresses, all of them vetted.
    private func vettedAddresses() async throws(Failure) -> [IPAddress] {
        let now = ContinuousClock.now
        if let vetted = state.withLock({ $0.vetted }), now < vetted.until { return vetted.addresses }
        let addresses: [IPAddress]
        do {
            addresses = try await resolver.addresses(of: url.host)
        } catch {
            throw .transport(TransportError(.notSent, error.description))
        }
        do {
            let vetted = try AddressGuard.vet(url.host, addresses, allow: allow)
            state.withLock { $0.vetted = (vetted, now.advanced(by: Self.lifetime)) }
            return vetted
        } catch {
            throw .refused(error)
        }
    }

    /// The client that speaks to this address and to no other.
    private func client(to address: IPAddress) throws(Failure) -> HTTPClient {
        let client = state.withLock { state -> HTTPClient? in
            guard !state.isShutDown else { return nil }
            if let client = state.clients[address] { return client }
            let client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration(address))
            state.clients[address] = client
            return client
        }
        guard let client else { throw .transport(TransportError(.cancelled, "shut down")) }
        return client
    }

    private func configuration(_ address: IPAddress) -> HTTPClient.Configuration {
        var tls = TLSConfiguration.makeClientConfiguration()
        tls.minimumTLSVersion = .tlsv12
        if let trust { tls.trustRoots = trust }
        var configuration = HTTPClient.Configuration(
            tlsConfiguration: tls,
            redirectConfiguration: .disallow,
            timeout: HTTPClient.Configuration.Timeout(connect: .seconds(5)),
            proxy: nil,
            decompression: .disabled
        )
        configuration.httpVersion = .http1Only
        configuration.connectionPool.retryConnectionEstablishment = false
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = connections
        configuration.connectionPool.idleTimeout = .seconds(10)
        if IPAddress(url.host) == nil { configuration.dnsOverride = [url.host: address.description] }
        return configuration
    }

    private static func error(_ error: any Error) -> TransportError {
        if error is CancellationError { return TransportError(.cancelled, "cancelled") }
        // NIO's own text wraps the system's word in three others.
        if let failure = error as? IOError { return TransportError(.unknown, SystemError.text(failure.errnoCode)) }
        guard let known = error as? HTTPClientError else {
            return TransportError(.unknown, TLSFailure.text(of: error) ?? "\(error)")
        }
        if known == .cancelled { return TransportError(.cancelled, "cancelled") }
        return TransportError(.unknown, known.shortDescription)
    }

    /// Reads a body to its end, but no more than a little of it and not for long: the status has decided.
    private static func drain(_ body: HTTPClientResponse.Body) async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { _ = try? await body.collect(upTo: maximumBody) }
            group.addTask { try? await Task.sleep(for: .seconds(1)) }
            await group.next()
            group.cancelAll()
        }
    }
}
