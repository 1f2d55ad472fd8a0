import Addresses
import ExactJSON
package import RunStore
package import ScenarioFile
import SimulationAPI
package import Webhooks

/// A monitor as it is kept, so that whoever comes later can deliver what is left.
///
/// The text is the JSON of one entry of `monitors`, read by the reader of scenarios; it never has a secret.
package struct MonitorDefinition: Hashable, Sendable {
    /// The monitor as the scenario has it, its schedule filled in and its path absolute.
    package var monitor: Scenario.Monitor

    /// A row whose text is no monitor.
    package struct TextError: Error, CustomStringConvertible {
        /// What is wrong.
        package var description: String
    }

    /// Takes a monitor of a scenario.
    ///
    /// - Parameters:
    ///   - schedule: the schedule where the monitor names none.
    ///   - folder: what a relative path of a file counts from.
    package init(_ monitor: Scenario.Monitor, schedule: Scenario.Monitor.Schedule, folder: String) {
        self.monitor = monitor
        self.monitor.schedule = monitor.schedule ?? schedule
        if case .file(let path) = monitor.destination, !path.hasPrefix("/") {
            self.monitor.destination = .file(path: "\(folder)/\(path)")
        }
    }

    /// Reads a row.
    package init(_ row: StoredMonitor) throws(TextError) {
        do {
            let read = try Scenario.Monitor.parseList(text: "[\(row.definition)]", file: "monitor \(row.name)")
            guard let monitor = read.monitors.first else { throw TextError(description: "an empty definition") }
            self.monitor = monitor
        } catch {
            throw TextError(description: "the monitor \(row.name) is kept in a form that cannot be read: \(error)")
        }
    }

    /// The row of an owner.
    package func row(owner: Int64) -> StoredMonitor {
        StoredMonitor(
            owner: owner,
            name: monitor.name,
            kind: monitor.kind.rawValue,
            definition: json.text,
            required: monitor.required
        )
    }

    /// What the inbox enqueues for it; `nil` where it gets no events but a message for each run.
    package func route(_ number: Int64) -> DeliveryRoutes.Route? {
        guard monitor.kind != .slack else { return nil }
        return DeliveryRoutes.Route(monitor: number, states: monitor.states, outcomes: monitor.outcomes)
    }

    /// The key that deliveries are signed with; `nil` where none is wanted.
    ///
    /// - Parameter environment: the variables.
    /// - Throws: ``MonitorSecretError`` where the variable is not set, or holds no key.
    package func secret(
        in environment: (String) -> String?
    ) throws(MonitorSecretError) -> WebhookSecret? {
        guard let name = monitor.secretEnv else { return nil }
        guard let text = environment(name), !text.isEmpty else {
            throw MonitorSecretError(
                "\(name) is not set: the key that deliveries to the monitor \(monitor.name) are signed with"
            )
        }
        do {
            return try WebhookSecret(text)
        } catch {
            throw MonitorSecretError("\(name), the key of the monitor \(monitor.name), \(error)")
        }
    }

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

/// A key of a monitor that is missing, or none; never the key itself.
package struct MonitorSecretError: Error, Hashable, Sendable, CustomStringConvertible {
    /// Which variable, and what it is for.
    package var description: String

    init(_ description: String) { self.description = description }
}
