public import DiscreteEvents

/// How a dialer tells machines from persons.
///
/// After the answer the decision takes a while, in which the line is held. A person taken for a machine is dropped; a
/// machine taken for a person goes to an agent.
public struct AnsweringMachineDetection: Hashable, Sendable {
    /// From the answer to the decision, in seconds.
    public var delay: Distribution
    /// The share of persons that are taken for machines, 0…1.
    public var falsePositive: Double
    /// The share of machines that are taken for persons, 0…1.
    public var falseNegative: Double
    /// How long an agent stays with such a machine, in seconds.
    public var machineTalk: Distribution

    /// Creates a detection.
    public init(
        delay: Distribution = .constant(0),
        falsePositive: Double = 0,
        falseNegative: Double = 0,
        machineTalk: Distribution = .constant(0)
    ) {
        self.delay = delay
        self.falsePositive = falsePositive
        self.falseNegative = falseNegative
        self.machineTalk = machineTalk
    }
}
