package import DialerEngine

extension ComplianceProfile.Denominator {
    /// The calls, as a rule names them.
    package var words: String {
        switch self {
        case .live: "live calls"
        case .connected: "connected calls"
        case .attempts: "attempts"
        }
    }

    /// A number of these calls, in words.
    package func counted(_ calls: Int) -> String {
        switch self {
        case .live: NumberText.count(calls, "live call")
        case .connected: NumberText.count(calls, "connected call")
        case .attempts: NumberText.count(calls, "attempt")
        }
    }
}
