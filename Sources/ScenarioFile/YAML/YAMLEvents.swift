import CYaml

/// What libyaml reports, one event after the other.
///
/// Yams' own `compose` resolves aliases before anybody can refuse them and hashes whole subtrees to find duplicate
/// keys, which a few lines of nested aliases make exponential. The events of libyaml (the `CYaml` module inside the
/// Yams package) report anchors, aliases and tags one by one, with their places, and need no recursion.
struct YAMLEvents: ~Copyable {
    enum Event {
        case documentStart
        case alias(String)
        case scalar(String, isPlain: Bool, Properties)
        case listStart(Properties)
        case listEnd
        case mappingStart(Properties)
        case mappingEnd
        case end
    }

    /// What may stand before a value.
    struct Properties {
        var anchor: String?
        var tag: String?
    }

    /// Where the reading stopped, and why.
    struct Failure: Error {
        var message: String
        var line: Int
        var column: Int
    }

    /// The text without a byte order mark; libyaml reads it in place.
    private let bytes: UnsafeMutableBufferPointer<UInt8>
    private let parser: UnsafeMutablePointer<yaml_parser_t>

    init(_ text: String) {
        bytes = .allocate(capacity: text.utf8.count)
        _ = bytes.initialize(from: text.utf8)
        parser = .allocate(capacity: 1)
        parser.initialize(to: yaml_parser_t())
        // Fails only where memory is exhausted.
        guard yaml_parser_initialize(parser) == 1 else { preconditionFailure("out of memory") }
        yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING)
        yaml_parser_set_input_string(parser, bytes.baseAddress, bytes.count)
    }

    deinit {
        yaml_parser_delete(parser)
        parser.deallocate()
        bytes.deallocate()
    }

    /// The next event and its line and column, from 1.
    mutating func next() throws(Failure) -> (Event, line: Int, column: Int) {
        while true {
            var event = yaml_event_t()
            guard yaml_parser_parse(parser, &event) == 1 else { throw failure }
            defer { yaml_event_delete(&event) }
            let line = Int(event.start_mark.line) + 1
            let column = Int(event.start_mark.column) + 1
            if let known = Self.event(event) { return (known, line, column) }
        }
    }

    private static func event(_ event: yaml_event_t) -> Event? {
        switch event.type {
        case YAML_DOCUMENT_START_EVENT: return .documentStart
        case YAML_ALIAS_EVENT: return .alias(text(event.data.alias.anchor) ?? "")
        case YAML_SCALAR_EVENT:
            let scalar = event.data.scalar
            let bytes = UnsafeBufferPointer(start: scalar.value, count: scalar.length)
            let properties = Properties(anchor: text(scalar.anchor), tag: text(scalar.tag))
            return .scalar(
                String(decoding: bytes, as: UTF8.self),
                isPlain: scalar.style == YAML_PLAIN_SCALAR_STYLE,
                properties
            )
        case YAML_SEQUENCE_START_EVENT:
            let start = event.data.sequence_start
            return .listStart(Properties(anchor: text(start.anchor), tag: text(start.tag)))
        case YAML_SEQUENCE_END_EVENT: return .listEnd
        case YAML_MAPPING_START_EVENT:
            let start = event.data.mapping_start
            return .mappingStart(Properties(anchor: text(start.anchor), tag: text(start.tag)))
        case YAML_MAPPING_END_EVENT: return .mappingEnd
        case YAML_STREAM_END_EVENT, YAML_NO_EVENT: return .end
        default: return nil
        }
    }

    private static func text(_ pointer: UnsafeMutablePointer<yaml_char_t>?) -> String? {
        pointer.flatMap { String.decodeCString($0, as: UTF8.self)?.result }
    }

    private var failure: Failure {
        let state = parser.pointee
        let problem = state.problem.map { String(cString: $0) } ?? "not YAML"
        if state.error == YAML_READER_ERROR {
            let (line, column) = position(ofByte: Int(state.problem_offset))
            return Failure(message: problem, line: line, column: column)
        }
        var message = problem
        if let context = state.context {
            message += " \(String(cString: context))"
            if state.context_mark.line != state.problem_mark.line {
                message += " that starts in line \(state.context_mark.line + 1)"
            }
        }
        let mark = state.problem_mark
        return Failure(message: message, line: Int(mark.line) + 1, column: Int(mark.column) + 1)
    }

    private func position(ofByte offset: Int) -> (line: Int, column: Int) {
        let before = bytes[..<min(max(offset, 0), bytes.count)]
        let lineStart = before.lastIndex(of: 0x0A).map { $0 + 1 } ?? 0
        let line = before.count { $0 == 0x0A } + 1
        // Bytes that continue a character do not count.
        return (line, before[lineStart...].count { $0 & 0xC0 != 0x80 } + 1)
    }
}
