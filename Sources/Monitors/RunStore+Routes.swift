package import RunStore

extension RunStore {
    /// Where the events of each owner are forwarded, as it was kept: for events that leave quarantine later.
    ///
    /// - Throws: `MonitorDefinition.TextError` where a monitor cannot be read, or the store's error.
    package func storedRoutes() async throws -> [Int64: DeliveryRoutes] {
        var routes: [Int64: [DeliveryRoutes.Route]] = [:]
        for row in try await monitors() {
            guard let number = row.number, let route = try MonitorDefinition(row).route(number) else { continue }
            routes[row.owner, default: []].append(route)
        }
        return routes.mapValues { DeliveryRoutes($0) }
    }
}
