import ExactJSON

/// The sections of a run that are made from its `result.json`, for its report and for every page that shows it later.
extension ReportSection {
    /// What the remote side says went wrong; nil if nothing did.
    static func errors(_ document: ResultDocument) -> ReportSection? {
        let errors = document.json["errors"]?.elements ?? []
        guard !errors.isEmpty else { return nil }
        let codes = errors.prefix(100).map { ($0["code"]?.string ?? "", $0["message"]?.string ?? "") }
        return ReportSection("Errors of the remote side", id: "errors", [.codes(codes)])
    }

    /// How many calls and events there were, and what is missing; nil before anything was seen.
    static func numbers(_ document: ResultDocument) -> ReportSection? {
        let (calls, webhooks) = (document.json["calls"], document.json["webhooks"])
        func count(_ value: JSONValue?, _ name: String) -> Int { value?[name]?.integer ?? 0 }
        let isSeen = document.json["state"]?.string != nil || count(webhooks, "received") > 0
        guard let calls, let webhooks, isSeen || count(calls, "attempted") > 0 else { return nil }
        func facts(_ value: JSONValue, _ names: KeyValuePairs<String, String>) -> [ReportBlock.Fact] {
            names.map {
                .init(
                    $0.key,
                    NumberText.count(count(value, $0.value)),
                    isBad: $0.value == "lost" && count(value, "lost") > 0
                )
            }
        }
        let dialled = facts(
            calls,
            [
                "Attempted": "attempted", "Completed": "completed", "Abandoned": "abandoned",
                "Peak at once": "peakConcurrency",
            ]
        )
        let duration = (calls["averageLatencyMs"]?.double ?? 0) / 1000
        let means = [
            ReportBlock.Fact("Accuracy", document.json["accuracyRate"]?.double.map { NumberText.short($0, 4) } ?? "–"),
            .init("Mean duration", NumberText.short(duration, 1) + " s"),
        ]
        let received = facts(
            webhooks,
            [
                "Received": "received", "Unique events": "unique", "Calls lost": "lost", "Duplicates": "duplicates",
                "Late": "late", "Unknown": "unknown", "In quarantine": "quarantined", "Refused": "rejected",
            ]
        )
        let isSigned = webhooks["signed"]?.bool ?? true
        let signatures = ReportBlock.Fact("Signatures", isSigned ? "demanded" : "not demanded")
        return ReportSection(
            "Calls and webhooks",
            id: "webhooks",
            [.numbers(dialled + means + received + [signatures])]
        )
    }

    /// What was delivered to the monitors; nil if the run has none.
    static func monitors(_ document: ResultDocument) -> ReportSection? {
        let monitors = (document.json["monitors"]?.elements ?? []).compactMap { MonitorTotals($0) }
        guard !monitors.isEmpty else { return nil }
        let rows = monitors.map { monitor in
            let counts = [monitor.delivered, monitor.pending, monitor.dead, monitor.disabled]
            return ReportTable.Row(
                [.named(monitor.name, code: monitor.kind + (monitor.required ? ", required" : ""))]
                    + counts.map { .text(NumberText.count($0)) },
                standing: monitor.required && !monitor.isComplete ? .fail : .reported,
                remark: monitor.isComplete ? "" : monitor.advice ?? ""
            )
        }
        let heads = ["Delivered", "Pending", "Dead", "Disabled"].map { ReportTable.Column.number($0) }
        let table = ReportTable("Monitors", [.text("Monitor")] + heads, rows, isStacked: true)
        return ReportSection("Monitors", id: "monitors", [.table(table)])
    }

    /// The signed state of the audit log; nil before the verdict is in it.
    static func checkpoint(_ document: ResultDocument) -> ReportSection? {
        guard let checkpoint = document.json["auditCheckpoint"], let size = checkpoint["size"]?.integer,
            let note = checkpoint["note"]?.string
        else { return nil }
        return ReportSection(
            "Audit",
            id: "audit",
            [
                .paragraph(
                    "The audit log has \(NumberText.count(size)) entries with this verdict, and signs their root "
                        + "in this checkpoint. Kept elsewhere, it proves later that none of them was altered."
                ), .verbatim(note, wrapped: true),
                .command("Check it", "ringback audit verify DIR --checkpoint FILE"),
            ]
        )
    }

    /// The abandonment rate of a run over virtual time; nil if nobody answered, or the result has no such series.
    static func abandonment(_ document: ResultDocument) -> ReportSection? {
        let limits = (document.json["compliance"]?.elements ?? []).compactMap { rule -> AbandonmentChart.Limit? in
            guard let name = rule["profile"]?.string, let share = rule["limit"]?.double else { return nil }
            return .init(rule: name, share: share)
        }
        return document.timeline.flatMap {
            AbandonmentChart($0, limit: limits.min { $0.share < $1.share })?.section
        }
    }
}

extension MonitorTotals {
    /// Reads what a result says of a monitor.
    fileprivate init?(_ json: JSONValue) {
        guard let name = json["name"]?.string, let kind = json["kind"]?.string else { return nil }
        self.init(name: name, kind: kind, required: json["required"]?.bool ?? false)
        func count(_ name: String) -> Int { json[name]?.integer ?? 0 }
        (delivered, pending, dead, disabled) = (count("delivered"), count("pending"), count("dead"), count("disabled"))
        lastError = json["lastError"]?.string
    }
}
