import Addresses
import ExactJSON
package import RunStore
package import ScenarioFile
import SimulationAPI

/// A monitor as it is stored, so that another process can later deliver what is left.
///
/// The text is the JSON of one entry of `monitors:`, read by the reader of scenarios; it never has a secret.
package struct MonitorDefinition: Hashable, Sendable {
    /// The monitor as the scenario has it, its schedule filled in and its path absolute.
    package var monitor: Scenario.Monitor

    /// A row whose text does not define a monitor.
    package struct TextError: Error, CustomStringConvertible {
        package var description: String
    }

    /// Takes a monitor of a scenario.
    ///
    /// - Parameters:
    ///   - schedule: the schedule of a monitor that does not name one.
    ///   - folder: the folder that a relative path of a file starts at.
    package init(_ monitor: Scenario.Monitor, schedule: Scenario.Monitor.Schedule, folder: String) {
        self.monitor = monitor
        self.monitor.schedule = monitor.schedule ?? schedule
        if case .file(let path) = monitor.destination, !path.hasPrefix("/") {
            self.monitor.destination = .file(path: "\(folder)/\(path)")
        }
    }

    package init(_ row: StoredMonitor) throws(TextError) {
        do {
            let read = try Scenario.Monitor.parseList(text: "[\(row.definition)]", file: "monitor \(row.name)")
            guard let monitor = read.monitors.first else { throw TextError(description: "an empty definition") }
            self.monitor = monitor
        } catch {
            throw TextError(description: "the monitor \(row.name) is kept in a form that cannot be read: \(error)")
        }
    }

    /// Which events the inbox enqueues for it; `nil` for a monitor that receives one message for each run instead.
    package func route(to rowID: Int64) -> DeliveryRoute? {
        guard !monitor.kind.isMessage else { return nil }
        return DeliveryRoute(monitor: rowID, states: monitor.states, outcomes: monitor.outcomes)
    }

    var text: String { json.text }

    private var json: JSONValue {
        let address: (path: String?, url: String?) =
            switch monitor.destination {
            case .file(let path): (path, nil)
            case .http, .slack: (nil, monitor.url)
            case .stdout: (nil, nil)
            }
        return .object(present: [
            "name": .string(monitor.name), "kind": .string(monitor.kind.rawValue),
            "url": address.url.map { .string($0) }, "path": address.path.map { .string($0) },
            "secretEnv": monitor.secretEnv.map { .string($0) },
            "schedule": monitor.schedule.map { .string($0.rawValue) }, "required": .bool(monitor.required),
            "allow": .array(monitor.allow.map { .string($0.description) }),
            "states": monitor.states.map { .array($0.map(\.rawValue).sorted().map { .string($0) }) },
            "outcomes": monitor.outcomes.map { .array($0.map(\.rawValue).sorted().map { .string($0) }) },
        ])
    }
}
