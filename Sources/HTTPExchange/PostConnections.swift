package import Addresses
import NIOCore
import NIOHTTP1
import NIOPosix
package import NIOSSL
import Synchronization

/// A POST whose answer decides by its status: a webhook, or an event for a monitor.
package struct Post: Sendable {
    /// Gets the number of body bytes sent so far and returns the size of the next piece.
    package typealias NextPiece = @Sendable (Int) async throws -> Int

    package var url: HTTPURL
    /// The address to dial instead of looking up the host; TLS and `Host` still use the host.
    package var address: IPAddress?
    /// The fields, without `Host` and `Content-Length`.
    package var headers: HeaderFields
    package var body: [UInt8]
    /// The time from the start to the head of the answer.
    package var timeout: Duration
    /// Slows the body down or breaks it off; nil sends it at once.
    package var nextPiece: NextPiece?

    package init(
        to url: HTTPURL,
        at address: IPAddress? = nil,
        headers: HeaderFields,
        body: [UInt8],
        timeout: Duration,
        nextPiece: NextPiece? = nil
    ) {
        (self.url, self.address, self.headers, self.body) = (url, address, headers, body)
        (self.timeout, self.nextPiece) = (timeout, nextPiece)
    }
}

/// Connections that are kept for many small POSTs: one sender for webhooks and monitors.
///
/// All of them live on one event loop. A connection serves one POST at a time. It must be established within 5 s, TLS
/// included, and it is closed after 10 s without work: servers keep an idle connection longer, so a POST seldom meets one
/// that is closing. TLS is 1.2 or newer (RFC 8996). It uses no proxy, repeats nothing, and follows no redirect.
///
/// Without TLS a POST leaves on a loopback connection only, unless ``ClearText`` has its host.
package final class PostConnections: Sendable {
    /// The event loop of the connections; tasks that prefer ``executor`` run on it.
    private let eventLoop: any EventLoop
    private let pool: NIOLoopBoundBox<PostPool>
    private let trust: NIOSSLTrustRoots?
    private let tls = Mutex<(context: NIOSSLContext, trustProblem: String?)?>(nil)
    private let numbers = Mutex<UInt64>(0)

    /// Opens nothing yet; call ``shutDown()`` at the end.
    ///
    /// - Parameters:
    ///   - limit: the most connections to one host.
    ///   - idleTime: how long a connection without work is kept.
    ///   - trust: whose certificates are trusted; nil for the system's.
    package init(limit: Int, idleTime: Duration = .seconds(10), trust: NIOSSLTrustRoots? = nil) {
        // The last loop of the group; events are received on the first, and in a run both have much to do.
        let group = MultiThreadedEventLoopGroup.singleton
        let eventLoop = Array(group.makeIterator()).last ?? group.next()
        self.eventLoop = eventLoop
        self.trust = trust
        pool = NIOLoopBoundBox.makeBoxSendingValue(
            PostPool(limit: limit, idleTime: TimeAmount(idleTime), on: eventLoop),
            eventLoop: eventLoop
        )
    }

    /// Runs a task where the connections are, so that it sends and resumes without waking another thread.
    package var executor: any TaskExecutor { EventLoopTaskExecutor(eventLoop: eventLoop) }

    /// Sends a POST, and returns the head of its answer.
    ///
    /// - Throws: ``TransportError``; `notSent` also for a field whose value has a line end, which would begin another field.
    package func send(_ post: Post) async throws(TransportError) -> IncomingResponse {
        for field in post.headers.fields where field.value.utf8.contains(where: { $0 == 0x0D || $0 == 0x0A || $0 == 0 })
        {
            throw TransportError(.notSent, "the value of \(field.name) has a line end")
        }
        let allowed = ClearText.hosts.contains(post.url.host)
        let number = numbers.withLock { number in
            number += 1
            return number
        }
        let (context, problem) = post.url.scheme == "https" ? try secured() : (nil, nil)
        let result = await withTaskCancellationHandler {
            await withCheckedContinuation { (continuation: CheckedContinuation<PostExchange.Outcome, Never>) in
                let exchange = PostExchange(number, post, tls: context, mayLeave: allowed, continuation)
                if eventLoop.inEventLoop {
                    pool.value.start(exchange)
                } else {
                    eventLoop.execute { self.pool.value.start(exchange) }
                }
            }
        } onCancel: {
            eventLoop.execute { self.pool.value.cancel(number) }
        }
        switch result {
        case .success(let response): return response
        case .failure(var error):
            if error.code == .untrusted, let problem { error.message += "; \(problem)" }
            throw error
        }
    }

    /// Closes all connections; POSTs in progress fail.
    package func shutDown() async {
        try? await eventLoop.submit { self.pool.value.shutDown() }.get()
    }

    /// How many POSTs wait for a connection.
    var waitingCount: Int {
        get async { (try? await eventLoop.submit { self.pool.value.waitingCount }.get()) ?? 0 }
    }

    /// The settings of TLS, made when they are first needed: that reads the machine's store of certificates.
    private func secured() throws(TransportError) -> (NIOSSLContext?, String?) {
        if let made = tls.withLock({ $0 }) { return made }
        var (configuration, problem) = ConnectionSettings().tls()
        if let trust { (configuration.trustRoots, problem) = (trust, nil) }
        configuration.applicationProtocols = ["http/1.1"]
        guard let context = try? NIOSSLContext(configuration: configuration) else {
            throw TransportError(.notSent, "TLS cannot be used with the certificates of this machine")
        }
        tls.withLock { $0 = (context, problem) }
        return (context, problem)
    }
}

/// Runs the jobs of tasks on an event loop.
private final class EventLoopTaskExecutor: TaskExecutor {
    private let eventLoop: any EventLoop

    init(eventLoop: any EventLoop) { self.eventLoop = eventLoop }

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        eventLoop.execute { job.runSynchronously(on: self.asUnownedTaskExecutor()) }
    }
}

/// A POST on its way, and the task that waits for its answer.
struct PostExchange: Sendable {
    typealias Outcome = Result<IncomingResponse, TransportError>

    let number: UInt64
    let post: Post
    /// nil without TLS.
    let tls: NIOSSLContext?
    /// Whether it may leave this machine without TLS.
    let mayLeave: Bool
    let deadline: NIODeadline
    private let continuation: CheckedContinuation<Outcome, Never>

    init(
        _ number: UInt64,
        _ post: Post,
        tls: NIOSSLContext?,
        mayLeave: Bool,
        _ continuation: CheckedContinuation<Outcome, Never>
    ) {
        (self.number, self.post, self.tls, self.mayLeave) = (number, post, tls, mayLeave)
        self.continuation = continuation
        deadline = .now() + TimeAmount(post.timeout)
    }

    func end(_ outcome: Outcome) { continuation.resume(returning: outcome) }

    func fail(_ code: TransportError.Code, _ message: String) { end(.failure(TransportError(code, message))) }
}
