internal import DialerEngine
internal import DiscreteEvents
import QueueingTheory

/// The clocks of the regulators against the waiting-time distribution of a delay system.
enum ComplianceFamily {
    /// Greetings of constant length, so that a rule counts the calls that wait longer than 2 s and a part of it.
    static func family(_ simulator: Simulator) async throws -> Family {
        let (start, length) = (0.75, 1.5)
        let scenarios = [(5, 4.0, 30.0), (20, 15, 60)].map { servers, load, service in
            let system = ErlangC(servers: servers, arrivalRate: load / service, serviceRate: 1 / service)
            let inclusive: [(ComplianceProfile, Double)] = [
                (.caCRTC, 2), (.ukOfcom2010, 2 + start), (.usTSR, 2 + start + length), (.usFCC, 2 + start + length),
            ]
            var scenario = Scenario(
                model: "two seconds in Erlang C",
                parameters: "n = \(servers), a = \(digits(load)), 1/μ = \(digits(service)) s, "
                    + "greeting from 0.75 to 2.25 s",
                source: "Erlang 1917; see the profile's text for the regulation",
                center: .queue(
                    servers: servers,
                    service: .exponential(mean: service),
                    patience: .constant(.infinity)
                ),
                pacing: .poisson(callsPerHour: 3600 * load / service),
                millions: 4,
                compliance: inclusive.map(\.0),
                exact: inclusive.map {
                    (.abandonment(under: $0.0), system.probabilityOfWait(longerThan: $0.1))
                }
            )
            // Compliance counts the whole campaign, so there is no warm-up to leave out.
            scenario.warmUp = 0
            scenario.center.greetingStart = .constant(start)
            scenario.center.greetingLength = .constant(length)
            return scenario
        }
        return Family(
            title: "The clocks of the regulators",
            introduction:
                "Everybody waits as long as it takes, and a rule counts who waited more than two seconds from "
                + "its own clock: from the answer (`ca-crtc`), the start of the greeting (`uk-ofcom-2010`) or its end "
                + "(`us-tsr`, `us-fcc`).",
            comparisons: try await scenarios.comparisons(simulator)
        )
    }
}
