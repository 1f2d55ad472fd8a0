import ExactJSON
import SimulationAPI
import Testing

@Suite("SimulationEvent", .timeLimit(.minutes(5)))
struct SimulationEventTests {
    static let body = """
        {"simulationId":"sim-1","callId":"call-000001","state":"completed","timestamp":"2026-11-22T14:30:00.250Z",\
        "outcome":"no-answer","durationMs":25000}
        """

    private func event(_ changes: (String, String?)...) throws -> SimulationEvent {
        guard case .object(var members) = try JSONReader.read(Self.body) else { throw Refusal() }
        for (name, json) in changes {
            members.removeAll { $0.name == name }
            if let json { members.append(.init(name, try JSONReader.read(json))) }
        }
        return try SimulationEvent(body: JSONValue.object(members).bytes)
    }

    private struct Refusal: Error {}

    @Test func eventIsWrittenAndRead() throws {
        let event = SimulationEvent(
            simulationID: "sim-1",
            callID: "call-000001",
            state: .completed,
            timestamp: Timestamp(milliseconds: 1_795_357_800_250),
            outcome: .noAnswer,
            durationMs: 25_000
        )
        #expect(event.json.text == Self.body)
        #expect(try SimulationEvent(body: Self.body.utf8) == event)
    }

    @Test func everyStateAndOutcomeReadsBack() throws {
        for state in CallState.allCases {
            for outcome in CallOutcome.allCases + [nil] {
                let event = SimulationEvent(
                    simulationID: "s",
                    callID: "c",
                    state: state,
                    timestamp: Timestamp(milliseconds: 0),
                    outcome: outcome,
                    durationMs: 0
                )
                #expect(try SimulationEvent(body: event.json.bytes) == event)
                #expect((event.json["outcome"] == nil) == (outcome == nil))
            }
        }
    }

