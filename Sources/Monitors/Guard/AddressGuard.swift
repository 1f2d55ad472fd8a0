package import Addresses

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
