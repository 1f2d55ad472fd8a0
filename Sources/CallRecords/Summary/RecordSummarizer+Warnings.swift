import Addresses
import DialerEngine
import Statistics

/// The values of each column that are left out, by reason.
struct ValueAccount {
    private(set) var unreadable: [RecordField: Int] = [:]
    private(set) var negative: [RecordField: Int] = [:]
    private(set) var notMeasured: [RecordField: Int] = [:]

    mutating func count(_ value: CellDuration, _ field: RecordField) {
        switch value {
        case .unreadable: unreadable[field, default: 0] += 1
        case .negative: negative[field, default: 0] += 1
        case .notMeasured: notMeasured[field, default: 0] += 1
        default: break
        }
    }
}

extension RecordSummarizer {
    /// Says what a reader of the result must know.
    func warn(_ days: RecordedDays) {
        warnMissingColumns()
        warnValues()
        warnConstants(days)
        warnFiles()
        warnReservoirs()
        if legs * 5 > reader.account.used {
            warnings.append(
                RecordWarning(
                    "row.leg",
                    "\(legs) rows bear the id of a call that another row describes, beside \(reader.account.used) attempts. "
                        + "If the column is not the id of a call, name the right one with `--columns id=NAME`."
                )
            )
        }
        if strangeConversations > 0 {
            warnings.append(
                RecordWarning(
                    "agent.unmatched",
                    "\(strangeConversations) conversations in the log of agents belong to no call of the files (other campaigns, calls "
                        + "by hand, calls to the centre): they count as time on duty, and neither as talk nor as wrap-up."
                )
            )
        }
        if reader.unusableIdentities > 0 {
            warnings.append(
                RecordWarning(
                    "id.unusable",
                    "\(reader.unusableIdentities) ids of calls were rounded by a spreadsheet and tell nothing apart."
                )
            )
        }
    }

    private func warnMissingColumns() {
        let files = reader.files.filter { $0.kind != .vicidialStatuses }
        let calls = files.filter { $0.kind == .attempts }
        func warn(_ name: String, _ among: [RecordReader.File], _ consequence: String, _ has: (RecordLayout) -> Bool) {
            let without = among.filter { !has($0.layout) }
            guard !among.isEmpty, !without.isEmpty else { return }
            let which =
                without.count == among.count
                ? "No file has" : "\(without.count) of \(among.count) files have not"
            warnings.append(RecordWarning("column.missing", "\(which) the column \(name): \(consequence)"))
        }
        let consequences: [(RecordField, String)] = [
            (.ringSeconds, "they do not say how long it rang"),
            (.waitSeconds, "they do not say how long callers waited"),
            (.talkSeconds, "they do not say how long conversations were"),
            (.wrapSeconds, "they do not say how long wrap-up took"),
            (.agent, "they do not say which agents there were"),
            (.contact, "they do not say which contacts were called"),
            (.id, "a call that stands in two rows is known by contact and time alone"),
        ]
        let isLogged: [RecordField: Bool] = [
            .agent: reader.input.agentLog != nil, .talkSeconds: times[.talk] != nil, .wrapSeconds: times[.wrap] != nil,
        ]
        for (field, consequence) in consequences {
            if isLogged[field] == true, !hasColumn(field) { continue }
            let advice = "If another column holds it, name that with `--columns \(field.name)=NAME`."
            warn(field.name, calls, "\(consequence). \(advice)") { $0.has(field) }
        }
        warnUnreadColumns(calls)
        let vicidial = files.filter { $0.kind == .vicidialCalls }
        let hasCarrier = files.contains { $0.kind == .vicidialCarrier }
        if !hasCarrier { warn("dial_time", vicidial, "they do not say how long it rang.") { $0.has(.dialTime) } }
        warn("lead_id", vicidial, "they do not say which contacts were called.") { $0.has(.contact) }
        warn("length_in_sec", vicidial, "they do not say how long conversations and waits were.") {
            $0.has(.lengthInSec)
        }
        if !vicidial.isEmpty, reader.input.agentLog == nil {
            warnings.append(
                RecordWarning(
                    "column.missing",
                    "Without `--agent-log` the records do not say how long wrap-up took, and talk is length_in_sec, which holds the waiting too."
                )
            )
        }
    }

    /// Says which columns could be those that are missing.
    private func warnUnreadColumns(_ files: [RecordReader.File]) {
        guard warnings.contains(where: { $0.code == "column.missing" }) else { return }
        var names: [String] = []
        for name in files.flatMap(\.unread) where !names.contains(name) && names.count <= 50 { names.append(name) }
        guard !names.isEmpty else { return }
        let shown = names.prefix(50).map { PrintableText.excerpt($0, to: 40) }.joined(separator: ", ")
        let more = names.count > 50 ? " and more" : ""
        warnings.append(RecordWarning("column.missing", "The files also have the columns \(shown)\(more)."))
    }

