import Addresses
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL

/// The connections of ``PostConnections``, and the POSTs that wait for one; used on its event loop alone.
final class PostPool {
    /// Where a connection leads.
    struct Peer: Hashable {
        var scheme: String
        var host: String
        var port: Int
        var address: IPAddress?
    }

    private struct Connections {
        var open = 0
        /// The one that was used last comes first, so that the others can close.
        var idle: [PostChannel] = []
        var waiting = CircularBuffer<PostExchange>()
    }

    private static let connectTimeout = TimeAmount.seconds(5)
    /// How often deadlines and idle connections are looked at.
    private static let tick = TimeAmount.milliseconds(50)

    private let eventLoop: any EventLoop
    private let limit: Int
    private let idleTime: TimeAmount
    private var peers: [Peer: Connections] = [:]
    private var channels: [ObjectIdentifier: PostChannel] = [:]
    private var ticks: RepeatedTask?
    private var isShutDown = false

    init(limit: Int, idleTime: TimeAmount, on eventLoop: any EventLoop) {
        (self.limit, self.idleTime, self.eventLoop) = (limit, idleTime, eventLoop)
    }

    var waitingCount: Int { peers.values.reduce(0) { $0 + $1.waiting.count } }

    func start(_ exchange: PostExchange) {
        guard !isShutDown else { return exchange.fail(.cancelled, "the connections were closed") }
        let url = exchange.post.url
        let peer = Peer(
            scheme: url.scheme,
            host: url.host,
            port: url.port ?? (url.scheme == "https" ? 443 : 80),
            address: exchange.post.address
        )
        if let channel = peers[peer]?.idle.popLast() { return channel.send(exchange) }
        if peers[peer, default: Connections()].open < limit {
            connect(to: peer, for: exchange)
        } else {
            peers[peer]?.waiting.append(exchange)
        }
    }

    func cancel(_ number: UInt64) {
        for channel in channels.values where channel.exchange?.number == number {
            return channel.fail(.cancelled, "cancelled")
        }
        for peer in peers.keys {
            guard let index = peers[peer]?.waiting.firstIndex(where: { $0.number == number }) else { continue }
            peers[peer]?.waiting.remove(at: index).fail(.cancelled, "cancelled")
        }
    }

    func shutDown() {
        isShutDown = true
        for connections in peers.values {
            for exchange in connections.waiting { exchange.fail(.cancelled, "the connections were closed") }
        }
        peers = peers.mapValues { Connections(open: $0.open) }
        for channel in channels.values { channel.fail(.cancelled, "the connections were closed") }
    }

    // MARK: Connections

    private func connect(to peer: Peer, for exchange: PostExchange) {
        let channel = PostChannel(exchange, to: peer, deadline: .now() + Self.connectTimeout, in: self)
        peers[peer, default: Connections()].open += 1
        channels[ObjectIdentifier(channel)] = channel
        if ticks == nil {
            let pool = NIOLoopBound(self, eventLoop: eventLoop)
            ticks = eventLoop.scheduleRepeatedTask(initialDelay: Self.tick, delay: Self.tick) { _ in pool.value.look() }
        }
        let handler = NIOLoopBound(channel, eventLoop: eventLoop)
        let tls = exchange.tls
        let name = IPAddress(peer.host) == nil ? peer.host : nil
        let bootstrap = ClientBootstrap(group: eventLoop).connectTimeout(Self.connectTimeout)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let pipeline = channel.pipeline.syncOperations
                    if let tls { try pipeline.addHandler(NIOSSLClientHandler(context: tls, serverHostname: name)) }
                    try pipeline.addHandlers(
                        HTTPRequestEncoder(),
                        ByteToMessageHandler(HTTPResponseDecoder()),
                        handler.value
                    )
                }
            }
        let connected =
            if let address = peer.address,
                let target = try? SocketAddress(ipAddress: address.description, port: peer.port)
            {
                bootstrap.connect(to: target)
            } else {
                bootstrap.connect(host: peer.host, port: peer.port)
            }
        connected.whenFailure { handler.value.fail($0) }
    }

    /// A connection can take the next POST.
    func isFree(_ channel: PostChannel) {
        if let next = peers[channel.peer]?.waiting.popFirst() { return channel.send(next) }
        channel.idleSince = .now()
        peers[channel.peer]?.idle.append(channel)
    }

    /// A connection is gone; a POST that waits for one gets another.
    func isClosed(_ channel: PostChannel) {
        guard channels.removeValue(forKey: ObjectIdentifier(channel)) != nil else { return }
        let peer = channel.peer
        peers[peer]?.open -= 1
        peers[peer]?.idle.removeAll { $0 === channel }
        if let next = peers[peer]?.waiting.popFirst() {
            connect(to: peer, for: next)
        } else if peers[peer]?.open == 0 {
            peers[peer] = nil
        }
        if channels.isEmpty {
            ticks?.cancel()
            ticks = nil
        }
    }

    /// Ends what has taken too long.
    private func look() {
        let now = NIODeadline.now()
        for channel in channels.values { channel.look(at: now, idleTime: idleTime) }
        for peer in peers.keys {
            let late = peers[peer]?.waiting.filter { $0.deadline <= now } ?? []
            guard !late.isEmpty else { continue }
            peers[peer]?.waiting.removeAll { $0.deadline <= now }
            for exchange in late { exchange.fail(.notSent, "there was no connection in time") }
        }
    }
}
