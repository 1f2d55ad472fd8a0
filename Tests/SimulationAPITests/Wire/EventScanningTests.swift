import ExactJSON
import Statistics
import Testing

@testable import SimulationAPI

/// The scanner and the full reader agree on every body.
@Suite("SimulationEvent scanning", .timeLimit(.minutes(5)))
struct EventScanningTests {
    private static let plain =
        #"{"simulationId":"sim-1","callId":"call-1","state":"completed","timestamp":"2026-11-22T14:30:00.250Z","outcome":"busy","durationMs":1200}"#

    /// What the full reader says, `nil` for no event.
    private func read(_ body: [UInt8]) -> SimulationEvent? { try? SimulationEvent(body: body) }

    private func expectAgreement(_ body: [UInt8], sourceLocation: SourceLocation = #_sourceLocation) {
        let full = read(body)
        let shown = String(decoding: body, as: UTF8.self)
        if let scanned = SimulationEvent(scanning: body) {
            #expect(scanned == full, "\(shown)", sourceLocation: sourceLocation)
        }
        #expect((try? SimulationEvent(received: body)) == full, "\(shown)", sourceLocation: sourceLocation)
    }

    @Test func whatSendersWriteIsScanned() throws {
        let event = try #require(SimulationEvent(scanning: Array(Self.plain.utf8)))
        #expect(event == read(Array(Self.plain.utf8)))
        #expect(event.simulationID == "sim-1" && event.callID == "call-1" && event.durationMs == 1200)
        #expect(event.outcome == .busy && event.state == .completed)
        #expect(event.timestamp == Timestamp("2026-11-22T14:30:00.250Z"))
    }

    @Test(arguments: CallState.allCases, [nil] + CallOutcome.allCases.map { $0 as CallOutcome? })
    func everyEventOfOurOwnIsScanned(_ state: CallState, _ outcome: CallOutcome?) {
        let event = SimulationEvent(
            simulationID: "s",
            callID: "c",
            state: state,
            timestamp: Timestamp(milliseconds: 1_700_000_000_123),
            outcome: outcome,
            durationMs: 0
        )
        #expect(SimulationEvent(scanning: event.json.bytes) == event)
    }

    @Test(arguments: [
        "", "{}", "[]", "null", "{", #"{"simulationId":"s"}"#, plain + " ", " \n" + plain, plain + "x", plain + plain,
        plain.replacing("1200", with: "01200"), plain.replacing("1200", with: "-1"),
        plain.replacing("1200", with: "1.5"),
        plain.replacing("1200", with: "1e3"), plain.replacing("1200", with: "2147483647000"),
        plain.replacing("1200", with: "2147483647001"), plain.replacing("1200", with: "99999999999999999999"),
        plain.replacing("1200", with: #""1200""#), plain.replacing("1200", with: "null"),
        plain.replacing("busy", with: ""), plain.replacing(#""busy""#, with: "null"),
        plain.replacing("busy", with: "x"),
        plain.replacing("sim-1", with: ""), plain.replacing("sim-1", with: "s\\u0041"),
        plain.replacing("sim-1", with: "é"),
        plain.replacing("sim-1", with: "\u{7F}"), plain.replacing("sim-1", with: "\n"),
        plain.replacing("sim-1", with: String(repeating: "a", count: 256)),
        plain.replacing("sim-1", with: String(repeating: "a", count: 257)),
        plain.replacing("state", with: "State"), plain.replacing("callId", with: "callID"),
        plain.replacing("completed", with: "COMPLETED"), plain.replacing("2026-11", with: "2026-13"),
        plain.replacing(".250Z", with: "+02:00"), plain.replacing(",", with: " , "), plain.replacing(":", with: " : "),
        plain.replacing(#","durationMs":1200"#, with: ""), plain.replacing("1200", with: "1200,"),
        plain.replacing("1200", with: #"1200,"durationMs":1"#), plain.replacing("1200", with: #"1200,"extra":[1]"#),
    ])
    func bothAgreeOnWhatIsUnusual(_ text: String) { expectAgreement(Array(text.utf8)) }

    @Test(arguments: 0..<8) func bothAgreeOnMutations(_ seed: Int) {
        var random = SplitMix64(seed: UInt64(seed))
        let alphabet = Array(#"{}[]":,\ 0123456789.-+eTZazn/"#.utf8) + [0, 0x1F, 0x7F, 0x80, 0xC3, 0xFF]
        for _ in 0..<4000 {
            var body = Array(Self.plain.utf8)
            for _ in 0..<Int.random(in: 1...3, using: &random) {
                let place = Int.random(in: 0..<body.count, using: &random)
                switch Int.random(in: 0..<4, using: &random) {
                case 0: body[place] = alphabet.randomElement(using: &random) ?? 0
                case 1: body.insert(alphabet.randomElement(using: &random) ?? 0, at: place)
                case 2: body.remove(at: place)
                default:
                    let end = Int.random(in: place..<body.count, using: &random)
                    body.insert(contentsOf: body[place...end], at: Int.random(in: 0...body.count, using: &random))
                }
            }
            expectAgreement(body)
        }
    }

    @Test func bothAgreeOnNoise() {
        var random = SplitMix64(seed: 99)
        for _ in 0..<2000 {
            let body = (0..<Int.random(in: 0...200, using: &random)).map { _ in
                UInt8.random(in: 0...255, using: &random)
            }
            expectAgreement(body)
        }
    }
}
