/// A row of records as numbers, small enough to sort millions of them.
struct RecordRow: BitwiseCopyable, Comparable {
    /// What a row is, in the order in which rows of one call are looked at.
    enum Kind: UInt8, BitwiseCopyable {
        case attempt
        case vicidialCall
        case vicidialCarrier
        case vicidialAgent
        /// A conversation, or work after one, in a log of agents in columns.
        case agentState
    }

    /// What the telephone network said.
    enum LineCause: UInt8, BitwiseCopyable {
        case unknown
        case answer
        case busy
        case noAnswer
        case failed
    }

    /// What tells calls apart; ``KeyHash/none`` if nothing does.
    var identity: UInt64
    /// Milliseconds since 1970.
    var time: Int64
    var contact: UInt64
    var agent: UInt32
    var ring: CellDuration
    var wait: CellDuration
    var talk: CellDuration
    var wrap: CellDuration
    /// The line of the file.
    var line: UInt32
    var file: UInt16
    /// The place of its word for the outcome in the table of its kind.
    var word: UInt16
    var kind: Kind
    var cause: LineCause

    init(kind: Kind, time: Int64, file: UInt16, line: UInt32) {
        self.kind = kind
        self.time = time
        self.file = file
        self.line = line
        identity = KeyHash.none
        contact = KeyHash.none
        agent = 0
        ring = .missing
        wait = .missing
        talk = .missing
        wrap = .missing
        word = 0
        cause = .unknown
    }

    static func < (left: RecordRow, right: RecordRow) -> Bool {
        if left.identity != right.identity { return left.identity < right.identity }
        if left.kind != right.kind { return left.kind.rawValue < right.kind.rawValue }
        if left.time != right.time { return left.time < right.time }
        if left.file != right.file { return left.file < right.file }
        return left.line < right.line
    }
}

/// Something that an agent did, from calls or from a log.
struct AgentSpan: BitwiseCopyable, Comparable {
    enum Kind: UInt8, BitwiseCopyable {
        case call
        case idle
        case busy
    }

    var agent: UInt32
    /// Milliseconds since 1970.
    var start: Int64
    /// Milliseconds.
    var length: UInt32
    /// When the conversation began, in milliseconds since ``start``.
    var talkFrom: UInt32 = 0
    var talk: CellDuration = .missing
    var kind: Kind
    /// Whether it is known how long the line rang.
    var hasRing = false

    static func < (left: AgentSpan, right: AgentSpan) -> Bool {
        if left.agent != right.agent { return left.agent < right.agent }
        if left.start != right.start { return left.start < right.start }
        if left.kind != right.kind { return left.kind.rawValue < right.kind.rawValue }
        return left.length < right.length
    }
}

/// An attempt as its contact saw it.
struct ContactSpan: BitwiseCopyable, Comparable {
    var contact: UInt64
    /// Milliseconds since 1970.
    var start: Int64
    /// Milliseconds.
    var length: UInt32
    /// The place of the ending in `ContactList.Ending.allCases`; 255 if the contact was reached.
    var ending: UInt8

    static func < (left: ContactSpan, right: ContactSpan) -> Bool {
        if left.contact != right.contact { return left.contact < right.contact }
        if left.start != right.start { return left.start < right.start }
        if left.length != right.length { return left.length < right.length }
        return left.ending < right.ending
    }
}

/// A row that was left out.
struct SkippedRow: BitwiseCopyable, Comparable {
    var file: UInt16
    var line: UInt32
    /// The place of the reason in `SkipReason.allCases`.
    var reason: UInt8

    static func < (left: SkippedRow, right: SkippedRow) -> Bool { (left.file, left.line) < (right.file, right.line) }
}
