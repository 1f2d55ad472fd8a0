import GRDB

/// A home's database that cannot be used: why, and what to do.
package struct DatabaseFailure: Error, CustomStringConvertible {
    /// SQLite's error.
    let error: DatabaseError
    let path: String

    /// Does `work`; an error of SQLite becomes one of the database at `path`.
    static func explaining<Result>(_ path: String, _ work: () throws -> Result) throws -> Result {
        do { return try work() } catch let error as DatabaseError {
            throw DatabaseFailure(error: error, path: path)
        }
    }

    package var description: String {
        let (what, advice) = finding
        return "the database \(path) \(what); \(advice), or choose another home with --home or RINGBACK_HOME"
    }

    /// What is wrong, without the path and the advice.
    var reason: String { "the database \(finding.what)" }

    private var finding: (what: String, advice: String) {
        let code = "(SQLite's code \(error.extendedResultCode.rawValue))"
        return switch error.resultCode {
        case .SQLITE_NOTADB: ("is not a database of SQLite", Self.replace)
        case .SQLITE_CORRUPT: ("is damaged", Self.replace)
        case .SQLITE_CANTOPEN: ("cannot be opened", "look at its owner and mode, and those of its folder")
        case .SQLITE_READONLY: ("cannot be written", "look at its owner and mode, and those of its folder")
        case .SQLITE_FULL: ("has no room on its disk", "free space there")
        case .SQLITE_IOERR: ("cannot be read or written \(code)", "look at its disk")
        case .SQLITE_BUSY, .SQLITE_LOCKED: ("is in use by another program", "stop that, or try again")
        default: ("cannot be used \(code)", Self.replace)
        }
    }

    private static let replace = "move it and the files beside it away, put a backup in its place"
}
