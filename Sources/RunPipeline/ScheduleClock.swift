import DialerEngine
import ExactJSON
import ScenarioFile

/// Which entry of a schedule is in force at a moment of a simulation, for schedules that change the outcomes.
struct ScheduleClock: Sendable {
    /// The moment of virtual time 0.
    private let start: Timestamp
    /// When the entries come into force, in milliseconds since the start of a shift.
    private let entries: [Int64]
    /// The milliseconds from the start of one shift to that of the next; nil if there is one only.
    private let day: Int64?

    /// - Parameter start: The moment of virtual time 0.
    /// - Returns: `nil` if the outcomes of calls do not change.
    init?(_ scenario: Scenario, start: Timestamp) {
        guard let experiment = scenario.experiment(seed: 1),
            experiment.schedule.contains(where: { $0.center.outcomes != experiment.center.outcomes })
        else { return nil }
        self.start = start
        // Times of events are cut to milliseconds, so a call that is dialled with an entry is not before it.
        entries = experiment.schedule.map { Int64($0.from * 1000) }
        day = experiment.shift == nil ? nil : Int64(experiment.dayLength * 1000)
    }

    /// The number of stretches: one before the first entry, and one for each entry.
    var stretches: Int { entries.count + 1 }

    /// The stretch in which a moment lies, from 0.
    func stretch(at moment: Timestamp) -> Int {
        var time = moment.milliseconds - start.milliseconds
        if let day, time > 0 { time %= day }
        return entries.partitioningIndex { $0 > time }
    }
}
