import Crypto
import ExactJSON
import Foundation
import RingbackHome
import Testing

@testable import AuditLog

/// Checks of a log that share no code with the one that writes it.
enum Chain {
    /// Reads a log, checks every link and returns the entries.
    static func check(_ path: String, sourceLocation: SourceLocation = #_sourceLocation) throws -> [JSONValue] {
        let data = try Data(contentsOf: URL(filePath: path))
        #expect(data.last == 0x0A || data.isEmpty, sourceLocation: sourceLocation)
        var previous = String(repeating: "0", count: 64)
        var entries: [JSONValue] = []
        for line in data.split(separator: 0x0A, omittingEmptySubsequences: true) {
            let entry = try JSONReader.read(line)
            #expect(entry["prev"]?.string == previous, sourceLocation: sourceLocation)
            #expect(entry["seq"]?.integer == entries.count + 1, sourceLocation: sourceLocation)
            previous = SHA256.hash(data: line).map { String(format: "%02x", $0) }.joined()
            entries.append(entry)
        }
        return entries
    }

    static func segment(_ home: Home) -> String { "\(home.auditPath)/00000001.jsonl" }
}

extension AuditEntry {
    /// An entry with a number in it.
    static func sample(_ number: Int = 1) -> AuditEntry {
        AuditEntry(
            .dispatch,
            runID: "run-1",
            simulationID: "sim-1",
            actor: "tester",
            payload: ["number": .integer(number)],
            result: "success"
        )
    }
}

/// The code of the error that `body` throws; nil if it throws none, or another kind.
func auditErrorCode(_ body: () throws -> some Any) -> AuditError.Code? {
    do {
        _ = try body()
        return nil
    } catch {
        return (error as? AuditError)?.code
    }
}
