/// A dialer whose configuration can be read.
package enum DialerProduct: String, Hashable, Sendable, CaseIterable {
    case uccx, vicidial, genesys, amazon, cxone, five9

    /// What messages call a file of it.
    package var file: String {
        switch self {
        case .uccx: "a campaign of Cisco UCCX"
        case .vicidial: "a campaign of VICIdial"
        case .genesys: "an outbound campaign of Genesys Cloud"
        case .amazon: "a campaign of Amazon Connect"
        case .cxone: "the settings of a CXone skill"
        case .five9: "an outbound campaign of Five9"
        }
    }

    /// What its settings are settings of.
    package var subject: String { self == .cxone ? "a CXone skill" : file }
}

/// Why a configuration cannot be read.
package struct ConfigurationError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What is wrong, and what to do.
    package var description: String

    package init(_ description: String) { self.description = description }
}
