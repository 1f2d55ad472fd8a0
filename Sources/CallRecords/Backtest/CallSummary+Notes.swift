import RunReport
import Statistics

extension CallSummary {
    /// What a reader of a back-test must know of the records.
    package var backtestNotes: [String] {
        var notes: [String] = []
        let left = rows.read - rows.used
        if left > 0 {
            notes.append(
                "\(NumberText.count(rows.used)) of \(NumberText.count(rows.read, "row")) were used; "
                    + "--skipped FILE lists why the others were not"
            )
        }
        if !days.contains(where: { $0.dutySeconds != nil }) {
            notes.append(
                "the records do not say when agents were on duty, so occupancy is not compared; give --agent-log"
            )
        }
        if times[.talk].map({ $0.isEmpty }) ?? true {
            notes.append("the records do not say how long conversations were, so talk hours are not compared")
        }
        return notes + warnings.map { "\($0.detail) [\($0.code)]" }
    }
}
