package import ExactJSON
package import HTTPExchange

/// Where time, chance and names come from.
package struct ForwardingEnvironment: Sendable {
    /// The wall clock, which due times are kept in.
    package var now: @Sendable () -> Timestamp
    /// What sleeping is done on.
    package var timeline: Timeline
    /// A number in 0..<1 for the jitter.
    package var chance: @Sendable () -> Double
    /// Who finds the addresses of names.
    package var resolver: Resolver

    /// Creates an environment.
    package init(
        now: @escaping @Sendable () -> Timestamp,
        timeline: Timeline,
        chance: @escaping @Sendable () -> Double,
        resolver: Resolver
    ) {
        self.now = now
        self.timeline = timeline
        self.chance = chance
        self.resolver = resolver
    }

    /// The system's clocks, random numbers and resolver.
    package static var system: ForwardingEnvironment {
        ForwardingEnvironment(
            now: { WallClock.now },
            timeline: Timeline(),
            chance: { .random(in: 0..<1) },
            resolver: .system
        )
    }
}
