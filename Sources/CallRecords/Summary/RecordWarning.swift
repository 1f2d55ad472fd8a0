/// Something about call records that a reader of the result must know; nothing is left out because of it alone.
package struct RecordWarning: Hashable, Sendable {
    /// What it is, for programs, such as `column.missing`.
    package var code: String
    /// What it is, for people: a sentence without names and numbers of persons.
    package var detail: String

    package init(_ code: String, _ detail: String) { (self.code, self.detail) = (code, detail) }
}
