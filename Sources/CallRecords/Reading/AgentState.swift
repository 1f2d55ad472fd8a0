/// What an agent does.
enum AgentState: Hashable {
    case idle
    case talk
    case wrap
    case pause

    init?(word: String) {
        switch RecordField.squeezed(word) {
        case "idle", "available", "ready", "waiting": self = .idle
        case "talk", "talking", "incall", "oncall": self = .talk
        case "wrap", "wrapup", "acw", "aftercallwork": self = .wrap
        case "break", "pause", "paused", "notready", "unavailable": self = .pause
        default: return nil
        }
    }
}
