import ExactJSON
import RingbackHome
import RunReport
import RunStore
import Synchronization

/// The files of a run: `result.json`, `junit.xml`, `report.html` and `events.jsonl`.
struct RunFiles: Sendable {
    let directory: String

    /// Writes `result.json`, `junit.xml` and `report.html`.
    func write(documentsOf result: RunResult, command: String?) async throws {
        let html = try HTMLReport(result, command: command).text()
        let directory = directory
        try await BlockingWork.run {
            try FileSystem.makeDirectory(directory)
            try FileSystem.replace("\(directory)/result.json", with: Array((result.json.prettyText + "\n").utf8))
            try FileSystem.replace("\(directory)/junit.xml", with: Array(JUnitDocument(result).text.utf8))
            try FileSystem.replace("\(directory)/report.html", with: Array(html.utf8))
        }
    }

    /// Writes one delivery a line, in the order of arrival: the event's members, then `webhookId` and `receivedAt`.
    func writeEvents(store: RunStore, run: Int64) async throws {
        let path = "\(directory)/events.jsonl"
        let file = try LineFile(path: path)
        try await store.eachDelivery(run: run) { webhookID, receivedAt, reason, raw in
            let arrival: [JSONValue.Member] = [
                .init("webhookId", .string(webhookID)), .init("receivedAt", .string(receivedAt.description)),
            ]
            if reason == nil, case .object(let members) = try? JSONReader.read(raw) {
                try file.append(JSONValue.object(members + arrival).bytes)
            } else {
                let body = JSONValue.string(String(decoding: raw, as: UTF8.self))
                let members = arrival + [.init("reason", .string(reason ?? "")), .init("body", body)]
                try file.append(JSONValue.object(members).bytes)
            }
        }
        try file.close()
    }
}

/// A file that is written line by line through a buffer.
private final class LineFile: Sendable {
    private let path: String
    private let descriptor: Int32
    private let buffer = Mutex<[UInt8]>([])

    init(path: String) throws {
        self.path = path
        descriptor = try FileSystem.open(path, FileSystem.writeCreateTruncate)
    }

    func append(_ line: [UInt8]) throws {
        try buffer.withLock { buffer in
            buffer.append(contentsOf: line)
            buffer.append(0x0A)
            if buffer.count >= 64 * 1024 { try flush(&buffer) }
        }
    }

    func close() throws {
        defer { FileSystem.close(descriptor) }
        try buffer.withLock { try flush(&$0) }
    }

    private func flush(_ buffer: inout [UInt8]) throws {
        try FileSystem.write(buffer, to: descriptor, path: path)
        buffer.removeAll(keepingCapacity: true)
    }
}
