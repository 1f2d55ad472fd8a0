/// What the rows of a file are, and the names under which it may hold each field, first name first.
struct FieldNames: Hashable {
    var kind: RecordLayout.FileKind
    private(set) var names: [RecordField: [String]]

    /// The fields under their names among columns.
    func layout(in columns: ColumnNames) -> RecordLayout {
        var layout = RecordLayout(kind)
        for (field, names) in names { layout[field] = columns.place(names) ?? -1 }
        return layout
    }

    /// The layout of a row whose every field lies in the place of its number.
    var everyField: RecordLayout {
        var layout = RecordLayout(kind)
        for field in names.keys { layout[field] = field.rawValue }
        return layout
    }

}

extension FieldNames {
    /// Of files whose columns users can name; with a choice, a field has the chosen name only.
    static func columns(
        _ kind: RecordLayout.FileKind,
        _ fields: [RecordField],
        choices: [ColumnChoice]
    ) -> FieldNames {
        let names = fields.map { field in
            (field, choices.last { $0.field == field }.map { [$0.column] } ?? [field.name] + field.aliases)
        }
        return FieldNames(kind: kind, names: Dictionary(uniqueKeysWithValues: names))
    }

    /// Of VICIdial's tables and reports; nil for the columns of another program.
    static func vicidial(_ columns: ColumnNames) -> FieldNames? {
        if columns.has("status", "human_answered") {
            return FieldNames(
                kind: .vicidialStatuses,
                names: [
                    .outcome: ["status"], .humanAnswered: ["human_answered"], .answeringMachine: ["answering_machine"],
                ]
            )
        }
        let isOfCalls = columns.has("lead_id") || columns.has("length_in_sec") || columns.has("phone_number_dialed")
        if columns.has("call_date", "status"), isOfCalls {
            var names: [RecordField: [String]] = [
                .dialedAt: ["call_date"], .outcome: ["status"], .agent: ["user"], .id: ["uniqueid"],
                .contact: ["lead_id", "phone_number_dialed", "phone_number"], .lengthInSec: ["length_in_sec"],
                .altDial: ["alt_dial"], .dialStatus: ["dialstatus"], .dialTime: ["dial_time"],
                .answeredTime: ["answered_time"],
            ]
            // In `vicidial_log` this says whether a person dialled; in the report it is a remark about the customer.
            if !columns.has("phone_number_dialed") { names[.comments] = ["comments"] }
            return FieldNames(kind: .vicidialCalls, names: names)
        }
        let isOfCarrier =
            columns.has("uniqueid", "call_date", "dialstatus") || columns.has("uniqueid", "call_date", "dial_time")
        guard isOfCarrier else { return nil }
        return FieldNames(
            kind: .vicidialCarrier,
            names: [
                .dialedAt: ["call_date"], .id: ["uniqueid"], .contact: ["lead_id"], .dialStatus: ["dialstatus"],
                .dialTime: ["dial_time"], .answeredTime: ["answered_time"],
            ]
        )
    }

    /// Of VICIdial's log of agents; nil if this is not that table.
    static func vicidialAgents(_ columns: ColumnNames) -> FieldNames? {
        guard columns.has("user", "event_time", "talk_sec") else { return nil }
        return FieldNames(
            kind: .vicidialAgents,
            names: [
                .agent: ["user"], .from: ["event_time"], .id: ["uniqueid"], .outcome: ["status"],
                .pauseSec: ["pause_sec"], .waitSec: ["wait_sec"], .talkSec: ["talk_sec"], .dispoSec: ["dispo_sec"],
                .deadSec: ["dead_sec"],
            ]
        )
    }
}
