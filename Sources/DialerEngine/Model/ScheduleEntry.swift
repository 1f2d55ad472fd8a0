/// A change during a shift: the contact centre as it is from a moment on, each day alike.
///
/// An attempt takes all its values from the entry in force when it is dialled; a smaller number of lines drops no call.
public struct ScheduleEntry: Hashable, Sendable {
    /// The most changes of a shift.
    public static let mostEntries = 1_000

    /// The moment from which it is in force, in seconds since the start of the shift.
    public var from: Double
    /// The contact centre from then on; its agents and its roster stay as they were.
    public var center: ContactCenter

    /// Creates a change.
    public init(from: Double, center: ContactCenter) { (self.from, self.center) = (from, center) }
}
