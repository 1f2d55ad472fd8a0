/// Call records that cannot be read, or that say nothing.
package struct RecordsError: Error, Hashable, Sendable {
    /// What it is, for programs.
    package enum Code: String, Sendable {
        /// A file cannot be opened or read.
        case unreadable = "records.unreadable"
        /// A compressed file is damaged or cut off.
        case compression = "records.compression"
        /// A file is in a form that is not read.
        case form = "records.form"
        /// Required columns are missing.
        case columns = "records.columns"
        /// A time is in a form of which the order is not certain.
        case time = "records.time"
        /// Words for outcomes are not known.
        case words = "records.words"
        /// No row is an attempt.
        case empty = "records.empty"
        /// A temporary file cannot be written or read.
        case spool = "records.spool"
        /// The rows that are left out cannot be written where they should go.
        case output = "records.output"
        /// The reading task was cancelled.
        case interrupted = "records.interrupted"
    }

    package var code: Code
    /// What happened and what to do: whole sentences.
    package var message: String

    package init(_ code: Code, _ message: String) { (self.code, self.message) = (code, message) }
}
