/// Ready scenarios, each of which shows one thing that happens in contact centres.
///
/// The same files stand in `Examples/presets`; a test compares them.
public enum ScenarioPreset: String, Hashable, Sendable, CaseIterable {
    case mondaySurge = "monday-surge"
    case massBreak = "mass-break"
    case shiftChange = "shift-change"
    case clumpedList = "clumped-list"
    case detectionErrors = "detection-errors"
    case trunkStarvation = "trunk-starvation"
    case listRunsOut = "list-runs-out"

    /// What it shows, for a list.
    public var summary: String {
        switch self {
        case .mondaySurge: "more people answer than the dialer expects"
        case .massBreak: "everybody goes on the same break"
        case .shiftChange: "five minutes between two teams"
        case .clumpedList: "every retry comes due at the same time"
        case .detectionErrors: "persons taken for machines, which no dialer's screen counts"
        case .trunkStarvation: "agents wait for lines, not for people"
        case .listRunsOut: "four paid days, and contacts for two"
        }
    }

    /// The text of the scenario file.
    public var text: String {
        switch self {
        case .mondaySurge: Self.mondaySurgeText
        case .massBreak: Self.massBreakText
        case .shiftChange: Self.shiftChangeText
        case .clumpedList: Self.clumpedListText
        case .detectionErrors: Self.detectionErrorsText
        case .trunkStarvation: Self.trunkStarvationText
        case .listRunsOut: Self.listRunsOutText
        }
    }
}
