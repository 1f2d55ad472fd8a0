package import Addresses
import ScenarioFile

/// Decides which addresses of a name may be dialled: all of them or none.
///
/// A name that has one public and one private address is a trap, not a monitor. What is judged here is what is dialled
/// afterwards, so a name that resolves to something else a moment later changes nothing.
package enum AddressGuard {
    /// Why nothing is sent to a host.
    package struct Refusal: Error, Hashable, Sendable, CustomStringConvertible {
        /// The reason, for the dead letter.
        package var description: String
    }

    /// The addresses that may be dialled.
    ///
    /// - Parameters:
    ///   - host: what they belong to, for the reason.
    ///   - addresses: all of the host's addresses.
    ///   - allow: the special-purpose ranges that are meant.
    package static func vet(
        _ host: String,
        _ addresses: [IPAddress],
        allow: [AddressRange]
    ) throws(Refusal) -> [IPAddress] {
        for address in addresses {
            let place = "\(address)" == host ? host : "\(host) is at \(address), which"
            switch address.refusal(allowing: allow) {
            case nil: continue
            case .specialPurpose:
                throw Refusal(
                    description: "\(place) is no address of the public Internet; name it in allow where it is meant"
                )
            case .metadata:
                throw Refusal(description: "\(place) hands out credentials of the cloud; nothing is sent there")
            }
        }
        return addresses
    }
}
