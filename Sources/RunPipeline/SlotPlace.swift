/// A run's place in the queue for a slot, and the runs that hold the slots.
public struct SlotPlace: Hashable, Sendable, CustomStringConvertible {
    /// A run that holds a slot.
    public struct Holder: Hashable, Sendable, CustomStringConvertible {
        /// The id of the run.
        public let runID: String
        /// Whether the run is over; its slot then stays occupied because its simulation may still run.
        public let isOver: Bool

        /// The run and, if it is over, why it still holds the slot.
        public var description: String { isOver ? "\(runID) (over, its simulation may still run)" : runID }
    }

    /// The number of runs that are served first.
    public let ahead: Int
    /// The runs that hold the slots, in the order of arrival.
    public let holders: [Holder]

    /// The place and the holders, such as `next in line; held by 01M821QA56X5ZM5PW62SPXZAGX`.
    public var description: String {
        let place = ahead == 0 ? "next in line" : ahead == 1 ? "1 run ahead" : "\(ahead) runs ahead"
        guard !holders.isEmpty else { return place }
        let names = holders.prefix(10).map(\.description).joined(separator: ", ")
        let rest = holders.count > 10 ? " and \(holders.count - 10) more" : ""
        let advice =
            holders.contains(where: \.isOver)
            ? "; \"ringback slots release RUN_ID\" frees the slot of one that is over" : ""
        return "\(place); held by \(names)\(rest)\(advice)"
    }
}
