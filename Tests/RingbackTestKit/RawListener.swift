import Dispatch
import Glibc
import Synchronization

/// A small HTTP server on a loopback port that can also reset a connection or never answer.
///
/// It takes one request for each connection.
package final class RawListener: Sendable {
    /// A whole request.
    package struct Request: Sendable {
        /// The method.
        package var method: String
        /// The path with its query.
        package var target: String
        /// The header fields, names in lower case.
        package var headers: [(name: String, value: String)]
        /// The body.
        package var body: [UInt8]

        fileprivate init?(_ bytes: [UInt8]) {
            guard let end = bytes.firstRange(of: Array("\r\n\r\n".utf8)) else { return nil }
            let lines = String(decoding: bytes[..<end.lowerBound], as: UTF8.self).split(separator: "\r\n")
            let words = (lines.first ?? "").split(separator: " ")
            guard words.count >= 2 else { return nil }
            (method, target) = (String(words[0]), String(words[1]))
            headers = lines.dropFirst().map { line in
                let halves = line.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
                return (halves[0].lowercased(), halves.count == 2 ? String(halves[1].drop { $0 == " " }) : "")
            }
            body = Array(bytes[end.upperBound...])
        }
    }

    /// What a connection gets.
    package enum Reply: Sendable {
        /// These bytes, and then the end.
        case answer([UInt8])
        /// The end, without a byte.
        case close
        /// A reset.
        case reset
        /// Nothing, until the listener stops.
        case hang
    }

    /// The port.
    package var port: UInt16 { listener.port }
    private let listener: LoopbackListener
    private let held = Held()

    /// The connections that are never answered.
    private final class Held: Sendable {
        let connections = Mutex<[LoopbackConnection]>([])
    }

    /// Begins to listen.
    package init(_ handle: @escaping @Sendable (Request) async -> Reply) throws {
        let executor = OwnThread()
        listener = try LoopbackListener { [held] connection in
            guard let request = Request(connection.readRequest()) else { return connection.end() }
            Task(executorPreference: executor) {
                switch await handle(request) {
                case .answer(let bytes):
                    connection.send(bytes)
                    shutdown(connection.descriptor, Int32(SHUT_WR))
                    close(connection.descriptor)
                case .close: connection.end()
                case .reset: connection.reset()
                case .hang: held.connections.withLock { $0.append(connection) }
                }
            }
        }
    }

    /// Stops listening, and closes the connections that were never answered.
    package func stop() {
        listener.stop()
        held.connections.withLock { connections in
            for connection in connections { close(connection.descriptor) }
            connections = []
        }
    }
}

/// Runs tasks on a thread of its own: an answer does not wait for tests that compute.
private final class OwnThread: TaskExecutor {
    private let queue = DispatchQueue(label: "ringback.tests.listener")

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        queue.async { job.runSynchronously(on: self.asUnownedTaskExecutor()) }
    }
}
