import HTTPService
import HTTPTypes
import RunReport
import RunStore

/// A page of the dashboard: values, which ``Dashboard`` puts into its frame.
struct DashboardPage: Sendable {
    /// A page that is always one step away.
    enum Tab: CaseIterable {
        case overview, runs, newRun, deliveries, inbox, audit, tokens

        var path: String {
            switch self {
            case .overview: "/"
            case .runs: "/runs"
            case .newRun: "/runs/new"
            case .deliveries: "/deliveries"
            case .inbox: "/inbox"
            case .audit: "/audit"
            case .tokens: "/tokens"
            }
        }

        var name: String {
            switch self {
            case .overview: "Overview"
            case .runs: "Runs"
            case .newRun: "New run"
            case .deliveries: "Deliveries"
            case .inbox: "Inbox"
            case .audit: "Audit"
            case .tokens: "Tokens"
            }
        }

        /// The lowest role that may open it.
        var role: Role { self == .tokens ? .admin : .viewer }
    }

    /// The name in the browser's tab.
    var title: String
    var place: Tab?
    /// What stands below the heading: a verdict, a sentence, what one can do.
    var lead = TemplateValue.markup("")
    var sections: [ReportSection?] = []
    var status = 200
    /// The heading, if it is another text than the title.
    var heading: String?
    /// What a screen reader says when it changes.
    var say = ""
    /// The stream that says that something has changed.
    var stream: String?
    /// After how many seconds the page is asked for again, for what no stream tells.
    var seconds: Int?
    /// Whether it is one form in the middle.
    var isNarrow = false

    init(_ title: String, _ place: Tab? = nil) { (self.title, self.place) = (title, place) }
}

extension DashboardPage {
    /// The page that asks for a token.
    static func login(path: PublicPath, next: String?, problem: String?) -> DashboardPage {
        var page = DashboardPage("Sign in to Ringback")
        page.isNarrow = true
        page.lead = .template(
            "login",
            [
                "action": .text(path("/login")), "next": .text(next ?? ""), "hasNext": .flag(next != nil),
                "problem": .text(problem ?? ""), "hasProblem": .flag(problem != nil),
            ]
        )
        return page
    }

    /// The page that explains a refusal.
    static func problem(
        _ status: Int,
        title: String,
        _ detail: String,
        path: PublicPath,
        caller: Caller?
    ) -> DashboardPage {
        var page = DashboardPage(title)
        page.status = status
        page.isNarrow = caller == nil
        let (to, words) = caller == nil ? ("/login", "Sign in") : ("/", "To the overview")
        page.lead = .template(
            "problem",
            [
                "detail": .text(detail.sentence), "status": .text("\(status)"), "path": .text(path(to)),
                "words": .text(words),
            ]
        )
        return page
    }
}
