extension SimulationError {
    /// Throws unless a condition holds.
    static func require(_ isSound: Bool, _ message: @autoclosure () -> String) throws(SimulationError) {
        if !isSound { throw SimulationError(.invalid, message()) }
    }
}
