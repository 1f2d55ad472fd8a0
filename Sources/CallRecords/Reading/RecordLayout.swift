import Addresses

/// Where the fields of a file lie.
struct RecordLayout: Hashable {
    /// What the rows of a file are.
    enum FileKind: Hashable {
        /// A call attempt in each row.
        case attempts
        /// VICIdial's Export Calls Report or `vicidial_log`.
        case vicidialCalls
        /// VICIdial's `vicidial_carrier_log`.
        case vicidialCarrier
        /// VICIdial's `vicidial_statuses`: what its words mean.
        case vicidialStatuses
        /// A state of an agent in each row.
        case agentStates
        /// VICIdial's `vicidial_agent_log`.
        case vicidialAgents
    }

    var kind: FileKind
    /// The place of each field by its number; -1 for a field that the file does not have.
    private var places = [Int](repeating: -1, count: RecordField.allCases.count)

    init(_ kind: FileKind) { self.kind = kind }

    subscript(field: RecordField) -> Int {
        get { places[field.rawValue] }
        set { places[field.rawValue] = newValue }
    }

    func has(_ field: RecordField) -> Bool { self[field] >= 0 }
}

/// The names of the columns of a file, and what is looked for among them.
struct ColumnNames {
    let names: [String]
    private let squeezed: [String]

    init(_ cells: [[UInt8]]) {
        names = cells.map { bytes in
            String(validating: bytes, as: UTF8.self)
                // Latin-1 without its flag: good enough to find a column by its name.
                ?? String(String.UnicodeScalarView(bytes.map { Unicode.Scalar($0) }))
        }
        squeezed = names.map(RecordField.squeezed)
    }

    /// The place of the column with one of these names, the first name first.
    func place(_ wanted: [String]) -> Int? {
        for name in wanted {
            if let place = names.firstIndex(of: name) { return place }
            let short = RecordField.squeezed(name)
            if let place = squeezed.firstIndex(of: short) { return place }
        }
        return nil
    }

    func has(_ wanted: String...) -> Bool { wanted.allSatisfy { place([$0]) != nil } }

    /// Where the fields of VICIdial lie; nil for the header of another program.
    var vicidial: RecordLayout? {
        func layout(_ kind: RecordLayout.FileKind, _ fields: [(RecordField, String)]) -> RecordLayout {
            var layout = RecordLayout(kind)
            for (field, name) in fields { layout[field] = place([name]) ?? -1 }
            return layout
        }
        if has("status", "human_answered") {
            return layout(
                .vicidialStatuses,
                [(.outcome, "status"), (.humanAnswered, "human_answered"), (.answeringMachine, "answering_machine")]
            )
        }
        if has("call_date", "status"), has("lead_id") || has("length_in_sec") || has("phone_number_dialed") {
            var layout = layout(
                .vicidialCalls,
                [
                    (.dialedAt, "call_date"), (.outcome, "status"), (.agent, "user"), (.id, "uniqueid"),
                    (.lengthInSec, "length_in_sec"), (.altDial, "alt_dial"), (.dialStatus, "dialstatus"),
                    (.dialTime, "dial_time"), (.answeredTime, "answered_time"), (.waitSeconds, "queue_seconds"),
                ]
            )
            layout[.contact] = place(["lead_id", "phone_number_dialed", "phone_number"]) ?? -1
            // In `vicidial_log` this says whether a person dialled; in the report it is a remark about the customer.
            if !has("phone_number_dialed") { layout[.comments] = place(["comments"]) ?? -1 }
            return layout
        }
        if has("uniqueid", "call_date", "dialstatus") || has("uniqueid", "call_date", "dial_time") {
            return layout(
                .vicidialCarrier,
                [
                    (.dialedAt, "call_date"), (.id, "uniqueid"), (.contact, "lead_id"), (.dialStatus, "dialstatus"),
                    (.dialTime, "dial_time"), (.answeredTime, "answered_time"),
                ]
            )
        }
        return nil
    }

    /// Where the fields of VICIdial's log of agents lie; nil if this is not that table.
    var vicidialAgents: RecordLayout? {
        guard has("user", "event_time", "talk_sec") else { return nil }
        var layout = RecordLayout(.vicidialAgents)
        let fields: [(RecordField, String)] = [
            (.agent, "user"), (.from, "event_time"), (.id, "uniqueid"), (.outcome, "status"), (.pauseSec, "pause_sec"),
            (.waitSec, "wait_sec"),
            (.talkSec, "talk_sec"), (.dispoSec, "dispo_sec"), (.deadSec, "dead_sec"),
        ]
        for (field, name) in fields { layout[field] = place([name]) ?? -1 }
        return layout
    }

    /// Where named fields lie, and which of them are missing.
    func columns(
        _ kind: RecordLayout.FileKind,
        _ fields: [RecordField],
        choices: [ColumnChoice]
    ) -> (layout: RecordLayout, missing: [RecordField]) {
        var layout = RecordLayout(kind)
        var missing: [RecordField] = []
        for field in fields {
            if let choice = choices.last(where: { $0.field == field }) {
                if let place = place([choice.column]) { layout[field] = place } else { missing.append(field) }
            } else if let place = place([field.name] + field.aliases) {
                layout[field] = place
            } else if kind == .agentStates || field == .dialedAt || field == .outcome {
                missing.append(field)
            }
        }
        return (layout, missing)
    }
}
