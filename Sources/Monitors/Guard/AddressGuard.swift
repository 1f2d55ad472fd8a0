package import Addresses
import Glibc
import RingbackHome

/// Decides whether the addresses of a name may be dialled: all of them or none.
///
/// A name with one public and one private address is a trap, so it is refused. The addresses that are judged here are
/// those that are dialled, so a name that resolves differently a moment later changes nothing.
package enum AddressGuard {
    /// An address that must not be dialled.
    package struct RefusedAddress: Error, Hashable, Sendable, CustomStringConvertible {
        /// The reason, for the dead letter.
        package var description: String
    }

    /// The addresses that may be dialled.
    ///
    /// - Parameters:
    ///   - host: the name, for the reason.
    ///   - addresses: all of the host's addresses.
    ///   - allow: the special-purpose ranges that may be dialled.
    package static func vet(
        _ host: String,
        _ addresses: [IPAddress],
        allow: [AddressRange]
    ) throws(RefusedAddress) -> [IPAddress] {
        for address in addresses {
            let place = "\(address)" == host ? host : "\(host) is at \(address), which"
            switch address.refusal(allowing: allow) {
            case nil: continue
            case .specialPurpose:
                throw RefusedAddress(
                    description: "\(place) is not an address of the public Internet; name it in allow if it is meant"
                )
            case .metadata:
                throw RefusedAddress(description: "\(place) hands out credentials of the cloud; nothing is sent there")
            }
        }
        return addresses
    }
}

/// Finds the addresses of a name.
package struct Resolver: Sendable {
    /// A name that could not be resolved; another time it may.
    package struct LookupError: Error, Hashable, Sendable, CustomStringConvertible {
        package var description: String

        package init(_ description: String) { self.description = description }
    }

    private let look: @Sendable (String) async throws(LookupError) -> [IPAddress]

    /// Creates a resolver of a function that gives all addresses of a name, IPv4 and IPv6.
    package init(_ look: @escaping @Sendable (String) async throws(LookupError) -> [IPAddress]) { self.look = look }

    /// All addresses of a host; an address in its usual spelling is its own.
    package func addresses(of host: String) async throws(LookupError) -> [IPAddress] {
        if let address = IPAddress(host) { return [address] }
        let addresses = try await look(host)
        guard !addresses.isEmpty else { throw LookupError("\(host) has no address") }
        return addresses
    }

    /// The system's resolver: hosts file, DNS and other configured sources.
    package static let system = Resolver { (host) throws(LookupError) in
        let result: Result<[IPAddress], any Error>
        do {
            result = .success(try await BlockingWork.run { try lookUp(host) })
        } catch {
            result = .failure(error)
        }
        switch result {
        case .success(let addresses): return addresses
        case .failure(let error): throw error as? LookupError ?? LookupError("\(error)")
        }
    }

    private static func lookUp(_ host: String) throws -> [IPAddress] {
        var hints = addrinfo()
        hints.ai_family = AF_UNSPEC
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var list: UnsafeMutablePointer<addrinfo>?
        let code = getaddrinfo(host, nil, &hints, &list)
        guard code == 0 else {
            throw LookupError("\(host) cannot be resolved: \(String(cString: gai_strerror(code)))")
        }
        defer { freeaddrinfo(list) }
        var addresses: [IPAddress] = []
        var entry = list
        while let current = entry {
            var text = [CChar](repeating: 0, count: 64)
            let length = socklen_t(text.count)
            let named = getnameinfo(
                current.pointee.ai_addr,
                current.pointee.ai_addrlen,
                &text,
                length,
                nil,
                0,
                NI_NUMERICHOST
            )
            // The zone of a link-local address, %eth0, changes nothing about what it is.
            let bytes = text.prefix { $0 != 0 && $0 != 0x25 }.map { UInt8(bitPattern: $0) }
            // An address that cannot be read cannot be judged, so the whole name is refused.
            guard named == 0, let address = IPAddress(String(decoding: bytes, as: UTF8.self)) else {
                throw LookupError("\(host) has an address that cannot be read")
            }
            if !addresses.contains(address) { addresses.append(address) }
            entry = current.pointee.ai_next
        }
        return addresses
    }
}
