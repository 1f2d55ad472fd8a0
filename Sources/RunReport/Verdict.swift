/// How a demand came out; the worst wins.
public enum Verdict: String, CaseIterable, Hashable, Sendable {
    case pass, inconclusive, fail

    /// The worst of several: fail, then inconclusive, then pass.
    public static func worst(of verdicts: some Sequence<Verdict>) -> Verdict {
        verdicts.max { $0.rank < $1.rank } ?? .pass
    }

    private var rank: Int {
        switch self {
        case .pass: 0
        case .inconclusive: 1
        case .fail: 2
        }
    }

    /// A mark that tells the verdict without colour.
    package var mark: String {
        switch self {
        case .pass: "✓"
        case .inconclusive: "?"
        case .fail: "✗"
        }
    }
}
