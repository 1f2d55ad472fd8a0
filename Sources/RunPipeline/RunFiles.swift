import ExactJSON
import RingbackHome
import RunReport
import RunStore
import Synchronization

/// The files of a run: `result.json`, `junit.xml`, `report.html` and `events.jsonl`.
struct RunFiles: Sendable {
    let directory: String

    /// The names of the files that a run writes at its end only.
    private static let late = ["report.html", "events.jsonl", "intervals.csv"]

    /// Writes that a run has no result (yet), so that no file speaks of an earlier run.
    ///
    /// - Parameter throughLinks: whether links, pipes and devices are written too; otherwise only plain files.
    func write(_ run: UnfinishedRun, throughLinks: Bool) throws(FileError) {
        try FileSystem.makeNamedDirectory(directory)
        for (name, text) in [("result.json", run.json.prettyText + "\n"), ("junit.xml", run.junit)] {
            let path = "\(directory)/\(name)"
            let isPlain = try FileSystem.isPlainOrMissing(path)
            if isPlain || throughLinks { try FileSystem.writeNamed(path, Array(text.utf8)) }
        }
        for name in Self.late where try FileSystem.isPlainOrMissing("\(directory)/\(name)") {
            try FileSystem.remove("\(directory)/\(name)")
        }
    }

    func write(documentsOf result: RunResult, _ options: RunOptions) async throws {
        let command = options.command
        let html = try HTMLReport(result, command: command).text()
        let junit = JUnitDocument(ResultDocument(result), inconclusive: options.junitInconclusive)
        let directory = directory
        try await BlockingWork.run {
            try FileSystem.makeNamedDirectory(directory)
            try FileSystem.writeNamed("\(directory)/result.json", Array((result.json.prettyText + "\n").utf8))
            try FileSystem.writeNamed("\(directory)/junit.xml", Array(junit.text.utf8))
            try FileSystem.writeNamed("\(directory)/report.html", Array(html.utf8))
        }
    }

    /// Writes one delivery a line, in the order of arrival: the event's members, then `webhookId` and `receivedAt`.
    func writeEvents(store: RunStore, run: Int64) async throws {
        let path = "\(directory)/events.jsonl"
        try await store.rereading {
            let file = try LineWriter(path: path)
            try await store.eachDelivery(run: run) { webhookID, receivedAt, reason, raw in
                file.append(Self.line(of: raw, webhookID: webhookID, receivedAt: receivedAt, quarantinedFor: reason))
            }
            try file.flush()
        }
    }

    /// What ``writeEvents(store:run:)`` writes.
    static func events(store: RunStore, run: Int64) async throws -> [UInt8] {
        let lines = Mutex<[UInt8]>([])
        try await store.eachDelivery(run: run) { webhookID, receivedAt, reason, raw in
            let line = line(of: raw, webhookID: webhookID, receivedAt: receivedAt, quarantinedFor: reason)
            lines.withLock { $0 += line + [UInt8(ascii: "\n")] }
        }
        return lines.withLock { $0 }
    }

    /// A delivery as a line: the members of its event as they were sent, or its whole body as a text.
    static func line(
        of raw: [UInt8],
        webhookID: String,
        receivedAt: Timestamp,
        quarantinedFor reason: String?
    ) -> [UInt8] {
        let arrival: [JSONValue.Member] = [
            .init("webhookId", .string(webhookID)), .init("receivedAt", .string(receivedAt.description)),
        ]
        if let reason {
            let body = JSONValue.string(String(decoding: raw, as: UTF8.self))
            return JSONValue.object(arrival + [.init("reason", .string(reason)), .init("body", body)]).bytes
        }
        // The body was read when it came, so it is a JSON object with members. JSON allows line ends only outside of strings.
        guard let start = raw.firstIndex(of: UInt8(ascii: "{")), let end = raw.lastIndex(of: UInt8(ascii: "}")) else {
            return JSONValue.object(arrival).bytes
        }
        let members = raw[start..<end].lazy.map { $0 < 0x20 ? 0x20 : $0 }
        return members + [UInt8(ascii: ",")] + JSONValue.object(arrival).bytes.dropFirst()
    }
}
