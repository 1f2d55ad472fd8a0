import HTTPTypes
import NIOCore
import NIOHTTP1

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// An answer that is ready to be written, and can be written many times.
package final class DirectAnswer: Sendable {
    /// The answer as a service gives it.
    package let response: ServiceResponse
    /// The status line and the fields, but for `Date`, `Connection` and the empty line.
    private let head: ByteBuffer

    /// Prepares an answer.
    package init(_ response: ServiceResponse) {
        self.response = response
        let status = HTTPResponseStatus(statusCode: response.status)
        var head = ByteBuffer(string: "HTTP/1.1 \(status.code) \(status.reasonPhrase)\r\n")
        for field in response.headers { head.writeString("\(field.name.rawName): \(field.value)\r\n") }
        head.writeString("content-length: \(response.body.count)\r\n")
        self.head = head
    }

    /// The answer as it goes over the wire.
    ///
    /// - Parameters:
    ///   - date: the field that says when.
    ///   - isLast: whether the connection ends with it.
    ///   - hasBody: `false` for the answer to `HEAD`.
    func bytes(date: DateField, isLast: Bool, hasBody: Bool) -> ByteBuffer {
        var bytes = ByteBuffer()
        bytes.reserveCapacity(head.readableBytes + response.body.count + 80)
        bytes.writeImmutableBuffer(head)
        bytes.writeBytes(date.line)
        if isLast { bytes.writeStaticString("connection: close\r\n") }
        bytes.writeStaticString("\r\n")
        if hasBody { bytes.writeBytes(response.body) }
        return bytes
    }
}

/// Answers as they go over the wire: most are the same as the one before, and made once a second.
struct AnswerBytes {
    private var date = DateField()
    private var last: (answer: DirectAnswer, bytes: ByteBuffer)?

    /// The answer with the present date.
    ///
    /// - Parameters:
    ///   - isLast: whether the connection ends with it.
    ///   - hasBody: `false` for the answer to `HEAD`.
    ///   - now: Unix seconds.
    mutating func bytes(of answer: DirectAnswer, isLast: Bool, hasBody: Bool, now: time_t = time(nil)) -> ByteBuffer {
        if date.turn(to: now) { last = nil }
        guard !isLast, hasBody else { return answer.bytes(date: date, isLast: isLast, hasBody: hasBody) }
        if let last, last.answer === answer { return last.bytes }
        let bytes = answer.bytes(date: date, isLast: false, hasBody: true)
        last = (answer, bytes)
        return bytes
    }
}
