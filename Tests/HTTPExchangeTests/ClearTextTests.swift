import Addresses
import RingbackTestKit
import Synchronization
import Testing

@testable import HTTPExchange

/// Requests without TLS, by the address that is dialled.
@Suite(.timeLimit(.minutes(5)))
struct ClearTextTests {
    /// Both ways to send.
    enum Sender: CaseIterable, Sendable { case request, post }

    /// Sends a request with a secret to a server on all addresses of this machine, at which the name is.
    private func send(
        by sender: Sender,
        to name: String,
        at address: IPAddress,
        _ seen: Shared<[UInt8]> = Shared([])
    ) async throws -> Result<IncomingResponse, TransportError> {
        let server = try LoopbackListener(isOpen: true) { connection in
            let bytes = connection.readRequest()
            seen.withLock { $0 += bytes }
            connection.send("HTTP/1.1 204 No Content\r\n\r\n")
            connection.end()
        }
        defer { server.stop() }
        let url = "http://\(HTTPURL.bracketed(name)):\(server.port)/oauth/token"
        let (headers, body): (HeaderFields, _) = (["Authorization": "Basic c2VjcmV0"], Array("secret=s".utf8))
        let result: Result<IncomingResponse, TransportError>
        switch sender {
        case .request:
            let connections = HTTPConnections(addresses: IPAddress(name) == nil ? [name: address] : [:])
            let request = OutgoingRequest(
                method: .post,
                url: url,
                headers: headers,
                body: body,
                timeout: .seconds(20),
                maxResponseBytes: 1000
            )
            do throws(TransportError) { result = .success(try await connections.send(request)) } catch {
                result = .failure(error)
            }
            await connections.shutDown()
        case .post:
            let connections = PostConnections(limit: 1)
            let post = Post(
                to: try #require(HTTPURL(url)),
                at: address,
                headers: headers,
                body: body,
                timeout: .seconds(20)
            )
            do throws(TransportError) { result = .success(try await connections.send(post)) } catch {
                result = .failure(error)
            }
            await connections.shutDown()
        }
        return result
    }

    @Test(arguments: ["localhost", "x.localhost", "127.0.0.1", "127.1.2.3", "::1"], Sender.allCases)
    func goToThisMachine(_ name: String, _ sender: Sender) async throws {
        let address = try #require(IPAddress(name) ?? IPAddress("127.0.0.1"))
        #expect(try await send(by: sender, to: name, at: address).get().status == 204)
    }

    @Test(
        .enabled(if: OwnAddress.beyondLoopback != nil),
        arguments: ["localhost", "x.localhost", "ADDRESS"],
        Sender.allCases
    )
    func leaveForNoOtherAddress(_ name: String, _ sender: Sender) async throws {
        let address = try #require(OwnAddress.beyondLoopback.flatMap { IPAddress($0) })
        let (seen, isAddress) = (Shared<[UInt8]>([]), name == "ADDRESS")
        let result = try await send(by: sender, to: isAddress ? "\(address)" : name, at: address, seen)
        #expect(throws: TransportError.self) { try result.get() }
        guard case .failure(let error) = result else { return }
        #expect(error.code == .refused && !error.mayHaveBeenHandled)
        let place = isAddress ? "" : "\(name) is at "
        #expect(
            error.message
                == "\(place)\(address), which is not this machine, and http hides nothing on the way; use https, or name the "
                + "host in CXONE_ALLOW_HTTP"
        )
        #expect(seen.withLock { $0 } == [])
    }

    @Test(.enabled(if: OwnAddress.beyondLoopback != nil), arguments: Sender.allCases)
    func goToANamedHostWhereverItIs(_ sender: Sender) async throws {
        let address = try #require(OwnAddress.beyondLoopback.flatMap { IPAddress($0) })
        let result = try await ClearText.$hosts.withValue(["sandbox"]) {
            try await send(by: sender, to: "sandbox", at: address)
        }
        #expect(try result.get().status == 204)
    }
}