    @Test(arguments: [nil, "null", #""""#] as [String?])
    func outcomeMayBeUnknown(json: String?) throws {
        #expect(try event(("outcome", json)).outcome == nil)
    }

    @Test func unknownMembersAreIgnored() throws {
        let known = try SimulationEvent(body: Self.body.utf8)
        #expect(try event(("agentId", "7"), ("Outcome", #""x""#), ("data", "[{}]")) == known)
    }

    @Test(arguments: [
        ("durationMs", "2.5e4"), ("durationMs", "25000.0"), ("timestamp", #""2026-11-22T15:30:00.25+01:00""#),
    ])
    func otherSpellingsOfTheSameValueAreRead(name: String, json: String) throws {
        #expect(try event((name, json)) == SimulationEvent(body: Self.body.utf8))
    }

    @Test(
        arguments: [
            ("simulationId", nil, "simulationId is missing"),
            ("simulationId", "null", "simulationId must be a string, not null"),
            ("simulationId", "1", "simulationId must be a string, not the number 1"),
            ("simulationId", #""""#, "simulationId is empty, too long or has control characters"),
            ("simulationId", #""a\nb""#, "simulationId is empty, too long or has control characters"),
            ("callId", nil, "callId is missing"),
            ("callId", #""\u007f""#, "callId is empty, too long or has control characters"),
            (
                "callId", "\"" + String(repeating: "c", count: 257) + "\"",
                "callId is empty, too long or has control characters"
            ),
            ("state", nil, "state is missing"),
            ("state", "true", "state must be \(words(CallState.self)), not true"),
            (
                "state", #""Completed""#,
                #"state must be \#(words(CallState.self)), not "Completed", did you mean "completed"?"#
            ),
            ("state", #""queued""#, #"state must be \#(words(CallState.self)), not "queued""#),
            ("timestamp", nil, "timestamp is missing"),
            ("timestamp", "1795357800", "timestamp must be a string, not the number 1795357800"),
            ("timestamp", #""yesterday""#, "timestamp must be an RFC 3339 date-time"),
            ("timestamp", #""0000-01-01T00:00:00+01:00""#, "timestamp must be an RFC 3339 date-time"),
            ("outcome", "5", "outcome must be \(words(CallOutcome.self)), not the number 5"),
            (
                "outcome", #""answer""#,
                #"outcome must be \#(words(CallOutcome.self)), not "answer", did you mean "answered"?"#
            ),
            ("durationMs", nil, "durationMs is missing"),
            ("durationMs", #""25000""#, #"durationMs must be an integer, not "25000""#),
            ("durationMs", "0.5", "durationMs must be an integer, not the number 0.5"),
            ("durationMs", "1e400", "durationMs is 1e400; it must be in 0…2147483647000"),
            ("durationMs", "-1", "durationMs is -1; it must be in 0…2147483647000"),
            ("durationMs", "2147483647001", "durationMs is 2147483647001; it must be in 0…2147483647000"),
        ] as [(String, String?, String)]
    )
    func malformedMemberIsRefused(name: String, json: String?, message: String) {
        let error = #expect(throws: WireError.self) { try event((name, json)) }
        #expect(error?.description == message)
    }

    @Test(arguments: [("[]", "a list"), ("null", "null"), ("1", "the number 1"), (#""x""#, #""x""#)])
    func bodyThatIsNoObjectIsRefused(body: String, shown: String) throws {
        let error = #expect(throws: WireError.self) { try SimulationEvent(body: body.utf8) }
        #expect(error?.description == "the document must be an object, not \(shown)")
    }

    @Test func bodyThatIsNoJSONIsRefused() {
        #expect(throws: JSONSyntaxError.self) { try SimulationEvent(body: Self.body.utf8.dropLast()) }
        #expect(throws: JSONSyntaxError.self) { try SimulationEvent(body: [UInt8]()) }
    }
}

@Suite("Call and simulation states", .timeLimit(.minutes(5)))
struct StateTests {
    @Test(
        arguments: [
            (.dialing, 0, false), (.ringing, 1, false), (.answered, 2, false), (.connected, 3, false),
            (.completed, 4, true), (.abandoned, 4, true),
        ] as [(CallState, Int, Bool)]
    )
    func callStatesAreRanked(state: CallState, rank: Int, isFinal: Bool) {
        #expect(state.rank == rank)
        #expect(state.isFinal == isFinal)
    }

    @Test func wordsAreThoseOfTheWire() {
        #expect(
            CallState.allCases.map(\.rawValue)
                == ["dialing", "ringing", "answered", "connected", "completed", "abandoned"]
        )
        #expect(CallOutcome.allCases.map(\.rawValue) == ["dial-tone", "busy", "no-answer", "answered", "voicemail"])
        #expect(CallOutcome.allCases.filter(\.canReachAgent) == [.answered, .voicemail])
        #expect(SimulationState.allCases.map(\.rawValue) == ["queued", "running", "completed", "failed", "cancelled"])
        #expect(SimulationState.allCases.filter(\.isTerminal) == [.completed, .failed, .cancelled])
    }

    @Test func simulationStatesFollowOneDirection() {
        let later: [SimulationState: Set<SimulationState>] = [
            .queued: [.queued, .running, .completed, .failed, .cancelled],
            .running: [.running, .completed, .failed, .cancelled],
            .completed: [.completed], .failed: [.failed], .cancelled: [.cancelled],
        ]
        for earlier in SimulationState.allCases {
            for state in SimulationState.allCases {
                #expect(state.canFollow(earlier) == (later[earlier]?.contains(state) == true), "\(earlier) → \(state)")
            }
        }
    }

    @Test func scopesAreThoseOfTheTutorial() {
        #expect(
            Scope.all
                == "dialer:campaigns:write dialer:simulations:write dialer:simulations:read dialer:metrics:read"
        )
    }
}

/// The words of a type as messages list them.
private func words<Word: RawRepresentable<String> & CaseIterable>(_: Word.Type) -> String {
    Word.allCases.map(\.rawValue).alternatives
}
