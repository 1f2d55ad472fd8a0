import ExactJSON

extension SimulationEvent {
    /// Reads the body of a webhook as its senders usually write it, several times as fast as ``init(body:)``.
    ///
    /// Returns nil for anything unusual: escapes, bytes beyond ASCII, members that are unknown, repeated or missing,
    /// numbers that are not plain digits. That says nothing about the body: the full reader decides.
    public init?(scanning body: [UInt8]) {
        guard let event = body.withUnsafeBufferPointer({ EventFields($0)?.event(in: $0) }) else { return nil }
        self = event
    }

    /// Reads the body of a webhook, the usual way first; the result is that of ``init(body:)``.
    ///
    /// - Throws: ``JSONSyntaxError`` if the bytes are not JSON, ``WireError`` if they are not an event.
    public init(received body: [UInt8]) throws {
        if let event = SimulationEvent(scanning: body) {
            self = event
        } else {
            try self.init(body: body)
        }
    }
}

/// The positions of an event's members in its bytes.
private struct EventFields {
    private var simulationID: Range<Int>?
    private var callID: Range<Int>?
    private var state: Range<Int>?
    private var timestamp: Range<Int>?
    private var outcome: Range<Int>?
    private var durationMs: Int64?

    init?(_ body: UnsafeBufferPointer<UInt8>) {
        var text = PlainText(bytes: body)
        guard text.take(UInt8(ascii: "{")) else { return nil }
        while true {
            guard let name = text.string(), text.take(UInt8(ascii: ":")) else { return nil }
            let isNew: Bool
            switch name.count {
            case 12 where text.has("simulationId", at: name): isNew = Self.set(&simulationID, text.string())
            case 6 where text.has("callId", at: name): isNew = Self.set(&callID, text.string())
            case 5 where text.has("state", at: name): isNew = Self.set(&state, text.string())
            case 9 where text.has("timestamp", at: name): isNew = Self.set(&timestamp, text.string())
            case 7 where text.has("outcome", at: name): isNew = Self.set(&outcome, text.string())
            case 10 where text.has("durationMs", at: name): isNew = Self.set(&durationMs, text.integer())
            default: isNew = false
            }
            guard isNew else { return nil }
            if text.take(UInt8(ascii: ",")) { continue }
            guard text.take(UInt8(ascii: "}")), text.isAtEnd else { return nil }
            return
        }
    }

    /// The event of the members; nil if they are not an event.
    func event(in body: UnsafeBufferPointer<UInt8>) -> SimulationEvent? {
        func text(_ place: Range<Int>) -> String {
            String(decoding: UnsafeBufferPointer(rebasing: body[place]), as: UTF8.self)
        }
        func identifier(_ place: Range<Int>?) -> String? {
            place.flatMap { (1...256).contains($0.count) ? text($0) : nil }
        }
        guard let simulationID = identifier(simulationID), let callID = identifier(callID),
            let state = state.flatMap({ CallState(rawValue: text($0)) }),
            let timestamp = timestamp.flatMap({ Timestamp(bytes: body[$0]) }), let durationMs
        else { return nil }
        let word = outcome.flatMap { $0.isEmpty ? nil : text($0) }
        let outcome = word.flatMap { CallOutcome(rawValue: $0) }
        guard (word == nil) == (outcome == nil) else { return nil }
        return SimulationEvent(
            simulationID: simulationID,
            callID: callID,
            state: state,
            timestamp: timestamp,
            outcome: outcome,
            durationMs: durationMs
        )
    }

    private static func set<Value>(_ field: inout Value?, _ value: Value?) -> Bool {
        guard field == nil, let value else { return false }
        field = value
        return true
    }
}

/// Goes through JSON that has nothing but printable ASCII and no escapes.
private struct PlainText {
    private let bytes: UnsafeBufferPointer<UInt8>
    private var position = 0

    init(bytes: UnsafeBufferPointer<UInt8>) { self.bytes = bytes }

    /// Whether a place has that text, which is as long.
    func has(_ text: StaticString, at place: Range<Int>) -> Bool {
        for index in 0..<text.utf8CodeUnitCount where bytes[place.lowerBound + index] != text.utf8Start[index] {
            return false
        }
        return true
    }

    var isAtEnd: Bool {
        mutating get {
            skipWhiteSpace()
            return position == bytes.count
        }
    }

    private mutating func skipWhiteSpace() {
        while position < bytes.count, bytes[position] <= 0x20 {
            switch bytes[position] {
            case 0x20, 0x0A, 0x0D, 0x09: position += 1
            default: return
            }
        }
    }

    /// Takes a byte, and white space before it.
    mutating func take(_ byte: UInt8) -> Bool {
        skipWhiteSpace()
        guard position < bytes.count, bytes[position] == byte else { return false }
        position += 1
        return true
    }

    /// Takes a string; gives the place of its content.
    mutating func string() -> Range<Int>? {
        guard take(UInt8(ascii: "\"")) else { return nil }
        let start = position
        while position < bytes.count {
            let byte = bytes[position]
            if byte == UInt8(ascii: "\"") {
                position += 1
                return start..<position - 1
            }
            guard byte >= 0x20, byte < 0x7F, byte != UInt8(ascii: "\\") else { return nil }
            position += 1
        }
        return nil
    }

    /// Takes an integer of at most twelve digits, as far as the full reader would take it for a duration.
    mutating func integer() -> Int64? {
        skipWhiteSpace()
        let start = position
        var value: Int64 = 0
        while position < bytes.count, position - start <= 12, bytes[position] >= 0x30, bytes[position] <= 0x39 {
            value = value * 10 + Int64(bytes[position] - 0x30)
            position += 1
        }
        let digits = position - start
        guard (1...12).contains(digits), digits == 1 || bytes[start] != 0x30, value <= Int64(Int32.max) * 1000 else {
            return nil
        }
        return value
    }
}
