import DiscreteEvents
import ScenarioFile
import Synchronization

/// The fault of one request, delivery attempt or simulation.
struct Injection: Hashable, Sendable {
    /// Seconds to wait first.
    var delay = 0.0
    var fault: FaultPlan.Fault?

    /// Whether the request is not handled at all.
    var replacesTheAnswer: Bool {
        switch fault {
        case .status, .reset, .hang: true
        default: false
        }
    }
}

/// Counts the visits to each point and decides about faults; equal plans and counts give equal decisions.
///
/// The delays of all rules that apply add up. Of the other faults, the first in the plan happens.
struct FaultSchedule: Sendable {
    private let plan: FaultPlan
    private let chances: RandomStream
    private var counts: [FaultPlan.Point: Int] = [:]

    init(_ plan: FaultPlan) {
        self.plan = plan
        chances = RandomStream(seed: plan.seed, replication: 0)
    }

    /// Counts one visit to a point, and returns its fault.
    mutating func next(at point: FaultPlan.Point) -> Injection {
        let count = counts[point, default: 0] + 1
        counts[point] = count
        var injection = Injection()
        for (index, rule) in plan.rules.enumerated() where rule.point == point && applies(rule, index, count) {
            if case .delay(let seconds) = rule.fault {
                injection.delay += seconds
            } else if injection.fault == nil {
                injection.fault = rule.fault
            }
        }
        return injection
    }

    private func applies(_ rule: FaultPlan.Rule, _ index: Int, _ count: Int) -> Bool {
        switch rule.when {
        case .always: return true
        case .first(let number): return count <= number
        case .every(let number): return count.isMultiple(of: number)
        case .nth(let number): return count == number
        case .probability(let probability):
            var draws = chances.draws(index: UInt64(count), purpose: UInt32(truncatingIfNeeded: index))
            return draws.uniform() < probability
        }
    }
}

/// The fault schedule of a sandbox; without a plan it injects nothing.
final class FaultInjector: Sendable {
    private let schedule: Mutex<FaultSchedule?>

    init(_ plan: FaultPlan?) { schedule = Mutex(plan.map { FaultSchedule($0) }) }

    func next(at point: FaultPlan.Point) -> Injection { schedule.withLock { $0?.next(at: point) } ?? Injection() }
}
