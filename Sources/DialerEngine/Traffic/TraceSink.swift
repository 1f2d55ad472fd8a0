/// What takes the steps of a simulation.
public protocol TraceSink {
    /// Whether it takes steps; if not, the engine makes no events.
    static var isActive: Bool { get }
    mutating func record(_ event: TraceEvent)
}

/// Takes nothing and costs nothing.
public struct NoTrace: TraceSink {
    /// No.
    public static var isActive: Bool { false }

    /// Creates the sink.
    public init() {}

    /// Does nothing.
    public mutating func record(_ event: TraceEvent) {}
}

/// Hands each step to a closure.
public struct TraceHandler: TraceSink {
    /// Yes.
    public static var isActive: Bool { true }
    private let handle: (TraceEvent) -> Void

    /// Creates a sink.
    public init(_ handle: @escaping (TraceEvent) -> Void) { self.handle = handle }

    /// Hands the step on.
    public mutating func record(_ event: TraceEvent) { handle(event) }
}
