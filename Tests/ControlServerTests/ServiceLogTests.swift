import ExactJSON
import HTTPService
import HTTPTypes
import Logging
import Synchronization
import Testing

@testable import ControlServer

/// What a service logs, and what it does not log.
@Suite(.timeLimit(.minutes(5)))
struct ServiceLogTests {
    /// Lines that were logged.
    final class Lines: Sendable {
        private let lines = Mutex<[String]>([])

        var all: [String] { lines.withLock { $0 } }

        func logger(_ format: ServiceLog.Format = .text, level: Logger.Level = .info) -> Logger {
            let log = ServiceLog(format, level: level, now: { Timestamp(milliseconds: 1_700_000_000_123) }) { line in
                self.lines.withLock { $0.append(line) }
            }
            return Logger(label: "test") { _ in log }
        }
    }

    private static let time = "2023-11-14T22:13:20.123Z"

    @Test func aTextLineHasTimeLevelMessageAndFields() {
        let lines = Lines()
        var logger = lines.logger()
        logger.info("drain begun")
        logger[metadataKey: "monitor"] = "qa"
        logger.warning(
            "delivery failed",
            metadata: ["delivery": .stringConvertible(7), "reason": "HTTP 500 \"oops\"", "empty": ""]
        )
        #expect(
            lines.all == [
                "\(Self.time) info drain begun",
                #"\#(Self.time) warning delivery failed: delivery=7 empty="" monitor=qa reason="HTTP 500 \"oops\"""#,
            ]
        )
    }

    @Test func aJSONLineIsOneObject() throws {
        let lines = Lines()
        lines.logger(.json).error(
            "event not stored",
            metadata: [
                "count": .stringConvertible(3), "webhook": "msg\n1", "pending": .stringConvertible(true),
                "list": ["a", ["b": "c"]],
            ]
        )
        let line = try #require(lines.all.first)
        #expect(
            line
                == #"{"time":"\#(Self.time)","level":"error","message":"event not stored","count":3,"#
                + #""list":["a",{"b":"c"}],"pending":true,"webhook":"msg\n1"}"#
        )
        #expect(try JSONReader.read(Array(line.utf8))["webhook"]?.string == "msg\n1")
    }

    @Test(arguments: [
        (Logger.Level.debug, ["debug", "info", "warning", "error"]), (.info, ["info", "warning", "error"]),
        (.warning, ["warning", "error"]), (.error, ["error"]),
    ])
    func lowerLevelsAreNotWritten(_ level: Logger.Level, _ expected: [String]) {
        let lines = Lines()
        let logger = lines.logger(level: level)
        for level in [Logger.Level.trace, .debug, .info, .warning, .error] { logger.log(level: level, "\(level)") }
        #expect(lines.all.map { String($0.split(separator: " ").last ?? "") } == expected)
    }

    /// Names of monitors and ids of webhooks come from outside.
    @Test func textFromOutsideCannotMoveTheCursorOrBeginALine() {
        let lines = Lines()
        lines.logger().info("\u{1b}[2Jm", metadata: ["webhook": "a\r\n\u{1b}]0;x\u{7}\u{202e}b"])
        #expect(
            lines.all == [
                #"\#(Self.time) info \u{1b}[2Jm: webhook="a  \\u{1b}]0;x\\u{7}\\u{202e}b""#
            ]
        )
    }

    @Test func aRefusedRequestIsOneLineWithoutItsQueryAndToken() async throws {
        let lines = Lines()
        try await Fixture.with(logger: lines.logger()) { fixture in
            try await fixture.expect(
                401,
                .get,
                "/v1/webhooks?token=canary-query",
                headers: [.authorization: "Bearer canary-token", .requestID: "r-1"]
            )
            try await fixture.expect(
                404,
                .post,
                "/v1/deliveries/9/replay",
                headers: [.authorization: "Bearer \(Fixture.token)", .requestID: "r-2"]
            )
            try await fixture.expect(200, .get, "/healthz")
        }
        #expect(
            lines.all == [
                "\(Self.time) info request refused: method=GET path=/v1/webhooks request=r-1 status=401",
                "\(Self.time) info request refused: method=POST path=/v1/deliveries/9/replay request=r-2 status=404",
            ]
        )
    }

    @Test func theBeginningOfTheDrainIsLogged() async throws {
        let lines = Lines()
        try await Fixture.with(logger: lines.logger()) { $0.service.drain() }
        #expect(lines.all == ["\(Self.time) info drain begun"])
    }
}
