import Glibc
import HTTPService
import HTTPTypes
import NIOCore
import NIOHTTP1

/// An answer whose head is encoded already, so that it can be sent many times.
final class EncodedAnswer: Sendable {
    /// The answer before encoding.
    let response: ServiceResponse
    /// The status line and the fields, except `Date`, `Connection` and the empty line.
    private let head: ByteBuffer

    init(_ response: ServiceResponse) {
        self.response = response
        let status = HTTPResponseStatus(statusCode: response.status)
        var head = ByteBuffer(string: "HTTP/1.1 \(status.code) \(status.reasonPhrase)\r\n")
        for field in response.headers { head.writeString("\(field.name.rawName): \(field.value)\r\n") }
        head.writeString("content-length: \(response.body.count)\r\n")
        self.head = head
    }

    fileprivate func bytes(date: DateField, connection: AnswerBytes.ConnectionField, hasBody: Bool) -> ByteBuffer {
        var bytes = ByteBuffer()
        bytes.reserveCapacity(head.readableBytes + response.body.count + 80)
        bytes.writeImmutableBuffer(head)
        bytes.writeBytes(date.line)
        switch connection {
        case .absent: break
        case .close: bytes.writeStaticString("connection: close\r\n")
        case .keepAlive: bytes.writeStaticString("connection: keep-alive\r\n")
        }
        bytes.writeStaticString("\r\n")
        if hasBody { bytes.writeBytes(response.body) }
        return bytes
    }
}

/// The bytes of the answers of one connection.
///
/// Most answers equal the one before, whose bytes are reused within a second.
struct AnswerBytes {
    /// The field `Connection` of an answer.
    enum ConnectionField { case absent, close, keepAlive }

    private var date = DateField()
    private var last: (answer: EncodedAnswer, bytes: ByteBuffer)?

    /// The bytes of an answer with the present date.
    ///
    /// - Parameters:
    ///   - connection: what it says of the connection.
    ///   - hasBody: `false` for the answer to `HEAD`.
    ///   - now: Unix seconds.
    mutating func bytes(
        of answer: EncodedAnswer,
        connection: ConnectionField = .absent,
        hasBody: Bool,
        now: time_t = time(nil)
    ) -> ByteBuffer {
        if date.second != now { (date, last) = (DateField(at: now), nil) }
        guard connection == .absent, hasBody else {
            return answer.bytes(date: date, connection: connection, hasBody: hasBody)
        }
        if let last, last.answer === answer { return last.bytes }
        let bytes = answer.bytes(date: date, connection: .absent, hasBody: true)
        last = (answer, bytes)
        return bytes
    }
}

/// The field `Date` of an answer (RFC 9110 section 6.6.1).
private struct DateField {
    /// Unix seconds.
    let second: time_t
    /// The field with its end of line.
    let line: [UInt8]

    init(at second: time_t = time(nil)) {
        self.second = second
        var (second, parts) = (second, tm())
        gmtime_r(&second, &parts)
        line = [UInt8](unsafeUninitializedCapacity: 64) { buffer, count in
            // The names of days and months are English: the program never leaves the locale "C".
            count = buffer.withMemoryRebound(to: CChar.self) {
                strftime($0.baseAddress, $0.count, "date: %a, %d %b %Y %H:%M:%S GMT\r\n", &parts)
            }
        }
    }
}
