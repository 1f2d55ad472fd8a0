import RingbackHome
package import RunStore
package import ScenarioFile
package import Webhooks

/// A monitor that can be delivered to: its definition, and the key that was found for it.
package struct PreparedMonitor: Sendable {
    package var definition: MonitorDefinition
    /// The key that deliveries are signed with; `nil` for unsigned deliveries.
    package var secret: WebhookSecret?

    /// Finds the key of a monitor.
    ///
    /// - Parameter environment: the variables, one of which holds the key.
    /// - Throws: ``MonitorSecretError`` if the variable is not set, or does not hold a key.
    package init(_ definition: MonitorDefinition, environment: (String) -> String?) throws(MonitorSecretError) {
        let monitor = definition.monitor
        self.definition = definition
        guard let name = monitor.secretEnv else { return }
        let given: SecretVariable?
        do { given = try SecretVariable.read(name, variable: environment) } catch {
            throw MonitorSecretError(problems: ["\(error)"])
        }
        guard let given else {
            let purpose = "the key that deliveries to the monitor \(monitor.name) are signed with"
            throw MonitorSecretError(problems: ["\(name) is not set: \(purpose)"])
        }
        do {
            secret = try WebhookSecret(given.text)
        } catch {
            let doubts = given.doubts.map { "; \($0)" }.joined()
            throw MonitorSecretError(
                problems: ["\(given.source), the key of the monitor \(monitor.name), \(error)\(doubts)"]
            )
        }
    }

    /// Prepares a list of monitors.
    ///
    /// - Parameters:
    ///   - schedule: the schedule of a monitor that does not name one.
    ///   - folder: the folder that a relative path of a file starts at.
    ///   - environment: the variables that hold the keys.
    /// - Throws: ``MonitorSecretError`` that names every missing or malformed key.
    package static func all(
        _ monitors: [Scenario.Monitor],
        schedule: Scenario.Monitor.Schedule,
        folder: String,
        environment: (String) -> String?
    ) throws(MonitorSecretError) -> [PreparedMonitor] {
        var problems: [String] = []
        var prepared: [PreparedMonitor] = []
        for monitor in monitors {
            let definition = MonitorDefinition(monitor, schedule: schedule, folder: folder)
            do {
                prepared.append(try PreparedMonitor(definition, environment: environment))
            } catch {
                problems += error.problems
            }
        }
        guard problems.isEmpty else { throw MonitorSecretError(problems: problems) }
        return prepared
    }
}

/// Keys of monitors that are missing or malformed; never the keys themselves.
package struct MonitorSecretError: Error, Hashable, Sendable, CustomStringConvertible {
    /// Which variable, and what it is for; one text for each key.
    package var problems: [String]

    package var description: String { problems.joined(separator: "; ") }
}

/// A prepared monitor with its row in the store.
package struct ForwardedMonitor: Sendable {
    package var rowID: Int64
    /// The monitor, and its key.
    package var prepared: PreparedMonitor

    /// The monitor as the scenario has it.
    package var monitor: Scenario.Monitor { prepared.definition.monitor }
    /// The name, unique within the owner.
    package var name: String { monitor.name }
}

extension ForwardedMonitor {
    /// Prepares a monitor from its row, for a process that sends what another one has left.
    ///
    /// - Throws: ``MonitorDefinition/TextError`` or ``MonitorSecretError``.
    package init(_ row: StoredMonitor, environment: (String) -> String?) throws {
        let prepared = try PreparedMonitor(try MonitorDefinition(row), environment: environment)
        self.init(rowID: row.rowID, prepared: prepared)
    }
}

extension RunStore {
    /// Stores the monitors of an owner; those that it has already keep their queues.
    package func register(_ monitors: [PreparedMonitor], owner: Int64) async throws -> [ForwardedMonitor] {
        let rows = monitors.map { (name: $0.definition.monitor.name, definition: $0.definition.text) }
        return zip(try await register(rows, owner: owner), monitors).map { ForwardedMonitor(rowID: $0, prepared: $1) }
    }

    /// Where the stored monitors of each owner receive events, for events that leave quarantine later.
    ///
    /// - Throws: ``MonitorDefinition/TextError`` if a monitor cannot be read, or the store's error.
    package func storedRoutes() async throws -> [Int64: DeliveryRoutes] {
        var routes: [Int64: [DeliveryRoute]] = [:]
        for row in try await monitors() {
            guard let route = try MonitorDefinition(row).route(to: row.rowID) else { continue }
            routes[row.owner, default: []].append(route)
        }
        return routes.mapValues { DeliveryRoutes($0) }
    }
}
