/// A column that is read from call records or from a log of agents.
package enum RecordField: Int, CaseIterable, Sendable {
    // Of call records in columns, by the names that users write.
    case dialedAt
    case outcome
    case ringSeconds
    case waitSeconds
    case talkSeconds
    case wrapSeconds
    case agent
    case contact
    case id
    // Of a log of agents in columns.
    case from
    case to
    case state
    // Of VICIdial's tables and reports.
    case dialTime
    case answeredTime
    case lengthInSec
    case dialStatus
    case altDial
    case comments
    case pauseSec
    case waitSec
    case talkSec
    case dispoSec
    case deadSec
    case humanAnswered
    case answeringMachine

    /// The fields of call records that users can name.
    package static let named: [RecordField] = [
        .dialedAt, .outcome, .ringSeconds, .waitSeconds, .talkSeconds, .wrapSeconds, .agent, .contact, .id,
    ]

    /// The fields of a log of agents.
    static let logged: [RecordField] = [.agent, .from, .to, .state]

    /// The name of the field as users write it.
    package var name: String { "\(self)" }

    /// The names of columns that stand for the field if no column bears its own, most specific first.
    package var aliases: [String] {
        switch self {
        case .dialedAt: ["dialledAt", "callDate", "callStart", "startTime", "timestamp"]
        case .outcome: ["result", "callResult", "disposition", "status"]
        case .ringSeconds: ["ringSec", "ringTime", "ringDuration", "ring"]
        case .waitSeconds:
            ["waitSec", "waitTime", "waitDuration", "queueSeconds", "queueTime", "queueWaitTime", "wait"]
        case .talkSeconds: ["talkSec", "talkTime", "talkDuration", "talk"]
        case .wrapSeconds: ["wrapSec", "wrapTime", "wrapUpTime", "wrapDuration", "afterCallWorkTime", "acw", "wrap"]
        case .agent: ["agentId", "agentName", "user", "userId"]
        case .contact: ["contactId", "customerId", "leadId", "phoneNumber", "phone"]
        case .id: ["callId", "uniqueId", "callUuid", "uuid"]
        case .from: ["start", "startTime", "startedAt"]
        case .to: ["end", "endTime", "endedAt"]
        case .state: ["status", "agentState"]
        default: []
        }
    }

    /// A name of a column as it is compared: small letters, without spaces, hyphens and underscores.
    static func squeezed(_ name: String) -> String {
        String(
            String.UnicodeScalarView(
                name.lowercased().unicodeScalars.filter { !" _-\u{A0}".unicodeScalars.contains($0) }
            )
        )
    }
}

/// Which column holds a field, as a user says it: `FIELD=NAME`.
package struct ColumnChoice: Hashable, Sendable {
    package var field: RecordField
    package var column: String

    /// Reads `FIELD=NAME`; nil if the field is not one of ``RecordField/named``, or the name is missing.
    package init?(_ argument: String) {
        guard let equals = argument.firstIndex(of: "=") else { return nil }
        let name = RecordField.squeezed(String(argument[..<equals]))
        column = String(argument[argument.index(after: equals)...])
        guard let field = RecordField.named.first(where: { RecordField.squeezed($0.name) == name }), !column.isEmpty
        else { return nil }
        self.field = field
    }
}

/// What the columns of a file mean.
package enum RecordFormat: String, CaseIterable, Sendable {
    /// Recognised by the header.
    case auto
    /// Reports and tables of VICIdial.
    case vicidial
    /// One row for an attempt, with columns that the user names.
    case columns
}
