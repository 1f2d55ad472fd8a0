/// The folder that keeps what outlives a process: the database, the audit log, the runs' files, the locks.
package struct Home: Hashable, Sendable {
    /// The folder.
    package var path: String

    /// Opens the folder, made with mode 0700 where it is missing.
    ///
    /// - Throws: ``FileError`` where it cannot be made or is no folder.
    package init(path: String) throws(FileError) {
        self.path = path
        try FileSystem.makeDirectory(path)
        try FileSystem.makeDirectory(auditPath)
        try FileSystem.makeDirectory(runsPath)
    }

    /// Names the places of a folder that may not be there; makes nothing.
    package init(inspecting path: String) { self.path = path }

    /// The database.
    package var databasePath: String { "\(path)/ringback.sqlite" }
    /// The folder of the audit log.
    package var auditPath: String { "\(path)/audit" }
    /// The folder of private keys and salts, which no copy of the audit log should hold.
    package var keysPath: String { "\(path)/keys" }
    /// The folder that has a folder for each run.
    package var runsPath: String { "\(path)/runs" }
    /// The folder of the locks that runs hold for life.
    package var locksPath: String { "\(path)/locks" }
    /// The folder of the markers of processes that have the database open.
    package var openMarkersPath: String { "\(path)/open" }
    /// The file in which the service of the home says where it is.
    package var servicePath: String { "\(path)/service" }
    /// The lock that writers of this home share.
    package var lock: HomeLock { HomeLock(directory: path) }
}
