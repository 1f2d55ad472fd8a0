import Glibc
import Hummingbird
import NIOCore

/// What a request knows of its connection.
struct ConnectionContext: RequestContext {
    var coreContext: CoreRequestContextStorage
    let channel: any Channel

    init(source: ApplicationRequestContextSource) {
        coreContext = .init(source: source)
        channel = source.channel
    }
}

/// Sends a body, correctly or with an injected fault.
enum BodySending {
    /// The connection ends in the middle of an answer.
    private struct BrokenOff: Error {}

    static func body(of response: ServiceResponse, isHead: Bool, on channel: any Channel) async -> ResponseBody {
        let bytes = ByteBuffer(bytes: response.body)
        switch response.sending {
        case .whole where response.stream != nil && isHead: return ResponseBody { try await $0.finish(nil) }
        case .whole where isHead: return ResponseBody(contentLength: response.body.count) { try await $0.finish(nil) }
        case .whole:
            guard let stream = response.stream else { return ResponseBody(byteBuffer: bytes) }
            return ResponseBody { writer in
                try await writer.write(bytes)
                for await piece in stream { try await writer.write(ByteBuffer(bytes: piece)) }
                try await writer.finish(nil)
            }
        case .nothing:
            try? await channel.close()
            return ResponseBody()
        case .reset:
            // With a linger time of 0 a close discards unsent bytes and sends RST.
            try? await (channel as? any SocketOptionProvider)?.setSoLinger(linger(l_onoff: 1, l_linger: 0)).get()
            try? await channel.close()
            return ResponseBody()
        case .half:
            return ResponseBody(contentLength: response.body.count) { writer in
                try await writer.write(bytes.getSlice(at: 0, length: bytes.readableBytes / 2) ?? ByteBuffer())
                throw BrokenOff()
            }
        case .slowly(let bytesPerSecond):
            return ResponseBody(contentLength: response.body.count) { writer in
                // Ten pieces a second, or a byte at a time.
                let piece = max(1, bytesPerSecond / 10)
                var rest = bytes
                while let slice = rest.readSlice(length: min(piece, rest.readableBytes)), slice.readableBytes > 0 {
                    try await writer.write(slice)
                    try await Task.sleep(for: .seconds(Double(slice.readableBytes) / Double(bytesPerSecond)))
                }
                try await writer.finish(nil)
            }
        }
    }
}
