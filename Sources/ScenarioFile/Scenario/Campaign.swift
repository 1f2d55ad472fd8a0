package import DialerEngine
package import ExactJSON
package import SimulationAPI

/// A contact centre and how it works through a campaign: what a scenario file and a sandbox's create say alike.
package struct Campaign: Hashable, Sendable {
    /// The contact centre; without one agents never run short.
    package var center: ContactCenter?
    /// When calls are dialled.
    package var pacing = Pacing.progressive
    /// What changes during a shift.
    package var schedule: [ScheduleEntry] = []
    /// Who is called.
    package var list: ContactList?
    /// The shifts and their calendar.
    package var plan = Scenario.RunPlan()

    /// Reads the campaign of a create; its payload has been checked by itself.
    ///
    /// - Parameter payload: The payload; nil if it is wrong.
    package static func check(_ json: JSONValue, of payload: SimulationPayload?) -> Result<Campaign, Violations> {
        let report = FormReport()
        return report.result(FormField(json, report).form(of: nil) { $0.campaign(of: payload, .payload) })
    }

    /// What the engine simulates; nil without a contact centre.
    ///
    /// - Parameters:
    ///   - maxCalls: The calls if nothing else ends the dialling.
    ///   - seed: Every random number follows from it.
    package func experiment(maxCalls: Int, seed: UInt32) -> Experiment? {
        guard let center else { return nil }
        var experiment = Experiment(center, pacing: pacing, length: plan.length ?? .calls(maxCalls), seed: seed)
        experiment.callLimit = plan.callLimit
        experiment.calendar = plan.calendar
        experiment.schedule = schedule
        experiment.list = list
        return experiment
    }
}
