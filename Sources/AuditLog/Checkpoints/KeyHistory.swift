import ExactJSON

/// The keys of a log as its entries name them: a signature counts only for the time in which its key was the signing key.
struct KeyHistory {
    /// The change from one key to the next, which the old key has signed.
    private struct Handover {
        var previous: NoteVerifier
        var next: NoteVerifier
        /// The number of the entry that records it: the last entry that the old key may cover.
        var sequence: Int
    }

    private let roots: [NoteVerifier]
    private var handovers: [Handover] = []
    /// More than one a day for ten years; further handovers are ignored.
    private static let mostHandovers = 4096

    /// Trusts these keys and all keys that they hand over to.
    init(trusting roots: [NoteVerifier]) { self.roots = roots }

    /// Whether an entry hands over to another key.
    var hasHandovers: Bool { !handovers.isEmpty }

    /// Takes an entry that may hand over to another key.
    ///
    /// - Parameter sequence: the entry's number if its place determines it.
    mutating func take(_ line: AuditLine, at sequence: Int? = nil) {
        guard handovers.count < Self.mostHandovers, let json = try? JSONReader.read(Array(line.bytes)),
            json["eventType"]?.string == AuditEntry.EventType.rotated.rawValue,
            let sequence = sequence ?? json["seq"]?.integer,
            let (previous, next) = KeySuccession.keys(in: json["payload"]),
            handoverSequence(of: previous) == nil, previous != next
        else { return }
        handovers.append(Handover(previous: previous, next: next, sequence: sequence))
    }

    /// The number of the entry by which a key handed over; nil if it still signs.
    func handoverSequence(of key: NoteVerifier) -> Int? { handovers.first { $0.previous == key }?.sequence }

    /// Whether an entry hands over to a key.
    func introduces(_ key: NoteVerifier) -> Bool { handovers.contains { $0.next == key } }

    /// The trusted keys, including those that have handed over.
    private var trusted: [NoteVerifier] {
        handovers.reduce(into: roots) { keys, handover in
            if keys.contains(handover.previous), !keys.contains(handover.next) { keys.append(handover.next) }
        }
    }

    /// The keys whose signatures count for a checkpoint.
    ///
    /// - Parameters:
    ///   - size: the number of entries that the checkpoint covers.
    ///   - covered: how far a valid signature of a later key covers the log. Entries up to there also show which keys came
    ///     before a trusted one.
    func verifiers(for size: Int, vouchedForUpTo covered: Int = 0) -> [NoteVerifier] {
        var keys = trusted
        for handover in handovers.reversed() where handover.sequence <= covered {
            if keys.contains(handover.next), !keys.contains(handover.previous) { keys.append(handover.previous) }
        }
        return keys.filter { key in handoverSequence(of: key).map { size <= $0 } ?? true }
    }

    /// Says why the signatures of a checkpoint do not count.
    func objection(to checkpoint: SignedCheckpoint) -> String {
        if roots.isEmpty { return "there is no key to check its signature with" }
        let signer = trusted.first { checkpoint.note.isSigned(byOneOf: [$0]) }
        guard let signer, let sequence = handoverSequence(of: signer) else { return "is signed by no known key" }
        return "is signed with a key that entry \(sequence) has replaced by another"
    }
}

/// A new key that the old key signs.
struct KeySuccession {
    let old: NoteSigner
    let new: NoteSigner
    private let signature: [UInt8]

    init(from old: NoteSigner, to new: NoteSigner) throws {
        self.old = old
        self.new = new
        signature = try old.sign(Self.statement(of: new.verifier))
    }

    /// The text that the old key signs.
    private static func statement(of key: NoteVerifier) -> [UInt8] {
        Array("ringback audit key succession\n\(key)\n".utf8)
    }

    /// The payload of the entry that records it.
    var payload: JSONValue {
        [
            "key": .string("\(new.verifier)"), "previousKey": .string("\(old.verifier)"),
            "signature": .string(Hexadecimal.text(signature)),
        ]
    }

    /// The keys of an entry that hands over; nil unless the payload names both and the previous key has signed the next.
    static func keys(in payload: JSONValue?) -> (previous: NoteVerifier, next: NoteVerifier)? {
        guard let next = payload?["key"]?.string.flatMap({ NoteVerifier($0) }),
            let previous = payload?["previousKey"]?.string.flatMap({ NoteVerifier($0) }), previous.name == next.name,
            let signature = payload?["signature"]?.string.flatMap({ Hexadecimal.bytes($0) }),
            previous.verifies(signature, over: statement(of: next))
        else { return nil }
        return (previous, next)
    }
}
