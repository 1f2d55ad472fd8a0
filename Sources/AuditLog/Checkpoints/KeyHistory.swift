import ExactJSON

/// The keys of a log as its entries tell them: a signature counts only as long as its key was the one that signs.
struct KeyHistory {
    /// One key after another: the old one has signed the new one.
    private struct Handover {
        var previous: NoteVerifier
        var next: NoteVerifier
        /// The number of the entry that says so: the last that the old key signs for.
        var sequence: Int
    }

    private let roots: [NoteVerifier]
    private var handovers: [Handover] = []
    /// More than a log can have that hands over once a day for a decade; what comes after them is not believed.
    private static let mostHandovers = 4096

    /// Trusts keys, and those that they hand over to.
    init(trusting roots: [NoteVerifier]) { self.roots = roots }

    /// Whether an entry has handed over.
    var hasHandovers: Bool { !handovers.isEmpty }

    /// Takes an entry that may hand over.
    ///
    /// - Parameter sequence: its number, where that is known from its place.
    mutating func take(_ line: AuditLine, at sequence: Int? = nil) {
        guard handovers.count < Self.mostHandovers, let json = try? JSONReader.read(Array(line.bytes)),
            json["eventType"]?.string == AuditEntry.EventType.rotated.rawValue,
            let sequence = sequence ?? json["seq"]?.integer,
            let (previous, next) = KeySuccession.keys(in: json["payload"]),
            handoverSequence(of: previous) == nil, previous != next
        else { return }
        handovers.append(Handover(previous: previous, next: next, sequence: sequence))
    }

    /// The entry by which a key handed over; `nil` while it signs.
    func handoverSequence(of key: NoteVerifier) -> Int? { handovers.first { $0.previous == key }?.sequence }

    /// Whether an entry hands over to a key.
    func introduces(_ key: NoteVerifier) -> Bool { handovers.contains { $0.next == key } }

    /// The trusted keys, those that have handed over too.
    private var trusted: [NoteVerifier] {
        handovers.reduce(into: roots) { keys, handover in
            if keys.contains(handover.previous), !keys.contains(handover.next) { keys.append(handover.next) }
        }
    }

    /// The keys whose signatures count for a checkpoint of so many entries.
    ///
    /// - Parameter covered: how far a good signature of a later key vouches for the log; entries up to there also tell
    ///   which keys came before a trusted one.
    func verifiers(for size: Int, vouchedForUpTo covered: Int = 0) -> [NoteVerifier] {
        var keys = trusted
        for handover in handovers.reversed() where handover.sequence <= covered {
            if keys.contains(handover.next), !keys.contains(handover.previous) { keys.append(handover.previous) }
        }
        return keys.filter { key in handoverSequence(of: key).map { size <= $0 } ?? true }
    }

    /// Why the signatures of a checkpoint do not count.
    func objection(to checkpoint: SignedCheckpoint) -> String {
        if roots.isEmpty { return "there is no key to check its signature with" }
        let signer = trusted.first { checkpoint.note.isSigned(byOneOf: [$0]) }
        guard let signer, let sequence = handoverSequence(of: signer) else { return "is signed by no known key" }
        return "is signed with a key that entry \(sequence) has replaced by another"
    }
}
