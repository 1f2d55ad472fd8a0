package import ScenarioFile

/// When a delivery that failed is tried again.
package struct DeliverySchedule: Hashable, Sendable {
    /// The pauses before the second and further attempts; after them a delivery is dead.
    package var pauses: [Duration]
    /// The longest `Retry-After` that is followed.
    package var longestRetryAfter: Duration
    /// The shortest time between two probes of a monitor that keeps failing.
    package var probePause: Duration

    /// For test runs: five attempts within a minute.
    package static let fast = DeliverySchedule(
        pauses: [.seconds(1), .seconds(5), .seconds(15), .seconds(30)],
        longestRetryAfter: .seconds(60),
        probePause: .milliseconds(500)
    )

    /// The schedule of Standard Webhooks: ten attempts within three days.
    package static let standard = DeliverySchedule(
        pauses: [
            .seconds(5), .seconds(300), .seconds(1800), .seconds(7200), .seconds(18_000), .seconds(36_000),
            .seconds(50_400), .seconds(72_000), .seconds(86_400),
        ],
        longestRetryAfter: .seconds(3600),
        probePause: .seconds(60)
    )

    /// For `deliveries replay`, at which a person waits: three attempts within seconds.
    package static let replay = DeliverySchedule(
        pauses: [.seconds(1), .seconds(5)],
        longestRetryAfter: .seconds(10),
        probePause: .milliseconds(500)
    )

    /// The pause after that number of failed attempts; `nil` after the last attempt.
    ///
    /// - Parameter chance: in 0..<1; up to a tenth of the pause is added, so that retries spread.
    func pause(after attempts: Int, chance: Double) -> Duration? {
        guard attempts >= 1, attempts <= pauses.count else { return nil }
        return pauses[attempts - 1] * (1 + chance / 10)
    }
}

extension DeliverySchedule {
    /// The schedule of a scenario's word.
    package init(_ word: Scenario.Monitor.Schedule) {
        switch word {
        case .fast: self = .fast
        case .standard: self = .standard
        }
    }
}
