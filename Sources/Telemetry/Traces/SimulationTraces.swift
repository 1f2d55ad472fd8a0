import Synchronization
package import Tracing

/// Which trace the events of a simulation belong to: that of the run that created it.
///
/// Events say their simulation and no trace. Only the newest simulations are kept.
package final class SimulationTraces: Sendable {
    private struct State {
        var contexts: [String: ServiceContext] = [:]
        var order: [String] = []
    }

    /// How many simulations are kept.
    static let capacity = 1000

    private let state = Mutex(State())

    package init() {}

    /// The context of the run that created a simulation; `nil` if it is not known.
    package subscript(_ simulationID: String) -> ServiceContext? {
        state.withLock { $0.contexts[simulationID] }
    }

    /// Notes that the present task has created a simulation.
    package func note(_ simulationID: String) {
        guard let context = ServiceContext.current, TraceContext(context) != nil else { return }
        state.withLock { state in
            if state.contexts.updateValue(context, forKey: simulationID) == nil { state.order.append(simulationID) }
            if state.order.count > Self.capacity { state.contexts[state.order.removeFirst()] = nil }
        }
    }
}
