import AuditLog
import ExactJSON
import HTTPService
import RingbackHome
import RunReport
import RunStore
import SimulationAPI

/// The tokens in use, and how to make and end one.
struct TokensPage: Sendable {
    var now: Timestamp
    var path: PublicPath
    var tokens: [StoredToken]
    /// A token that was just made; this page alone shows it.
    var made: (name: String, text: String)?
    /// Why none was made.
    var problem: String?
    /// What was typed.
    var name = ""
    var role = Role.viewer

    var page: DashboardPage {
        var page = DashboardPage("Tokens", .tokens)
        let shown = made.map {
            TemplateValue.template("shownToken", ["name": .text($0.name), "token": .text($0.text)]).text
        }
        let alert = problem.map { "<p role=\"alert\" class=\"alert\">\(MarkupText.escaped($0))</p>" }
        page.lead = .markup([shown, alert].compactMap { $0 }.joined())
        if problem != nil { page.status = 409 }
        page.sections = [new, list]
        return page
    }

    private var new: ReportSection {
        let hint = "Letters, digits and . _ - @; the audit log names it."
        let form = TemplateValue.template(
            "newToken",
            [
                "action": .text(path("/tokens")),
                "name": .field(
                    "Name",
                    name: "name",
                    name,
                    hint: hint,
                    more: " required maxlength=\"64\" autocomplete=\"off\""
                ),
                "role": .select(
                    "Role",
                    name: "role",
                    Role.allCases.map { ($0.rawValue, "\($0.rawValue): \($0.words)") },
                    chosen: role.rawValue
                ),
            ]
        )
        return ReportSection("New token", id: "new", [.markup(form)])
    }

    private var list: ReportSection {
        guard !tokens.isEmpty else {
            let words = "There is no token but that of RINGBACK_API_TOKEN, which is an admin's."
            return ReportSection("In use", id: "tokens", [.paragraph(words)])
        }
        let rows = tokens.map { token in
            let end = TemplateValue.button(
                "Revoke it",
                path("/tokens/\(token.name)/revoke"),
                label: "Revoke it: token \(token.name)"
            )
            return ReportTable.Row([
                .text(token.name), .text(token.role.rawValue),
                .time(Timestamp(milliseconds: token.createdAt), now: now), .text(token.createdBy),
                .markup(.guarded("Revoke", "It ends within 10 s.", end)),
            ])
        }
        let heads = ["Name", "Role", "Made", "By", "Action"].map { ReportTable.Column.text($0) }
        return ReportSection(
            "In use",
            id: "tokens",
            [.table(ReportTable("Tokens in use", heads, rows, isStacked: true))]
        )
    }
}

extension Role {
    /// What it may do, for somebody who chooses one.
    fileprivate var words: String {
        switch self {
        case .viewer: "reads"
        case .operator: "starts, cancels, replays"
        case .admin: "manages tokens, prunes"
        }
    }
}

/// The audit log, newest entries first.
struct AuditPage: Sendable {
    private let path: PublicPath
    private let query: AuditQuery
    private let before: Int?
    private let entries: [AuditRecord]
    private let next: Int?

    private static let limit = 50

    init(_ asked: Route.Asked, _ service: RunningService, _ path: PublicPath) async throws {
        let parameters = try QueryParameters(asked.request.withoutEmptyParameters, known: ["run", "type", "after"])
        var query = AuditQuery()
        query.runID = parameters.text("run")
        query.type = try parameters.word("type", AuditEntry.EventType.self)?.rawValue
        let before = try parameters.integer("after", in: 0...Int64.max).map { Int(clamping: $0) }
        let reader = AuditReader(directory: service.audit.directory)
        let found = try await BlockingWork.run { [query] in
            try reader.newest(query, before: before, limit: Self.limit + 1)
        }
        entries = Array(found.prefix(Self.limit))
        next = found.count > Self.limit ? entries.last?.sequence : nil
        (self.path, self.query, self.before) = (path, query, before)
    }

    var page: DashboardPage {
        var page = DashboardPage("Audit", .audit)
        page.lead = .filter(
            path("/audit"),
            [
                .select(
                    "Event",
                    name: "type",
                    [("", "any")] + AuditEntry.EventType.allCases.map { ($0.rawValue, $0.rawValue) },
                    chosen: query.type ?? ""
                ), .field("Run, its id", name: "run", query.runID ?? ""),
            ]
        )
        let rows = entries.map { entry in
            ReportTable.Row(
                [
                    .text(entry.sequence.map { "\($0)" } ?? "–"), .markup(.moment(entry.timestamp)),
                    .text(entry.type ?? ""), .text(entry.result ?? ""), .text(entry.actor ?? ""),
                    entry.runID.map { .link($0, to: path("/runs/\($0)")) } ?? .text("–"),
                ],
                remark: [entry.error, entry.payload.map { Self.clipped($0.text) }].compactMap { $0 }
                    .joined(separator: " · ")
            )
        }
        let heads = ["Entry", "Time", "Event", "Result", "Actor", "Run"].map { ReportTable.Column.text($0) }
        let table = ReportTable("Entries of the audit log", heads, rows, isStacked: true)
        let here = PageAddress(path: path("/audit"), query: [("type", query.type), ("run", query.runID)])
        let pages = TemplateValue.pages(
            first: before.map { _ in here.text },
            next: next.map { here.with("after", "\($0)").text },
            words: "Older entries"
        )
        let list = rows.isEmpty ? ReportBlock.paragraph("No entry fits.") : .table(table)
        page.sections = [ReportSection("Newest first", id: "entries", [list, .markup(pages)])]
        return page
    }

    private static func clipped(_ text: String) -> String { text.count > 300 ? text.prefix(300) + "…" : text }
}
