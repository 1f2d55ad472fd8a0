extension SimulationEvent {
    /// Reads the body of a webhook as its senders usually write it, several times as fast as ``init(body:)``.
    ///
    /// Returns `nil` for anything unusual: escapes, bytes beyond ASCII, members that are unknown, repeated or missing,
    /// numbers that are not plain digits. That says nothing about the body: the full reader decides.
    public init?(scanning body: [UInt8]) {
        var fields = EventFields()
        guard fields.scan(body), let simulationID = EventFields.identifier(fields.simulationID, in: body),
            let callID = EventFields.identifier(fields.callID, in: body),
            let state = fields.state.flatMap({ CallState(rawValue: String(decoding: body[$0], as: UTF8.self)) }),
            let timestamp = fields.timestamp.flatMap({ Timestamp(bytes: body[$0]) }),
            let durationMs = fields.durationMs
        else { return nil }
        var outcome: CallOutcome?
        if let word = fields.outcome, !word.isEmpty {
            outcome = CallOutcome(rawValue: String(decoding: body[word], as: UTF8.self))
            guard outcome != nil else { return nil }
        }
        self.init(
            simulationID: simulationID,
            callID: callID,
            state: state,
            timestamp: timestamp,
            outcome: outcome,
            durationMs: durationMs
        )
    }

    /// Reads the body of a webhook, the usual way first; the result is that of ``init(body:)``.
    ///
    /// - Throws: ``JSONSyntaxError`` where the bytes are no JSON, ``WireError`` where they are no event.
    public init(received body: [UInt8]) throws {
        if let event = SimulationEvent(scanning: body) {
            self = event
        } else {
            try self.init(body: body)
        }
    }
}

/// Where the members of an event stand in its bytes.
private struct EventFields {
    var simulationID: Range<Int>?
    var callID: Range<Int>?
    var state: Range<Int>?
    var timestamp: Range<Int>?
    var outcome: Range<Int>?
    var durationMs: Int64?

    /// Finds the members; `false` where something is unusual.
    mutating func scan(_ body: [UInt8]) -> Bool {
        var text = PlainText(bytes: body)
        guard text.take(UInt8(ascii: "{")) else { return false }
        while true {
            guard let name = text.string(), text.take(UInt8(ascii: ":")) else { return false }
            let isNew: Bool
            switch name.count {
            case 12 where body[name].elementsEqual("simulationId".utf8): isNew = Self.set(&simulationID, text.string())
            case 6 where body[name].elementsEqual("callId".utf8): isNew = Self.set(&callID, text.string())
            case 5 where body[name].elementsEqual("state".utf8): isNew = Self.set(&state, text.string())
            case 9 where body[name].elementsEqual("timestamp".utf8): isNew = Self.set(&timestamp, text.string())
            case 7 where body[name].elementsEqual("outcome".utf8): isNew = Self.set(&outcome, text.string())
            case 10 where body[name].elementsEqual("durationMs".utf8): isNew = Self.set(&durationMs, text.integer())
            default: isNew = false
            }
            guard isNew else { return false }
            if text.take(UInt8(ascii: ",")) { continue }
            return text.take(UInt8(ascii: "}")) && text.isAtEnd
        }
    }

    /// Sets what was not set before.
    private static func set<Value>(_ field: inout Value?, _ value: Value?) -> Bool {
        guard field == nil, let value else { return false }
        field = value
        return true
    }

    /// The identifier at a place, where its length is right.
    static func identifier(_ place: Range<Int>?, in body: [UInt8]) -> String? {
        guard let place, (1...256).contains(place.count) else { return nil }
        return String(decoding: body[place], as: UTF8.self)
    }
}

/// Goes through JSON that has nothing but printable ASCII and no escapes.
private struct PlainText {
    private let bytes: [UInt8]
    private var position = 0

    init(bytes: [UInt8]) { self.bytes = bytes }

    /// Whether nothing but white space is left.
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
