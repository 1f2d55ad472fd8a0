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
            guard let refusal = address.refusal(allowing: allow) else { continue }
            let place = "\(address)" == host ? host : "\(host) is at \(address), which"
            let reason =
                switch refusal {
                case .specialPurpose: "is not an address of the public Internet; name it in allow if it is meant"
                case .metadata: "hands out credentials of the cloud; nothing is sent there"
                }
            throw RefusedAddress(description: "\(place) \(reason)")
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

    /// - Parameter look: gives all addresses of a name, IPv4 and IPv6.
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
        let result = await Result { try await BlockingWork.run { try lookUp(host) } }
        return try result.mapError { $0 as? LookupError ?? LookupError("\($0)") }.get()
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
            let (length, info) = (socklen_t(text.count), current.pointee)
            let named = getnameinfo(info.ai_addr, info.ai_addrlen, &text, length, nil, 0, NI_NUMERICHOST)
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
