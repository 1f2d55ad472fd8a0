/// How a terminal text is set: plain, or with colours of the terminal's own palette.
///
/// Whether a terminal takes colour (`NO_COLOR`, `TERM=dumb`, a pipe) is for the caller to find out.
public enum TextStyle: Hashable, Sendable {
    case plain, ansi

    /// What a piece of text is, as far as colour goes.
    package enum Role {
        case strong, quiet, pass, inconclusive, fail, chart

        fileprivate var code: String {
            switch self {
            case .strong: "1"
            case .quiet: "2"
            case .pass: "32"
            case .inconclusive: "33"
            case .fail: "31"
            case .chart: "36"
            }
        }
    }

    /// The text in a role's colour; in plain style the text itself.
    package func text(_ text: String, _ role: Role) -> String {
        self == .plain || text.isEmpty ? text : "\u{1B}[\(role.code)m\(text)\u{1B}[0m"
    }

    /// The role of a verdict.
    package static func role(of verdict: Verdict) -> Role {
        switch verdict {
        case .pass: .pass
        case .inconclusive: .inconclusive
        case .fail: .fail
        }
    }
}
