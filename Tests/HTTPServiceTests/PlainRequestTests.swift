import NIOCore
import NIOEmbedded
import NIOHTTP1
import Statistics
import Testing

@testable import HTTPService

/// What is read past the decoder is what the decoder would have read.
@Suite("PlainRequest", .timeLimit(.minutes(5)))
struct PlainRequestTests {
    private static let start = PlainRequest.Start(path: "/direct")

    private static func text(_ fields: [String], _ body: String) -> String {
        "POST /direct HTTP/1.1\r\n" + (fields + ["Content-Length: \(body.utf8.count)"]).joined(separator: "\r\n")
            + "\r\n\r\n" + body
    }

    private static let usual = text(["Host: x:1", "webhook-id: msg_1", "Content-Type: application/json"], "{\"a\":1}")

    private static func read(_ bytes: some Sequence<UInt8>) -> PlainRequest? {
        PlainRequest(ByteBuffer(bytes: bytes), start)
    }

    /// What the decoder makes of the bytes: the request, where they are one and nothing else.
    private static func decoded(_ bytes: [UInt8]) -> (HTTPRequestHead, [UInt8])? {
        let channel = EmbeddedChannel()
        defer { _ = try? channel.finish(acceptAlreadyClosed: true) }
        var (heads, body, ends): ([HTTPRequestHead], [UInt8], Int) = ([], [], 0)
        do {
            try channel.pipeline.syncOperations.addHandler(ByteToMessageHandler(HTTPRequestDecoder()))
            try channel.writeInbound(ByteBuffer(bytes: bytes))
            while let part = try channel.readInbound(as: HTTPServerRequestPart.self) {
                switch part {
                case .head(let head): heads.append(head)
                case .body(let part): body += Array(part.readableBytesView)
                case .end: ends += 1
                }
            }
        } catch {
            return nil
        }
        return heads.count == 1 && ends == 1 ? (heads[0], body) : nil
    }

    private static func isSame(_ request: PlainRequest, _ head: HTTPRequestHead, _ body: [UInt8]) -> Bool {
        head.method == .POST && head.uri == "/direct" && head.version == .http1_1 && head.isKeepAlive
            && head.headers.map { "\($0.name)=\($0.value)" } == pairs(request.fields) && body == request.body
    }

    private static func pairs(_ fields: RequestFields) -> [String] {
        var pairs: [String] = []
        fields.forEach { pairs.append("\($0.text)=\($1.text)") }
        return pairs
    }

    @Test func aUsualRequestIsPlain() throws {
        let request = try #require(Self.read(Self.usual.utf8))
        #expect(
            Self.pairs(request.fields) == [
                "Host=x:1", "webhook-id=msg_1", "Content-Type=application/json", "Content-Length=7",
            ]
        )
        #expect(request.body == Array("{\"a\":1}".utf8))
        #expect(Self.read(Self.text([], "").utf8)?.body == [])
    }

    @Test(arguments: [
        "Transfer-Encoding: chunked", "transfer-encoding: identity", "Connection: close", "Connection: keep-alive",
        "Expect: 100-continue", "Upgrade: h2c", "TE: trailers", "Trailer: x", "Keep-Alive: 5", "Content-Length: 8",
        "Content-Length: +8", "X:y", "X:  y", "X: y ", "X : y", "X: ", "X: a\tb", "X: \u{e4}", "X_Y: z", " X: y",
        "Proxy-Connection: close", "X: a\nY: b", "X: a\rY: b",
    ])
    func whateverIsUnusualIsTheDecodersToJudge(_ field: String) {
        #expect(Self.read(Self.text(["Host: x", field], "{\"a\":1}").utf8) == nil)
    }

    @Test(arguments: [
        "GET /direct HTTP/1.1", "POST /other HTTP/1.1", "POST /direct?q HTTP/1.1", "POST /direct HTTP/1.0",
        "POST  /direct HTTP/1.1", "post /direct HTTP/1.1", "\r\nPOST /direct HTTP/1.1",
    ])
    func soIsAnotherLine(_ line: String) {
        #expect(Self.read("\(line)\r\nHost: x\r\nContent-Length: 0\r\n\r\n".utf8) == nil)
    }

    @Test func lessOrMoreThanOneRequestIsNone() {
        let bytes = Array(Self.usual.utf8)
        for length in bytes.indices { #expect(Self.read(bytes[..<length]) == nil, "\(length)") }
        #expect(Self.read(bytes + [0x0A]) == nil && Self.read(bytes + bytes) == nil)
        let many = (0..<50).map { "X-\($0): y" }
        #expect(Self.read(Self.text(many, "").utf8) == nil)
        #expect(Self.read(Self.text(many.dropLast(), "").utf8) != nil)
    }

    /// 40,000 requests that differ from a usual one in a few bytes: none is read otherwise than by the decoder.
    @Test func theDecoderReadsTheSame() {
        var random = SplitMix64(seed: 11)
        let pieces = [
            "\r\n", "\n", "\r", " ", "\t", ":", "0", "1", ",", "\0", "\u{e4}", "-", "_", "A", "Content-Length: 8\r\n",
            "Transfer-Encoding: chunked\r\n", "Host: y\r\n", "8", "GET", "HTTP/1.1", "Connection: close\r\n",
            "X: y\r\n",
        ].map { Array($0.utf8) }
        var (plain, decoded) = (0, 0)
        for _ in 0..<40_000 {
            var bytes = Array(Self.usual.utf8)
            for _ in 0..<Int.random(in: 1...3, using: &random) {
                let place = Int.random(in: 0..<bytes.count, using: &random)
                switch Int.random(in: 0..<4, using: &random) {
                case 0: bytes[place] = .random(in: 0...255, using: &random)
                case 1: bytes.remove(at: place)
                case 2: bytes[place] ^= 0x20
                default: bytes.insert(contentsOf: pieces.randomElement(using: &random) ?? [], at: place)
                }
            }
            let other = Self.decoded(bytes)
            if other != nil { decoded += 1 }
            guard let request = Self.read(bytes) else { continue }
            plain += 1
            let isSame = other.map { Self.isSame(request, $0.0, $0.1) } ?? false
            #expect(isSame, "\(String(decoding: bytes, as: UTF8.self))")
        }
        #expect(plain > 5000 && decoded > plain + 3000, "\(plain) of \(decoded)")
    }
}