    private func warnValues() {
        let shown = RecordedDays.columns
        func warn(_ code: String, _ counts: [RecordField: Int], _ what: String) {
            let parts = shown.compactMap { field in counts[field].map { "\(field.name) \($0)" } }
            if !parts.isEmpty { warnings.append(RecordWarning(code, "\(what): \(parts.joined(separator: ", ")).")) }
        }
        warn(
            "value.unreadable",
            values.unreadable,
            "Values that cannot be read as durations are left out, their rows stay"
        )
        warn("value.negative", values.negative, "Negative values are left out, their rows stay")
        var sentinel = "Values of 65,000 s and more were not measured and are left out, their rows stay"
        if reader.unmeasuredLogValues > 0 {
            sentinel += " (also \(reader.unmeasuredLogValues) rows of the log of agents)"
            if values.notMeasured.isEmpty { warnings.append(RecordWarning("value.sentinel", sentinel + ".")) }
        }
        warn("value.sentinel", values.notMeasured, sentinel)
    }

    private func warnConstants(_ days: RecordedDays) {
        for (place, field) in RecordedDays.columns.enumerated() {
            var all = ValueRange()
            for ranges in days.ranges { all.add(ranges[place]) }
            if all.isConstant {
                let value = Double(all.least) / 1000
                warnings.append(
                    RecordWarning(
                        "column.constant",
                        "All \(all.count) values of \(field.name) are \(value.formattedSeconds) s."
                    )
                )
                continue
            }
            let constant = days.ranges.indices.filter { days.ranges[$0][place].isConstantDay }
            guard let first = constant.first else { continue }
            let more = constant.count == 1 ? "" : " and on \(constant.count - 1) more days"
            warnings.append(
                RecordWarning(
                    "column.constant",
                    "All values of \(field.name) on \(days.days[first].date)\(more) are the same; on other days they are not."
                )
            )
        }
    }

    /// Says which files cover the same time, if nothing tells the copies of their rows apart.
    private func warnFiles() {
        var overlapping: Set<Int> = []
        let files = reader.files.indices.compactMap { place in reader.files[place].anonymous.map { (place, $0) } }
            .sorted { ($0.1.lowerBound, $0.1.upperBound) < ($1.1.lowerBound, $1.1.upperBound) }
        var latest: (place: Int, range: ClosedRange<Int64>)?
        for (place, range) in files {
            if let before = latest, range.lowerBound < before.range.upperBound || range == before.range {
                overlapping.formUnion([place, before.place])
            }
            if latest.map({ range.upperBound > $0.range.upperBound }) ?? true { latest = (place, range) }
        }
        guard !overlapping.isEmpty else { return }
        let names = overlapping.sorted().prefix(10).map { PrintableText.excerpt(reader.files[$0].path, to: 100) }
        let more = overlapping.count > 10 ? " and \(overlapping.count - 10) more" : ""
        warnings.append(
            RecordWarning(
                "files.overlap",
                "\(names.joined(separator: ", "))\(more) cover the same time, and nothing tells calls that stand in both apart "
                    + "(no id, no contact). They count twice if it is one file, or if exports overlap."
            )
        )
    }

    private func warnReservoirs() {
        var full: [(String, Int)] = []
        for outcome in AttemptOutcome.allCases {
            if let times = times[.ringing(outcome)], times.isFull {
                full.append(("ringing of \(outcome)", times.count))
            }
        }
        if let talk = times[.talk], talk.isFull { full.append(("talk", talk.count)) }
        if let wrap = times[.wrap], wrap.isFull { full.append(("wrap", wrap.count)) }
        if abandonedWaits.isFull { full.append(("patience", abandonedWaits.count)) }
        if connectedWaits.isFull { full.append(("waits of connected calls", connectedWaits.count)) }
        full += fullReservoirs
        guard !full.isEmpty else { return }
        let parts = full.map { "\($0.0) (\($0.1) values)" }.joined(separator: ", ")
        warnings.append(
            RecordWarning(
                "reservoir",
                "Of these quantities \(Reservoir.most) values each are held, drawn at random: \(parts)."
            )
        )
    }
}

extension Double {
    /// Seconds without needless digits.
    fileprivate var formattedSeconds: String { self == rounded() ? String(Int(self)) : String(self) }
}
