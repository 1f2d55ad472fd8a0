import ExactJSON
import Synchronization
package import Tracing

/// A span that goes to the collector when it ends.
package final class OTLPSpan: Span {
    private struct State {
        var name: String
        var attributes: SpanAttributes = [:]
        var status: SpanStatus?
        var events: [SpanEvent] = []
        var hasEnded = false
    }

    /// The most attributes and events of a span; more are left out.
    private static let mostEvents = 32

    package let context: ServiceContext
    private let place: TraceContext
    private let parent: UInt64?
    private let kind: SpanKind
    private let start: UInt64
    private let state: Mutex<State>
    private let onEnd: @Sendable (JSONValue) -> Void

    init(
        _ name: String,
        at place: TraceContext,
        below parent: UInt64?,
        in context: ServiceContext,
        kind: SpanKind,
        start: UInt64,
        onEnd: @escaping @Sendable (JSONValue) -> Void
    ) {
        (self.place, self.parent, self.kind, self.start, self.onEnd) = (place, parent, kind, start, onEnd)
        self.context = place.context(in: context)
        state = Mutex(State(name: name))
    }

    package var isRecording: Bool { place.isSampled && state.withLock { !$0.hasEnded } }

    package var operationName: String {
        get { state.withLock { $0.name } }
        set { state.withLock { $0.name = newValue } }
    }

    package var attributes: SpanAttributes {
        get { state.withLock { $0.attributes } }
        set { state.withLock { $0.attributes = newValue } }
    }

    /// A status without a message does not take away the message of an equal one.
    package func setStatus(_ status: SpanStatus) {
        state.withLock { state in
            if status.message == nil, state.status?.code == status.code { return }
            state.status = status
        }
    }

    package func addEvent(_ event: SpanEvent) {
        state.withLock { if $0.events.count < Self.mostEvents { $0.events.append(event) } }
    }

    package func recordError<Instant: TracerInstant>(
        _ error: any Error,
        attributes: SpanAttributes,
        at instant: @autoclosure () -> Instant
    ) {
        // The text of an error may quote what a remote side sent, so its type alone is told.
        setStatus(SpanStatus(code: .error, message: "\(type(of: error))"))
    }

    package func addLink(_ link: SpanLink) {}

    package func end<Instant: TracerInstant>(at instant: @autoclosure () -> Instant) {
        let end = instant().nanosecondsSinceEpoch
        let ended = state.withLock { state -> State? in
            guard !state.hasEnded else { return nil }
            state.hasEnded = true
            return state
        }
        guard place.isSampled, let ended else { return }
        onEnd(json(ended, end))
    }

    /// The span as OTLP's JSON has it: ids in hexadecimal, times as texts.
    private func json(_ state: State, _ end: UInt64) -> JSONValue {
        .object(present: [
            "traceId": .string(place.traceText), "spanId": .string(place.spanText),
            "parentSpanId": parent.map { .string(TraceContext.hexadecimal(UInt128($0), 16)) },
            "name": .string(state.name), "kind": .integer(kind.number),
            "startTimeUnixNano": .string("\(start)"), "endTimeUnixNano": .string("\(max(start, end))"),
            "attributes": .array(Self.attributes(state.attributes)),
            "events": state.events.isEmpty
                ? nil
                : .array(
                    state.events.map { event in
                        [
                            "timeUnixNano": .string("\(event.nanosecondsSinceEpoch)"), "name": .string(event.name),
                            "attributes": .array(Self.attributes(event.attributes)),
                        ]
                    }
                ),
            "status": state.status.map { status in
                .object(present: [
                    "code": .integer(status.code == .ok ? 1 : 2), "message": status.message.map { .string($0) },
                ])
            },
        ])
    }

    static func attributes(_ attributes: SpanAttributes) -> [JSONValue] {
        var list: [JSONValue] = []
        attributes.forEach { name, value in
            let json: JSONValue =
                switch value {
                case .string(let text): ["stringValue": .string(text)]
                case .stringConvertible(let value): ["stringValue": .string("\(value)")]
                case .bool(let flag): ["boolValue": .bool(flag)]
                case .int32(let number): ["intValue": .string("\(number)")]
                case .int64(let number): ["intValue": .string("\(number)")]
                case .double(let number): ["doubleValue": .double(number)]
                default: ["stringValue": .string("\(value)")]
                }
            list.append(["key": .string(name), "value": json])
        }
        return list
    }
}

extension SpanKind {
    fileprivate var number: Int {
        switch self {
        case .server: 2
        case .client: 3
        case .producer: 4
        case .consumer: 5
        default: 1
        }
    }
}
