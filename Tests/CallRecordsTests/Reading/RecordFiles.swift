import CallRecords
import DialerEngine
import Foundation

/// Records in files of a temporary folder, read in one go.
enum RecordFiles {
    /// Writes texts to files and reads them.
    static func read(
        _ texts: String...,
        configure: (inout RecordInput) -> Void = { _ in }
    ) throws(RecordsError) -> CallSummary {
        try read(texts.map { Array($0.utf8) }, configure: configure)
    }

    /// Writes bytes to files and reads them.
    static func read(
        _ files: [[UInt8]],
        agentLog: String? = nil,
        skipped: (([UInt8]) -> Void)? = nil,
        configure: (inout RecordInput) -> Void = { _ in }
    ) throws(RecordsError) -> CallSummary {
        let folder = FileManager.default.temporaryDirectory.appending(path: "ringback-test-\(UUID().uuidString)")
            .path
        try? FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        func write(_ bytes: [UInt8], _ name: String) -> String {
            _ = FileManager.default.createFile(atPath: "\(folder)/\(name)", contents: Data(bytes))
            return "\(folder)/\(name)"
        }
        var input = RecordInput(calls: files.enumerated().map { write($0.element, "calls\($0.offset).csv") })
        if let agentLog { input.agentLog = write(Array(agentLog.utf8), "agents.csv") }
        input.listsSkipped = skipped != nil
        configure(&input)
        return try input.read { bytes throws(RecordsError) in
            // The folder's name is another one each time.
            skipped?(Array(String(decoding: bytes, as: UTF8.self).replacing("\(folder)/", with: "").utf8))
        }
    }
}

extension CallSummary {
    /// The codes of all warnings but those about columns that a short test leaves out.
    var codes: [String] { warnings.map(\.code).filter { $0 != "column.missing" } }

    func detail(_ code: String) -> String? { warnings.first { $0.code == code }?.detail }
}
