/// What takes the steps of a simulation.
package protocol TraceSink {
    /// Whether it takes any; the engine makes none for one that does not.
    static var isActive: Bool { get }
    /// Takes a step.
    mutating func record(_ event: TraceEvent)
}

/// Takes nothing and costs nothing.
package struct NoTrace: TraceSink {
    package static var isActive: Bool { false }

    /// Creates the sink.
    package init() {}

    package mutating func record(_ event: TraceEvent) {}
}

/// Hands each step to a closure.
package struct TraceHandler: TraceSink {
    package static var isActive: Bool { true }
    private let handle: (TraceEvent) -> Void

    /// Creates a sink.
    package init(_ handle: @escaping (TraceEvent) -> Void) { self.handle = handle }

    package mutating func record(_ event: TraceEvent) { handle(event) }
}
