package import DialerEngine

/// What a day of records is compared in with a day of the model.
package enum DayQuantity: String, CaseIterable, Hashable, Sendable {
    /// Calls dialled.
    case attempts
    /// Calls answered by a person, abandoned ones included.
    case answered
    /// Abandoned calls as a share of ``answered``.
    case abandonmentRate
    /// Talk and wrap-up as a share of the time on duty.
    case occupancy
    /// Hours of conversation of all agents.
    case talkHours

    /// What a simulated day shows, as records would have it; nil if the day has no such value.
    ///
    /// A person whom the dialer takes for a machine stands in records as a machine, so such calls are not answered here.
    package func value(of day: Measures) -> Double? {
        let answered = day.calls.answered - day.calls.falsePositives
        return switch self {
        case .attempts: Double(day.calls.attempted)
        case .answered: Double(answered)
        case .abandonmentRate: answered > 0 ? Double(day.calls.abandoned) / Double(answered) : nil
        case .occupancy: day.agentSeconds > 0 ? day.busySeconds / day.agentSeconds : nil
        case .talkHours: day.talkSeconds / 3600
        }
    }
}
