import SimulationClient

extension Finding {
    /// Judges a list by a tag that nobody has: it needs the read scope and creates nothing.
    ///
    /// - Parameters:
    ///   - found: how many simulations came, where a list did.
    ///   - error: why none came.
    static func read(found: Int, error: ClientError?) -> Finding {
        let name = "read scope"
        guard let error else {
            guard found == 0 else {
                return .warning(
                    name,
                    "a list came, and \(found) simulations in it have a tag that nobody asked for: `tag` is ignored there",
                    "A run compares tags itself, so this does no harm; say honours: {listByTag: false} in a profile to do "
                        + "without."
                )
            }
            return .ok(name, "a list by tag was answered, and nothing was created")
        }
        guard error.code == .notOffered else { return .failure(name, .remote, error.message, error.remedy) }
        return .warning(
            name,
            "\(error.message); a run cannot look for a simulation whose create got no answer (exit 5)",
            "Check paths: {simulations: …} of the profile; where there is no such list, say honours: {listByTag: false}."
        )
    }
}
