import Addresses
import NIOCore

/// A host to listen on, as it was named, with the address that the name stands for.
///
/// The address decides what a server demands of its clients: `x.localhost` may be the address of a whole network.
package struct BoundHost: Hashable, Sendable {
    /// The name or address as it was given.
    package let name: String
    /// The address that a server binds for it.
    package let address: String

    package static let loopback = BoundHost("127.0.0.1", address: "127.0.0.1")

    package init(_ name: String, address: String) { (self.name, self.address) = (name, address) }

    /// Looks the name up, as binding it does.
    package init(resolving name: String) throws(HTTPServer.BindError) {
        guard let address = try? SocketAddress.makeAddressResolvingHost(name, port: 0).ipAddress else {
            throw HTTPServer.BindError(reason: "the name has no address here")
        }
        self.init(name, address: address)
    }

    /// Whether only this machine reaches a server that listens there.
    package var isLoopback: Bool { IPAddress(address)?.isLoopback == true }

    /// What is bound: the address that was judged a loopback one, so that the name cannot come to mean another meanwhile.
    var toBind: String { isLoopback ? address : name }
}

extension BoundHost: CustomStringConvertible {
    package var description: String { name == address ? name : "\(name) (\(address))" }
}
